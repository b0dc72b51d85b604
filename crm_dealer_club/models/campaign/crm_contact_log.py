from odoo import fields, models


class CrmContactLog(models.Model):
    """Mailings of campaigns are contacts like any other: they count for a customer's limits."""

    _inherit = "crm.contact.log"

    mailing_id = fields.Many2one(
        "mailing.mailing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_dealer_grading.group_access",
    )
