from odoo import fields, models


class CrmCreditPaperType(models.Model):
    """A paper that customers of some channel classes file with an application (K2)."""

    _name = "crm.credit.paper.type"
    _description = "Type of Credit Paper"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel_class_ids = fields.Many2many(
        "crm.grading.level",
        "crm_credit_paper_type_level_rel",
        "paper_type_id",
        "level_id",
        string="Required for",
        domain="[('scheme_id.code', '=', 'channel')]",
        help="Channel classes whose applications are not submitted without this paper.",
    )
    needs_stamp = fields.Boolean(
        string="Stamped", default=True, help="Only a copy with the company's seal counts."
    )
    needs_date = fields.Boolean(
        string="Has an End Date",
        help="Inspected yearly, or valid until a day: it counts with that day only.",
    )
    note = fields.Char(string="What Counts", translate=True)
