from odoo import api, fields, models


class CrmCreditPart(models.AbstractModel):
    """A row of a scorecard: as fixed as the scorecard that it belongs to (K1)."""

    _name = "crm.credit.part"
    _description = "Part of a Scorecard"

    scorecard_id = fields.Many2one(
        "crm.credit.scorecard", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="scorecard_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        # Of the record, so that a default from the context is seen as well.
        parts.scorecard_id._check_editable()
        return parts

    def write(self, vals):
        self.scorecard_id._check_editable()
        result = super().write(vals)
        if "scorecard_id" in vals:
            self.scorecard_id._check_editable()
        return result

    def update_field_translations(self, field_name, translations, source_lang=""):
        self.scorecard_id._check_editable()
        return super().update_field_translations(field_name, translations, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_unused(self):
        self.scorecard_id._check_editable()
