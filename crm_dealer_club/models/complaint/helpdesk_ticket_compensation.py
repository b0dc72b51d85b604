"""What the customer is given for the trouble, and who approved it (M7)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.touch import touch

_OEM = "crm_dealer_grading.group_oem_manager"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    compensation_kind = fields.Selection(
        [
            ("apology", "Apology"),
            ("service", "Free Service"),
            ("parts", "Free Parts"),
            ("voucher", "Voucher"),
            ("points", "Points"),
            ("refund", "Money Back"),
            ("vehicle", "Replacement Vehicle"),
            ("other", "Other"),
        ],
        string="Compensation",
        tracking=True,
    )
    compensation_amount = fields.Monetary(
        string="Value of the Compensation", tracking=True, help="What it is worth, without tax."
    )
    compensation_approved_by_id = fields.Many2one(
        "res.users", string="Compensation Approved by", readonly=True, copy=False, tracking=True,
        index="btree_not_null",
    )  # fmt: skip
    compensation_approved_on = fields.Datetime(
        string="Compensation Approved on", readonly=True, copy=False
    )
    compensation_to_approve = fields.Boolean(
        compute="_compute_compensation_to_approve",
        store=True,
        help="Something is given and nobody approved it yet.",
    )

    _compensation_check = models.Constraint(
        "CHECK(COALESCE(compensation_amount, 0) >= 0)", "A compensation is worth zero or more."
    )

    @api.model
    def _step_fields(self):
        return super()._step_fields() | {
            "compensation_approved_by_id", "compensation_approved_on", "compensation_to_approve",
        }  # fmt: skip

    @api.depends("compensation_kind", "compensation_amount", "compensation_approved_on")
    def _compute_compensation_to_approve(self):
        for ticket in self:
            ticket.compensation_to_approve = not ticket._compensation_settled()

    def _compensation_settled(self):
        return not self._gives_something() or bool(self.compensation_approved_on)

    def _gives_something(self):
        """Words cost nothing; all else is approved, also where its value is left out."""
        return bool(self.compensation_amount) or self.compensation_kind not in (False, "apology")

    def _given_values(self, vals):
        """Another kind or amount needs another approval."""
        given = super()._given_values(vals)
        changed = self.filtered(
            lambda ticket: ticket.compensation_approved_on
            and any(
                name in given and (ticket[name] or False) != (given[name] or False)
                for name in ("compensation_kind", "compensation_amount")
            )
        )
        if changed:
            changed._store(
                {"compensation_approved_by_id": False, "compensation_approved_on": False}
            )
        return given

    def action_approve_compensation(self):
        """Approve: a dealer's manager up to the company's limit, above it the manufacturer's."""
        self._crm_check_may_step()
        self._check_complaint_manager()
        for ticket in self:
            if not ticket.compensation_to_approve:
                raise UserError(
                    self.env._("Nothing of “%s” waits for an approval.", ticket.display_name)
                )
            ticket._check_compensation_value()
            ticket._check_compensation_limit()
            ticket._store(
                {
                    "compensation_approved_by_id": self.env.uid,
                    "compensation_approved_on": fields.Datetime.now(),
                }
            )
        return True

    def _check_compensation_value(self):
        """What has no value would pass below every limit."""
        if self.compensation_amount or self.env.su or self.env.user.has_group(_OEM):
            return
        raise UserError(
            self.env._(
                "Enter first what the compensation of “%s” is worth. The manufacturer's manager "
                "may approve it without a value.",
                self.display_name,
            )
        )

    def _check_compensation_limit(self):
        limit = self.company_id.sudo().complaint_compensation_limit
        amount = self.compensation_amount + self._compensated_lately(limit)
        over = self.currency_id.compare_amounts(amount, limit) > 0
        if over and not self.env.su and not self.env.user.has_group(_OEM):
            raise AccessError(
                self.env._(
                    "Compensations above %s are approved by the manufacturer's manager; what the "
                    "same customer was given lately counts too. Assign the complaint there, or "
                    "lower the value.",
                    self.currency_id.format(limit),
                )
            )

    def _compensated_lately(self, limit):
        """What was approved for other complaints of this customer or vehicle within the days of
        a repeat: a large sum in two parts is one. Single sums above the limit were approved by
        the manufacturer, and leave the dealer its own."""
        # sudo: other dealers' compensations of the same customer count, and are not shown.
        ticket = self.sudo()
        touch(ticket.commercial_partner_id)  # of two approvals at once the second counts the first
        since = fields.Datetime.now() - timedelta(days=ticket.company_id.complaint_repeat_days)
        same = Domain("commercial_partner_id", "=", ticket.commercial_partner_id.id or -1)
        if ticket.vehicle_id:
            same |= Domain("vehicle_id", "=", ticket.vehicle_id.id)
        others = ticket.with_context(active_test=False).search(
            same
            & Domain("crm_kind", "=", "complaint")
            & Domain("id", "!=", ticket.id)
            & Domain("company_id", "=", ticket.company_id.id)
            & Domain("compensation_approved_on", ">=", since)
            & Domain("compensation_amount", "<=", limit)
        )
        return sum(others.mapped("compensation_amount"))
