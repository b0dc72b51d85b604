from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmTrainingNeed(models.Model):
    """The way back from a need to what asked for it."""

    _inherit = "crm.training.need"

    has_source = fields.Boolean(
        compute="_compute_has_source", export_string_translation=False
    )

    @api.depends("source_ref", "origin", "factor_id")
    @api.depends_context("uid")
    def _compute_has_source(self):
        for need in self:
            need.has_source = bool(need._source() or need._is_weak_point())

    def _is_weak_point(self):
        return self.origin == "weak" and bool(self.factor_id)

    def _source(self):
        """The record that asked for it, if the user may read it; a dealer's audit is its result."""
        model, _comma, number = (self.source_ref or "").partition(",")
        if model not in self.env or not number.isdigit():
            return None
        record = self.env[model].browse(int(number)).exists()
        if model == "crm.audit.answer" and not self.env["crm.audit"].has_access("read"):
            # sudo: which audit the finding is of; the right to its result is the user's.
            record = self.env["crm.audit.result"].browse(record.sudo().audit_id.id).exists()
        return record if record and record.has_access("read") else None

    def action_open_source(self):
        """Open what asked for it.

        :raise UserError: nothing that the user may open
        """
        self.ensure_one()
        if self._is_weak_point():
            version = self.factor_id.version_id
            return version._open_weak_points(version_id=version.id, dealer_id=self.dealer_id.id)
        record = self._source()
        if not record:
            raise UserError(self.env._("There is nothing linked here that you may open."))
        return {**record.get_formview_action(), "views": [(False, "form")]}
