import re

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

ACCESS = "crm_dealer_grading.group_access"
MANAGERS = ("crm_dealer_grading.group_dealer_manager", "crm_dealer_grading.group_oem_manager")
_OEM = "crm_dealer_grading.group_oem_manager"
STATES = [
    ("new", "New"),
    ("contacted", "In Contact"),
    ("won", "Won"),
    ("delivered", "Delivered"),
    ("rewarded", "Rewarded"),
    ("lost", "Lost"),
    ("refused", "Refused"),
]
REFUSALS = [
    ("self", "The recommender itself"),
    ("company", "Of the recommender's own company"),
    ("loop", "The recommender was recommended by this person"),
    ("customer", "A customer already"),
    ("prospect", "A prospect already"),
    ("recommended", "Recommended by somebody already"),
    ("late", "Delivered too late"),
    ("rewarded", "Somebody was rewarded for this person already"),
    ("withdrawn", "Withdrawn"),
]
# What only the steps of a referral write.
_FIXED = {
    "recommender_id", "membership_id", "recommended_id", "lead_id", "refusal", "contacted_on",
    "refused_on_delivery", "delivered_on", "vehicle_id", "rewarded_on", "reward_points",
    "reward_amount", "date", "source", "dealer_id", "consent", "consent_date", "state",
    "phone_key", "told_name", "told_phone",
}  # fmt: skip
# Of a new referral, where the caller says nothing: else the context, or the user's own defaults,
# would say it.
_FRESH = {
    **dict.fromkeys(_FIXED - {"recommender_id", "dealer_id", "date", "state"}, False),
    "source": "staff", "reward_points": 0, "reward_amount": 0.0,
}  # fmt: skip


