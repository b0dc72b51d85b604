from odoo import api, fields, models

WAYS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("email", "E-Mail"),
    ("sms", "SMS"),
    ("wechat", "WeChat"),
    ("mail", "Mail"),
    ("event", "Event"),
]


class CrmContactLog(models.Model):
    """A contact with a customer: when, how, what was said, what comes next (C8)."""

    _name = "crm.contact.log"
    _description = "Contact with a Customer"
    _inherit = ["crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_name = "summary"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer Entity",
        store=True,
        precompute=True,
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="The dealer that was in contact.",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    way = fields.Selection(WAYS, required=True, default="phone")
    summary = fields.Char(required=True, help="What the contact was about, in a sentence.")
    feedback = fields.Text(string="Feedback or Change of Need")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")
    visit_id = fields.Many2one("crm.service.visit", index="btree_not_null", ondelete="set null")
    vehicle_id = fields.Many2one("crm.vehicle", index="btree_not_null", ondelete="set null")
    satisfaction = fields.Integer(
        aggregator="avg", help="What the customer said, 1 (worst) to 10; 0: not asked."
    )
    complaint = fields.Selection(
        [("open", "Open"), ("solved", "Solved")], help="Whether the customer complained."
    )

    _customer_date_index = models.Index("(commercial_partner_id, date)")
    _satisfaction_check = models.Constraint(
        "CHECK(satisfaction BETWEEN 0 AND 10)", "Satisfaction is told from 1 to 10."
    )

    @api.depends("partner_id")
    def _compute_dealer_id(self):
        """The own dealer of a dealer's user, else the customer's."""
        own = self.env.user._own_dealers()
        for log in self:
            home = log.partner_id.dealer_id
            if own and home not in own:
                home = log.dealer_id if log.dealer_id in own else own[:1]
            log.dealer_id = home or log.dealer_id
