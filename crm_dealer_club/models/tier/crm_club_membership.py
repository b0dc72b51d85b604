from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# In the context of a write that the membership makes itself; no caller can forge it.
_STEP = object()


class CrmClubMembership(models.Model):
    """A customer's membership of the club: card, tier, validity, state (M1).

    One a customer (a commercial entity: a company, or a person without one). State and tier
    change by the steps of this model alone.
    """

    _name = "crm.club.membership"
    _description = "Club Membership"
    _inherit = ["crm.dealer.scope", "mail.thread", "mail.activity.mixin"]
    _order = "number desc"
    _rec_name = "number"

    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, index=True, ondelete="restrict"
    )
    number = fields.Char(string="Card Number", required=True, readonly=True, copy=False)
    tier_id = fields.Many2one(
        "crm.club.tier", required=True, readonly=True, index=True, tracking=True,
        ondelete="restrict",
    )  # fmt: skip
    state = fields.Selection(
        [
            ("active", "Active"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("left", "Left"),
        ],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
    )
    join_date = fields.Date(readonly=True, required=True)
    valid_from = fields.Date(readonly=True, required=True)
    valid_until = fields.Date(
        readonly=True, required=True, help="The last day of the tier; then it is looked at anew."
    )
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, index=True, ondelete="set null",
        help="The customer's home dealer.",
    )  # fmt: skip
    enrolled_by_dealer_id = fields.Many2one(
        "crm.dealer", string="Enrolled at", readonly=True, ondelete="set null"
    )
    change_ids = fields.One2many("crm.club.membership.change", "membership_id", string="History")
    active = fields.Boolean(default=True)

    _partner_uniq = models.Constraint(
        "UNIQUE(partner_id)", "This customer is a member of the club already."
    )
    _number_uniq = models.Constraint("UNIQUE(number)", "This card number is taken.")

    # ------------------------------------------------------------ entry points

    @api.model
    def enrol(self, partners, dealer=None):
        """Make customers members, at the tier they have earned (M1). Idempotent.

        :param partners: records of ``res.partner``; their commercial entities become members
        :param dealer: the dealer that enrols; default each customer's own
        :return: the memberships of all of them, those that were there before included
        :raise AccessError: the user may not create memberships, or not of these customers
        """
        partners = partners.commercial_partner_id
        known = self.with_context(active_test=False).search([("partner_id", "in", partners.ids)])
        new = partners - known.partner_id
        tiers = self._earned_tiers(new)
        today = self._today()
        members = self.create(
            [
                {
                    "partner_id": partner.id,
                    "number": self._next_number(),
                    "tier_id": tiers[partner].id,
                    "join_date": today,
                    "valid_from": today,
                    "valid_until": self._last_day(today, tiers[partner]),
                    "dealer_id": partner.dealer_id.id,
                    "enrolled_by_dealer_id": (dealer or partner.dealer_id).id,
                }
                for partner in new
            ]
        )
        members._record_changes("enrolled", self.env["crm.club.tier"])
        return known | members

    @api.model
    def _next_number(self):
        return self.env["ir.sequence"].sudo().next_by_code("crm.club.membership")

    @api.model
    def _earned_tiers(self, partners):
        """``{customer: tier}`` by the level of the club's scheme; the lowest tier without one."""
        tiers = self.env["crm.club.tier"].search([("by_invitation", "=", False)])
        if not tiers:
            raise UserError(
                self.env._("The club has no tiers yet: ask the manufacturer's manager to add them.")
            )
        by_level = {tier.level_id: tier for tier in tiers if tier.level_id}
        return {
            partner: by_level.get(partner.contribution_level_id, tiers[-1]) for partner in partners
        }

    @api.model
    def _last_day(self, first, tier):
        return first + relativedelta(months=tier.validity_months, days=-1)

    @api.model
    def _today(self):
        """The day in the company's time zone, whoever asks."""
        return self.env.company._today_here()

    def _record_changes(self, kind, from_tiers, reason=None):
        """Add to the history; who did it is the user."""
        # sudo: the history is written for everybody who may make the step.
        self.env["crm.club.membership.change"].sudo().create(
            [
                {
                    "membership_id": member.id,
                    "dealer_id": member.dealer_id.id,
                    "kind": kind,
                    "from_tier_id": from_tiers[:1].id,
                    "to_tier_id": member.tier_id.id,
                    "to_state": member.state,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for member in self
            ]
        )