class CrmClubReferral(models.Model):
    """Who recommended whom, what became of it, and the reward (M9).

    The state follows the prospect card; rewards are posted on delivery alone.
    """

    _name = "crm.club.referral"
    _description = "Referral"
    _inherit = ["crm.dealer.scope", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "person_name"

    recommender_id = fields.Many2one(
        "res.partner", string="Recommended By", required=True, index=True, ondelete="cascade",
        tracking=True,
    )  # fmt: skip
    membership_id = fields.Many2one(
        "crm.club.membership", string="Recommender's Card", readonly=True, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    person_name = fields.Char(string="Recommended Person", required=True)
    phone = fields.Char()
    email = fields.Char(string="E-Mail")
    phone_key = fields.Char(readonly=True, index="btree_not_null", copy=False)
    recommended_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", copy=False,
        ondelete="set null", help="The recommended person as a customer.",
    )  # fmt: skip
    lead_id = fields.Many2one(
        "crm.lead", string="Prospect Card", readonly=True, copy=False, ondelete="set null"
    )
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="restrict", tracking=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")
    date = fields.Date(
        required=True, default=lambda self: self._today(), copy=False, help="Recommended on."
    )
    source = fields.Selection(
        [("staff", "Told the Dealer"), ("portal", "Portal"), ("link", "Link")],
        required=True, default="staff", readonly=True,
    )  # fmt: skip
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", string="Model of Interest")
    consent = fields.Boolean(
        readonly=True, help="The recommended person agreed that the dealer gets in touch."
    )
    consent_date = fields.Datetime(string="Consent Noted On", readonly=True)
    contacted_on = fields.Date(readonly=True, copy=False)
    refusal = fields.Selection(REFUSALS, string="Why Refused", readonly=True, copy=False)
    refused_on_delivery = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        STATES, compute="_compute_state", store=True, index=True, tracking=True, group_expand=True
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    delivered_on = fields.Date(readonly=True, copy=False)
    rewarded_on = fields.Date(readonly=True, copy=False, tracking=True)
    reward_points = fields.Integer(readonly=True, copy=False)
    reward_amount = fields.Float(
        string="Bonus", readonly=True, copy=False, digits=(16, 2),
        help="To be paid besides the points, in the company's currency.",
    )  # fmt: skip
    active = fields.Boolean(default=True)

    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL", "This prospect card has a referral already."
    )
    _recommended_uniq = models.UniqueIndex(
        "(recommended_id) WHERE recommended_id IS NOT NULL AND rewarded_on IS NOT NULL",
        "Somebody was rewarded for this customer already.",
    )
    _phone_uniq = models.UniqueIndex(
        "(phone_key) WHERE phone_key IS NOT NULL AND rewarded_on IS NOT NULL",
        "Somebody was rewarded for this phone number already.",
    )

    @api.model
    def _today(self):
        return self.env.company._today_here()

    @api.depends("refusal", "rewarded_on", "delivered_on", "contacted_on", "lead_id.won_status")
    def _compute_state(self):
        for referral in self:
            won = referral.lead_id.won_status
            if referral.rewarded_on:
                state = "rewarded"
            elif referral.refusal:
                state = "refused"
            elif referral.delivered_on:
                state = "delivered"
            elif won in ("won", "lost"):
                state = won
            else:
                state = "contacted" if referral.contacted_on else "new"
            referral.state = state

    @api.model
    def _dealer_origin_field(self):
        return "recommender_id"

    # -- Records -----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            given = {name for name, value in vals.items() if value}
            self._check_fixed(given - {"recommender_id", "dealer_id", "date"})
            prepared.append(self._prepared(dict(vals)))
        referrals = super().create(prepared)
        for referral in referrals:
            if not self.env.su and (refusal := referral._find_refusal()):
                raise UserError(referral._refusal_in_words(refusal))
            if not referral.lead_id and not referral.refusal:
                referral._open_card()
        return referrals

    def write(self, vals):
        self._check_fixed(set(vals))
        vals = dict(vals)
        if "phone" in vals:
            vals["phone_key"] = self._phone_key(vals["phone"])
        return super().write(vals)

    def _check_fixed(self, names):
        if not self.env.su and _FIXED & names:
            raise AccessError(
                self.env._("This follows from the prospect card: work there, not on the referral.")
            )

    @api.model
    def _prepared(self, vals):
        defaults = self.default_get(["recommender_id", "dealer_id", "date", "phone"])
        vals = {**_FRESH, **defaults, **vals}
        self._check_date(vals["date"])
        if not vals.get("recommender_id"):
            raise UserError(self.env._("Choose the customer who recommended the person."))
        # sudo: the recommender is in the user's sight, which the guard of dealers checks.
        recommender = self.env["res.partner"].sudo().browse(vals["recommender_id"])
        customer = recommender.commercial_partner_id
        vals["recommender_id"] = customer.id
        vals["membership_id"] = customer.club_membership_id.id
        vals["dealer_id"] = vals.get("dealer_id") or customer.dealer_id.id
        vals["phone_key"] = self._phone_key(vals.get("phone"))
        return vals

    @api.model
    def _check_date(self, date):
        """Who came first, and who was a customer before, is told by the day it was noted."""
        day, today = fields.Date.to_date(date), self._today()
        if self.env.su or day == today:
            return
        if day > today or not self.env.user.has_group(_OEM):
            raise AccessError(
                self.env._(
                    "A recommendation counts from the day on which it is noted. The manufacturer's "
                    "manager enters those of earlier days."
                )
            )

    @api.model
    def _phone_key(self, phone):
        """The number in international form; its digits where it is no valid number."""
        if not phone:
            return False
        country = self.env.company.country_id
        key = country and self.env["res.partner"]._phone_format(number=phone, country=country)
        digits = "".join(filter(str.isdigit, phone))
        # As in the search for duplicates: a Chinese mobile number, wherever the company is.
        return key or re.sub(r"^(?:00)?(?:86)?(1[3-9]\d{9})$", r"+86\1", digits)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rewarded(self):
        if not self.env.su and self.filtered("rewarded_on"):
            raise UserError(
                self.env._("A rewarded referral is kept: archive it, or undo the delivery first.")
            )

    # -- Steps -------------------------------------------------------------------------------

    def _open_card(self):
        """Make the prospect card of a referral."""
        self.ensure_one()
        # sudo: who may note a referral may open the card that comes of it.
        self.env["crm.lead"].sudo().create(
            {
                "name": self.env._("Recommended: %s", self.person_name),
                "type": "opportunity",
                "contact_name": self.person_name,
                "phone": self.phone,
                "email_from": self.email,
                "dealer_id": self.dealer_id.id,
                "user_id": self.recommender_id.user_id.id,
                "visit_reason": "recommended",
                "vehicle_model_id": self.vehicle_model_id.id,
                "referred_by_id": self.recommender_id.id,
                "club_referral_ids": [Command.link(self.id)],
            }
        )

    def action_contacted(self):
        """Note that the recommended person was contacted."""
        self.check_access("write")
        self._contacted()

    def _contacted(self):
        # sudo: who works on the card, or may write the referral, has been in contact.
        open_ones = self.sudo().filtered(lambda r: not r.contacted_on)
        open_ones.write({"contacted_on": self._today()})

    def action_withdraw(self):
        """Refuse a referral that is not rewarded, by a manager."""
        if not any(map(self.env.user.has_group, MANAGERS)):
            raise AccessError(self.env._("Only a manager withdraws a referral. Ask yours."))
        self.check_access("write")
        if self.filtered("rewarded_on"):
            raise UserError(
                self.env._("The reward is posted. Undo the delivery on the prospect card first.")
            )
        self.sudo()._refuse("withdrawn")  # sudo: the right was checked above

    def _refuse(self, refusal, on_delivery=False):
        self.write({"refusal": refusal, "refused_on_delivery": on_delivery})

    def action_open_lead(self):
        """Open the prospect card."""
        self.ensure_one()
        return self.lead_id._get_records_action()
