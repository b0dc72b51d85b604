from odoo import models

from ..network.res_users import ROLE


class Base(models.AbstractModel):
    """Exports of what is about persons leave a row in the log, one for each export (P4)."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if self and self._export_is_logged():
            self.env["crm.protected.access"]._log(
                self.env["res.partner"] if len(self) != 1 else self._privacy_whose(),
                ", ".join(map(str, fields_to_export)),
                kind="export",
                count=len(self),
                model_name=self._name,
            )
        return result

    def _export_is_logged(self):
        """Customers are logged whoever exports them, what hangs on them for our roles only."""
        if self._name == "res.partner":
            return True
        if self._name not in self.env["res.partner"]._privacy_models():
            return False
        return self.env.user.has_group(ROLE)

    def _privacy_whose(self):
        """The person whom this one record is about, or none."""
        if self._name == "res.partner":
            return self
        for kind in self.env["res.partner"]._privacy_kinds():
            if kind.model == self._name and kind.by:
                # sudo: only the id of whom the exported record is about.
                return self.sudo().mapped(kind.by[0])[:1]
        return self.env["res.partner"]
