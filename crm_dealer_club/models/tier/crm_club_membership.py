from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

# In the context of a write that the membership makes itself; no caller can forge it.
_STEP = object()
STATES = [
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("expired", "Expired"),
    ("left", "Left"),
]


class CrmClubMembership(models.Model):
    """A customer's membership of the club: card, tier, validity, state (M1).

    One a customer (a commercial entity: a company, or a person without one), for the whole
    network and all companies. State and tier change by the steps of this model alone.
    """

    _name = "crm.club.membership"
    _description = "Club Membership"
    _inherit = ["crm.dealer.scope", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "former_card_ids.number", "partner_id"]

    partner_id = fields.Many2one(
        "res.partner", string="Member", required=True, index=True, ondelete="restrict"
    )
    # Not read-only, as the tier and two dates: a file of the manufacturer's names them. Who may say
    # so, create and write check.
    number = fields.Char(string="Card Number", required=True, copy=False)
    tier_id = fields.Many2one(
        "crm.club.tier", required=True, index=True, tracking=True, ondelete="restrict"
    )
    tier_color = fields.Integer(
        related="tier_id.color", aggregator=None, export_string_translation=False
    )
    card_color = fields.Char(related="tier_id.card_color", export_string_translation=False)
    card_text_color = fields.Char(
        related="tier_id.card_text_color", export_string_translation=False
    )
    by_invitation = fields.Boolean(related="tier_id.by_invitation")
    state = fields.Selection(
        STATES,
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    join_date = fields.Date(string="Joined on", required=True)
    valid_from = fields.Date(readonly=True, required=True)
    valid_until = fields.Date(
        required=True,
        index=True,
        help="The last day of the tier; then it is looked at anew.",
    )
    grace_until = fields.Date(
        compute="_compute_grace",
        help="The last day on which the tier still counts for who no longer earns it.",
    )
    in_grace = fields.Boolean(compute="_compute_grace", search="_search_in_grace")
    notice_for = fields.Date(
        string="Notice for Period Until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The last day of the period that the member was told would end.",
    )
    suspended_on = fields.Date(readonly=True, copy=False)
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, index=True, ondelete="set null",
        help="The customer's home dealer.",
    )  # fmt: skip
    region_id = fields.Many2one(related="dealer_id.region_id")
    enrolled_by_dealer_id = fields.Many2one(
        "crm.dealer", string="Enrolled at", readonly=True, ondelete="set null"
    )
    phone = fields.Char(related="partner_id.phone")
    change_ids = fields.One2many("crm.club.membership.change", "membership_id", string="History")
    former_card_ids = fields.One2many("crm.club.card", "membership_id", string="Former Cards")
    card_preview = fields.Html(
        compute="_compute_card_preview", sanitize=False, export_string_translation=False
    )

    _partner_uniq = models.Constraint(
        "UNIQUE(partner_id)", "This customer is a member of the club already."
    )
    _number_uniq = models.Constraint("UNIQUE(number)", "This card number is taken.")

    # ------------------------------------------------------------ who writes

    @api.model
    def _own_fields(self):
        """Fields that only enrolment, the steps and the nightly job write; extend to add."""
        return {
            "partner_id", "number", "tier_id", "state", "join_date", "valid_from", "valid_until",
            "notice_for", "suspended_on", "dealer_id", "enrolled_by_dealer_id", "change_ids",
            "former_card_ids",
        }  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        """To create is to enrol: a member's tier, number and dates are not the caller's to say.

        :raise AccessError: values are given that are not
        :raise UserError: a customer is a member already
        """
        default = self._given_defaults().get("partner_id")
        ids = [vals.get("partner_id") or default for vals in vals_list]
        said = [self._said(vals) for vals in vals_list]
        if not all(ids):
            raise UserError(self.env._("Choose the customer who is to become a member."))
        found = self.env["res.partner"].browse(ids)
        partners = found.commercial_partner_id
        self._check_no_members(partners, len(ids))
        by_partner = {member.partner_id: member for member in self.enrol(partners)}
        members = self.browse(by_partner[partner.commercial_partner_id].id for partner in found)
        members._take_over_given(said)
        # They are inserted by one statement: core has nothing left to create.
        return super().create([]) | members

    @api.model
    def _said(self, vals):
        """What ``vals`` say of a new member beside the customer.

        :raise AccessError: it is not the user's to say
        """
        said = {name: value for name, value in vals.items() if value and name != "partner_id"}
        if (said.keys() & self._own_fields()) - self._import_given_fields():
            raise AccessError(self._step_refusal())
        return said

    @api.model
    def _import_given_fields(self):
        """What the user may say of new members: nothing but who it is."""
        return set()

    def _take_over_given(self, said):
        """Write what was said of new members, a dict for each."""

    @api.model
    def _check_no_members(self, partners, wanted):
        # sudo: the unique key would tell it anyway.
        known = self.sudo().search([("partner_id", "in", partners.ids)], limit=1)
        if known or len(partners) < wanted:
            raise UserError(
                self.env._(
                    "%s is a member of the club already. Open the card from the customer.",
                    (known.partner_id or partners[:1]).sudo(False).display_name,
                )
            )

    def write(self, vals):
        if self.env.context.get("club_membership_step") is not _STEP:
            self.check_access("write")
            if self._own_fields() & vals.keys():
                raise AccessError(self._step_refusal())
        return super().write(vals)

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: as said, the right to the step replaces that to the fields.
        step = self.sudo().with_context(club_membership_step=_STEP)
        return step.write(vals)

    @api.model
    def _step_refusal(self):
        return self.env._(
            "Tier, state, card number and dates of a membership are not written. Use the buttons "
            "on the membership; the tier follows from what the customer spends."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self.env.context.get("club_membership_step") is not _STEP:
            raise UserError(
                self.env._("Memberships are kept with their history: let the member leave instead.")
            )

    def _drop(self):
        """Remove memberships that another one has taken over."""
        self.flush_recordset()
        self.invalidate_recordset()
        return self.sudo().with_context(club_membership_step=_STEP).unlink()

    # ------------------------------------------------------------ what it shows

    @api.depends("valid_until", "state", "tier_id.grace_days", "tier_id.by_invitation")
    def _compute_grace(self):
        today = self._today()
        for member in self:
            last = member.valid_until
            days = 0 if member.tier_id.by_invitation else member.tier_id.grace_days
            member.grace_until = last and last + timedelta(days)
            member.in_grace = bool(
                member.state == "active" and last and last < today <= member.grace_until
            )

    @api.model
    def _search_in_grace(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        today = self._today()
        within = [
            Domain("tier_id", "=", tier.id)
            & Domain("valid_until", ">=", today - timedelta(tier.grace_days))
            for tier in self.env["crm.club.tier"].with_context(active_test=False).search([])
            if not tier.by_invitation
        ]
        return (
            Domain("state", "=", "active") & Domain("valid_until", "<", today) & Domain.OR(within)
        )

    @api.depends("number", "tier_id", "partner_id", "valid_until")
    @api.depends_context("lang")
    def _compute_card_preview(self):
        for member in self:
            note = member.valid_until and self.env._(
                "Valid until %s", format_date(self.env, member.valid_until)
            )
            member.card_preview = member.tier_id._card_html(
                member.partner_id.display_name, member._grouped_number(), note
            )

    def _grouped_number(self):
        """The card's number in groups of four, as on a bank card."""
        number = self.number or ""
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))

    @api.model
    def _last_day(self, first, tier):
        return first + relativedelta(months=tier.validity_months, days=-1)

    @api.model
    def _today(self):
        """The day in the company's time zone, whoever asks."""
        return self.env.company._today_here()
