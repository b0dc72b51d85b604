from odoo import fields, models


class CrmClubFourR(models.Model):
    """The four R: referral, repeat purchase, related sales, retention (M9).

    A row for each record that counts. Rates are averages of 0 and 100, so that they are right in
    every group and in the total.
    """

    _name = "crm.club.four.r"
    _description = "4R: Referral, Repeat Purchase, Related Sales, Retention"
    _auto = False
    _rec_name = "partner_id"
    _order = "date desc, id desc"
    _depends = {
        "crm.club.referral": ["date", "dealer_id", "state", "recommender_id", "active"],
        "crm.vehicle.ownership": [
            "vehicle_id", "commercial_partner_id", "date_from", "date_to", "dealer_id",
        ],
        "sale.order": ["partner_id", "state", "date_order", "dealer_id", "currency_rate"],
        "sale.order.line": ["order_id", "product_id", "price_subtotal"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "product.category": ["is_vehicle", "parent_path"],
        "crm.service.visit": [
            "commercial_partner_id", "stage", "date", "dealer_id", "order_id", "amount_total",
            "active",
        ],
        "res.partner": ["commercial_partner_id", "dealer_id"],
    }  # fmt: skip

    kind = fields.Selection(
        [
            ("referral", "Referral"),
            ("repeat", "Repeat Purchase"),
            ("order", "Related Sale: Order"),
            ("visit", "Related Sale: Visit"),
            ("retention", "Retention"),
        ],
        readonly=True,
    )
    record_id = fields.Integer(readonly=True, aggregator=None)
    date = fields.Date(
        readonly=True,
        help="Of the recommendation, the purchase, the order or the visit. Retention is told by "
        "the year and stands on its first day.",
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one("crm.dealer.region", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    referrals = fields.Integer(
        string="Referrals Made", readonly=True, help="Recommendations; refused ones do not count."
    )
    referrals_won = fields.Integer(readonly=True, help="Of these: won, delivered or rewarded.")
    conversion_rate = fields.Float(
        string="Referral Conversion (%)",
        readonly=True,
        aggregator="avg",
        help="Referrals won / referrals made.",
    )
    purchases = fields.Integer(readonly=True, help="Vehicles that customers took over.")
    repeats = fields.Integer(
        string="Repeat Purchases",
        readonly=True,
        help="Of these: by customers who had taken over another vehicle on an earlier day.",
    )
    repeat_rate = fields.Float(
        string="Repeat Purchase (%)",
        readonly=True,
        aggregator="avg",
        help="Repeat purchases / purchases.",
    )
    related_amount = fields.Float(
        string="Related Sales",
        readonly=True,
        digits=(16, 2),
        help="What owners bought beside vehicles, since their first vehicle: lines of confirmed "
        "orders outside the product categories of vehicles, and visits without an order. Without "
        "tax, in the company's currency.",
    )
    owners = fields.Integer(
        string="Owners of Last Year", readonly=True, help="Had a vehicle on a day of last year."
    )
    returned = fields.Integer(
        string="Owners Who Came", readonly=True, help="Of these: with a visit this year."
    )
    retention_rate = fields.Float(
        string="Retention (%)",
        readonly=True,
        aggregator="avg",
        help="Owners of last year with a visit this year / owners of last year.",
    )

    def action_open_records(self):
        """Open the records that these rows count; of several kinds those of the first."""
        kind = self[:1].kind
        model = {
            "referral": "crm.club.referral",
            "repeat": "crm.vehicle.ownership",
            "order": "sale.order",
            "visit": "crm.service.visit",
            "retention": "res.partner",
        }[kind or "referral"]
        ids = self.filtered(lambda row: row.kind == kind).mapped("record_id")
        return (
            self.env[model]
            .browse(ids)
            ._get_records_action(
                name=dict(self._fields["kind"]._description_selection(self.env)).get(kind)
            )
        )
