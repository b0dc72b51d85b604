from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.crm_dealer_scope import COLLEAGUES
from odoo.addons.crm_dealer_grading.tools.defaults import without_defaults

from .crm_winback_reason import RESULTS

WORKERS = (
    "crm_dealer_grading.group_dealer_user",
    "crm_dealer_grading.group_call_centre",
    "crm_dealer_grading.group_oem_manager",
)
MANAGERS = ("crm_dealer_grading.group_dealer_manager", "crm_dealer_grading.group_oem_manager")
# Written by the steps alone.
_STEP = {
    "state", "result", "date_closed", "opened_on", "origin", "value_level_id", "past_revenue",
    "lost_since", "last_call_on", "offered_on", "coupon_id", "returned", "returned_on",
    "return_visit_id", "return_rate",
}  # fmt: skip
# An offer that was made stays what it was.
_OFFER = {"offer_kind", "benefit_id", "program_id", "offer_text", "offer_cost", "offer_until"}


class CrmWinbackCase(models.Model):
    """A lost customer is asked why, made an offer, and comes back or not (M6)."""

    _name = "crm.winback.case"
    _description = "Win-Back Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.dealer.scope"]
    _order = "opened_on desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', id)]",
    )
    phone = fields.Char(related="partner_id.phone")
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="set null",
        help="The customer's home dealer.",
    )
    dealer_region_id = fields.Many2one(
        related="dealer_id.region_id", string="Dealer Region", tracking=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        domain=COLLEAGUES,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("open", "To Call"),
            ("called", "Reason Asked"),
            ("offered", "Offer Made"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
        group_expand=True,
    )
    result = fields.Selection(RESULTS, readonly=True, copy=False, tracking=True)
    origin = fields.Selection(
        [("hand", "By Hand"), ("job", "Monthly List")],
        required=True,
        readonly=True,
        default="hand",
    )
    opened_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    value_level_id = fields.Many2one(
        "crm.grading.level",
        string="Value",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's value when the case was opened.",
    )
    past_revenue = fields.Monetary(
        string="Revenue, 36 Months",
        readonly=True,
        help="Orders and service of the 36 months before the case was opened, without tax.",
    )
    lost_since = fields.Date(
        string="Last Visit", readonly=True, help="The latest visit before the case was opened."
    )
    reason_id = fields.Many2one(
        "crm.winback.reason", index="btree_not_null", ondelete="restrict", tracking=True
    )
    reason_advice = fields.Text(related="reason_id.advice", string="Advice")
    note = fields.Text()
    contact_ids = fields.One2many("crm.contact.log", "winback_id", string="Calls")
    last_call_on = fields.Datetime(readonly=True)

    # The offer
    offer_kind = fields.Selection(
        [("benefit", "Benefit of the Club"), ("coupon", "Coupon"), ("other", "Something Else")],
        string="Offer",
        tracking=True,
    )
    benefit_id = fields.Many2one(
        "crm.club.benefit", index="btree_not_null", ondelete="restrict", tracking=True
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Coupon Program",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("program_type", "=", "coupons")],
    )
    coupon_id = fields.Many2one(
        "loyalty.card", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    offer_text = fields.Char(string="What Is Offered", tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    offer_cost = fields.Monetary(string="Cost of the Offer", aggregator="sum")
    offer_until = fields.Date(string="Offer Valid Until")
    offered_on = fields.Date(readonly=True, copy=False)

    # Back again
    returned = fields.Boolean(readonly=True, copy=False)
    returned_on = fields.Date(readonly=True, copy=False)
    return_visit_id = fields.Many2one(
        "crm.service.visit", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    return_rate = fields.Float(
        string="Return Rate (%)",
        compute="_compute_return_rate",
        store=True,
        aggregator="avg",
        help="100 for who came back, 0 for who did not, of closed cases; those who were not lost "
        "do not count.",
    )

    _open_uniq = models.UniqueIndex(
        "(partner_id) WHERE date_closed IS NULL",
        "This customer has an open case already. Go on with that one.",
    )
    _closed_index = models.Index("(partner_id, date_closed)")

    @api.depends("partner_id")
    def _compute_dealer_id(self):
        for case in self:
            # sudo: the customer's dealer decides who sees the case; it is not shown to others.
            case.dealer_id = case.partner_id.sudo().dealer_id

    @api.constrains("program_id")
    def _check_program(self):
        """The coupon is issued as superuser: of a program of coupons, never a gift card."""
        # sudo: what kind it is decides, whoever may see it.
        for program in self.sudo().program_id:
            if program.program_type != "coupons":
                raise ValidationError(
                    self.env._(
                        "“%s” is no program of coupons. Choose one that is.", program.display_name
                    )
                )

    @api.depends("returned", "result")
    def _compute_return_rate(self):
        for case in self:
            counts = case.returned or case.result in ("won_back", "declined", "unreachable")
            # A promise is no return: only a visit is.
            case.return_rate = (100 if case.returned else 0) if counts else None

    def _read_group_select(self, aggregate_spec, query):
        """The return rate is that of cases with an outcome: a float column knows no empty."""
        if aggregate_spec != "return_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        returned, result, rate = (
            self._field_to_sql(self._table, name, query)
            for name in ("returned", "result", "return_rate")
        )
        counts = SQL("%s OR %s IN ('won_back', 'declined', 'unreachable')", returned, result)
        return SQL("AVG(%s) FILTER (WHERE %s)", rate, counts)

    # -- Written by steps alone ----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(_STEP & vals.keys() for vals in vals_list):
            raise AccessError(self._step_refusal())
        self.flush_model(["date_closed"])  # a case that was just closed makes room
        cases = super(CrmWinbackCase, without_defaults(self, _STEP)).create(vals_list)
        cases._fill_in()
        return cases.with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            if (_STEP | {"partner_id"}) & vals.keys():
                raise AccessError(self._step_refusal())
            if _OFFER & vals.keys() and self.filtered("offered_on"):
                raise UserError(
                    self.env._("The offer was made and stays as it is. Take it back first.")
                )
        return super().write(vals)

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    @api.model
    def _step_refusal(self):
        return self.env._("A win-back case moves on with its buttons. Use these.")

    def _fill_in(self):
        """What is known of the customers when the cases are opened, in constant queries."""
        # sudo: level and last visit are the customer's, whom the user sees.
        cases = self.sudo()
        customers = cases.partner_id.commercial_partner_id
        last = customers._last_visit_days()
        past = {
            currency: customers._past_revenues(currency) for currency in cases.currency_id
        }
        for case in cases:
            customer = case.partner_id.commercial_partner_id
            case.write(
                {
                    "partner_id": customer.id,
                    "value_level_id": customer.value_level_id.id,
                    "past_revenue": past[case.currency_id].get(customer.id, 0),
                    "lost_since": last.get(customer.id, False),
                }
            )

    def _check_may_work(self):
        """:raise AccessError: no right to call these customers"""
        if self.env.su:
            return
        if not any(map(self.env.user.has_group, WORKERS)):
            raise AccessError(
                self.env._("Lost customers are called by the dealer's staff. Ask there.")
            )
        self.check_access("write")

    def _check_open(self):
        if closed := self.filtered("date_closed"):
            raise UserError(
                self.env._(
                    "The case of %s is closed. A manager can reopen it.",
                    closed[0].partner_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_worked_on(self):
        if not self.env.su and self.filtered("last_call_on"):
            raise UserError(self.env._("The customer was called. Close the case instead."))

    def action_open_visit(self):
        """Open the visit with which the customer came back."""
        self.ensure_one()
        return self.return_visit_id.sudo(False)._get_records_action()

