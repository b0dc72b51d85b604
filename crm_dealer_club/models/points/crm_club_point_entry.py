from odoo import api, fields, models
from odoo.exceptions import UserError

EARNED = ("order", "visit", "referral", "survey", "activity", "bonus")
FLOWS = {
    **dict.fromkeys(EARNED, "earned"),
    "refund": "returned",
    "owed": "returned",
    "redemption": "spent",
    "giveback": "spent",
    "expiry": "expired",
    "forfeit": "expired",
    "adjustment": "adjusted",
}


class CrmClubPointEntry(models.Model):
    """A line of a member's ledger of points; append-only (M3).

    The balance of a card is the sum of ``points``, and the sum of what ``remaining`` says of its
    credits. What was taken back after it was spent is ``owed``; the sum of that is the card's.
    """

    _name = "crm.club.point.entry"
    _description = "Entry of Club Points"
    _order = "date desc, id desc"
    _rec_name = "description"

    membership_id = fields.Many2one(
        "crm.club.membership", required=True, readonly=True, index=True, ondelete="restrict"
    )
    card_id = fields.Many2one(
        "loyalty.card", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Empty where the points are those of all companies."
    )
    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, index=True, ondelete="set null",
        help="The member's home dealer.",
    )  # fmt: skip
    source_dealer_id = fields.Many2one(
        "crm.dealer", string="Where", readonly=True, ondelete="set null",
        help="The dealer where points were earned or used.",
    )  # fmt: skip
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    kind = fields.Selection(
        [
            ("order", "Purchase"),
            ("visit", "Service Visit"),
            ("referral", "Referral"),
            ("survey", "Survey"),
            ("activity", "Activity"),
            ("bonus", "Bonus"),
            ("redemption", "Redeemed"),
            ("giveback", "Given Back"),
            ("refund", "Taken Back"),
            ("owed", "Owed Points Deducted"),
            ("expiry", "Expired"),
            ("forfeit", "Forfeited"),
            ("adjustment", "Adjustment"),
        ],
        required=True,
        readonly=True,
    )
    flow = fields.Selection(
        [
            ("earned", "Earned Points"),
            ("returned", "Taken Back"),
            ("spent", "Redeemed"),
            ("expired", "Expired"),
            ("adjusted", "Adjusted"),
        ],
        string="Movement",
        required=True,
        readonly=True,
    )
    points = fields.Float(digits=(16, 2), required=True, readonly=True)
    remaining = fields.Float(
        digits=(16, 2), readonly=True, help="What is not used yet of points earned."
    )
    expires_on = fields.Date(string="Last Day", readonly=True)
    owed = fields.Float(
        digits=(16, 2), readonly=True, help="What could not be taken back, and later is deducted."
    )
    lapsed = fields.Float(
        digits=(16, 2), readonly=True, help="Not taken back: they had expired unused."
    )
    gross_points = fields.Float(
        digits=(16, 2), readonly=True, help="What the document earns when nothing is taken back."
    )
    base_amount = fields.Float(
        string="Amount", digits=(16, 2), readonly=True, aggregator=None,
        help="What the points are for, in the program's currency, without tax.",
    )  # fmt: skip
    origin_model = fields.Char(string="Origin's Model", readonly=True)
    origin_id = fields.Many2oneReference(model_field="origin_model", readonly=True, aggregator=None)
    key = fields.Char(required=True, readonly=True, help="Nothing with the same key comes twice.")
    description = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="restrict")
    use_ids = fields.One2many("crm.club.point.use", "entry_id", string="Taken from")
    used_ids = fields.One2many("crm.club.point.use", "credit_id", string="Used by")

    _key_uniq = models.Constraint("UNIQUE(key)", "These points are booked already.")
    _remaining_of_credit = models.Constraint(
        "CHECK(remaining >= 0 AND remaining <= GREATEST(points, 0))",
        "What is left of points is between nothing and all of them.",
    )
    _origin_index = models.Index("(origin_model, origin_id)")
    _open_index = models.Index("(card_id, expires_on) WHERE remaining > 0")
    _expiry_index = models.Index("(expires_on, card_id) WHERE remaining > 0")

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    def unlink(self):  # pylint: disable=method-required-super
        self._refuse()

    def _refuse(self):
        """What is booked comes by ``_book`` and ``_write_booked`` alone."""
        raise UserError(self.env._("The ledger is not edited. Correct points by an adjustment."))

    def action_open_origin(self):
        """Open what the entry comes from, as far as the user may see it."""
        self.ensure_one()
        model = self.env.get(self.origin_model) if self.origin_model else None
        origin = model.browse(self.origin_id).exists() if model is not None else None
        if not origin:
            raise UserError(self.env._("This entry has no document, or it was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": origin._name,
            "res_id": origin.id,
            "view_mode": "form",
        }
