from odoo import api, models

from ..network.res_users import ROLE

# Of a customer that a document names these are no more than the document tells.
_NAMES = {"id", ".id", "name", "display_name"}


class Base(models.AbstractModel):
    """Exports of what is about persons leave a row in the log, one for each export (P4)."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if self and self._export_is_logged(fields_to_export):
            self.env["crm.protected.access"]._log(
                self.env["res.partner"] if len(self) != 1 else self._privacy_whose(),
                ", ".join(map(str, fields_to_export)),
                kind="export",
                count=len(self),
                model_name=self._name,
            )
        return result

    def _export_is_logged(self, paths):
        """Customers are logged whoever exports them, what hangs on them for our roles only."""
        told = {self._name}.union(*(self._export_models(path.split("/")) for path in paths))
        if "res.partner" in told:
            return True
        about_people = self.env["res.partner"]._privacy_models()
        return not about_people.isdisjoint(told) and self.env.user.has_group(ROLE)

    @api.model
    def _export_models(self, steps):
        """Names of the models that a column such as ``partner_id/phone`` takes data of."""
        step, *rest = steps
        if not rest or rest[0] in _NAMES:
            return set()
        field = self._fields.get(step)
        if field is None or not field.comodel_name:
            # A property or a reference: where it leads is known from its values only.
            return {"res.partner"}
        return {field.comodel_name} | self.env[field.comodel_name]._export_models(rest)

    def _privacy_whose(self):
        """The person whom this one record is about, or none."""
        if self._name == "res.partner":
            return self
        for kind in self.env["res.partner"]._privacy_kinds():
            if kind.model == self._name and kind.by:
                # sudo: only the id of whom the exported record is about.
                return self.sudo().mapped(kind.by[0])[:1]
        return self.env["res.partner"]
