from odoo import fields, models


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
