from odoo import api, fields, models


class CrmPrivacyEraseLine(models.TransientModel):
    """What happens to one kind of records."""

    _name = "crm.privacy.erase.line"
    _description = "Part of an Erasure"
    _order = "sequence, id"

    erase_id = fields.Many2one("crm.privacy.erase", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    name = fields.Char(string="Data")
    count = fields.Integer(string="Records")
    fate = fields.Selection(
        [
            ("delete", "Deleted"),
            ("anonymise", "Anonymised"),
            ("keep", "Kept by Law"),
            ("share", "Belongs to Others, Too"),
            ("hand", "Stays, Decide by Hand"),
        ]
    )
    why = fields.Char(string="Reason")
    res_model = fields.Char(groups=fields.NO_ACCESS, export_string_translation=False)
    res_ids = fields.Json(groups=fields.NO_ACCESS, export_string_translation=False)
    can_open = fields.Boolean(compute="_compute_can_open", export_string_translation=False)

    @api.depends("res_model")
    @api.depends_context("uid")
    def _compute_can_open(self):
        for line in self:
            name = line.sudo().res_model  # sudo: which kind it is of, the right to it is the user's
            line.can_open = bool(name) and self.env[name].has_access("read")

    def action_open_records(self):
        """Open what somebody has to decide on by hand, archived records included."""
        self.ensure_one()
        self.check_access("read")
        known = self.sudo()  # sudo: numbers only, the user's rights decide what is shown
        records = self.env[known.res_model].browse(known.res_ids)
        return records._get_records_action(name=self.name, context={"active_test": False})
