from odoo import fields, models


class CrmContactLog(models.Model):
    """Calls of a win-back case."""

    _inherit = "crm.contact.log"

    winback_id = fields.Many2one(
        "crm.winback.case",
        string="Win-Back Case",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_dealer_grading.group_access",
    )
