from odoo import fields, models

from .crm_contact_log import WAYS


class CrmGradingLevel(models.Model):
    """How customers of a level are treated: how often, how, at most and at least (G12)."""

    _inherit = "crm.grading.level"

    contact_interval_days = fields.Integer(
        string="Contact Every (Days)",
        help="Days from one contact to the next; 0: no contact is planned.",
    )
    contact_way = fields.Selection(WAYS, string="Way of Contact")
    max_contacts_month = fields.Integer(
        string="At Most a Month", help="Contacts of a calendar month at most; 0: no limit."
    )
    min_contacts = fields.Integer(
        string="At Least", help="Contacts that a customer gets at least in the period."
    )
    min_contacts_period = fields.Selection(
        [("month", "A Month"), ("quarter", "A Quarter")], string="In", default="month"
    )
    min_contacts_deep = fields.Boolean(
        string="Only Deep Contacts",
        help="Only talks in depth count for the least number of contacts.",
    )
    upgrade_level_id = fields.Many2one(
        "crm.grading.level",
        string="Develop Into",
        domain="[('scheme_id', '=', scheme_id), ('id', '!=', id)]",
        ondelete="set null",
        index="btree_not_null",
        help="The level that customers of this one should reach.",
    )

    _contacts_positive = models.Constraint(
        "CHECK(contact_interval_days >= 0 AND max_contacts_month >= 0 AND min_contacts >= 0)",
        "Intervals and numbers of contacts cannot be negative.",
    )
