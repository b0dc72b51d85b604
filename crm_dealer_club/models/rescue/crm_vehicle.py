from odoo import models


class CrmVehicle(models.Model):
    """A vehicle that is looked for by what a caller reads out (M8)."""

    _inherit = "crm.vehicle"

    def _rescue_find(self, word):
        """The vehicle with this plate or VIN that the user may see; none when it is not one.

        :param str word: a whole plate or VIN, in any spelling
        """
        given = (word or "").strip()
        if not given:
            return self.browse()
        vals = self._normalise_identity({"vin": given, "plate": given})
        found = self.search(
            ["|", ("plate", "=", vals["plate"]), ("vin", "=", vals["vin"])], limit=2
        )
        return found if len(found) == 1 else self.browse()
