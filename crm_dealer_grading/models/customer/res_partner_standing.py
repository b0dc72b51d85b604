from odoo import fields, models

from .res_partner import FILE


class ResPartner(models.Model):
    """What a dealer knows of a customer that no record tells, for the schemes (G2, G4, G7, G8).

    Kept on the customer itself: what a contact bears does not count for its company.
    """

    _inherit = "res.partner"

    credit_standing = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor")],
        **FILE,
        index="btree_not_null",
        help="Whether the customer is able to pay; empty: not checked.",
    )
    agreement_until = fields.Date(
        string="Annual Agreement Until",
        **FILE,
        index="btree_not_null",
        help="Last day of the annual supply agreement; strategic customers have one.",
    )
    stated_potential = fields.Selection(
        [("high", "High"), ("medium", "Medium"), ("low", "Low")],
        **FILE,
        index="btree_not_null",
        help="What whoever knows the customer expects of it in the years to come.",
    )
    is_reseller = fields.Boolean(
        string="Sales Channel",
        **FILE,
        help="Buys to sell on, over the counter or in a web shop: has a channel class.",
    )
    payment_habit = fields.Selection(
        [("cash", "Cash"), ("card", "Bank or Credit Card"), ("credit", "On Credit")],
        **FILE,
        index="btree_not_null",
        help="How the customer usually pays.",
    )
    sells_online = fields.Boolean(
        string="Web Shop", **FILE, help="Sells, or buys, through a web shop."
    )

    _sells_online_index = models.Index("(commercial_partner_id) WHERE sells_online")
