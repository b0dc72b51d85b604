from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# How long before the end its author is reminded.
REMIND_DAYS = 7


class CrmGradingManual(models.Model):
    """A level given by hand: it wins over the computed one in ``[date_from, date_until)`` (G13).

    Append-only: it is ended, not changed or deleted. Two of one customer in one scheme cannot
    overlap, which the database holds. The day is that of the scheme's company.
    """

    _name = "crm.grading.manual"
    _description = "Manual Level"
    _inherit = ["crm.dealer.scope"]
    _order = "date_from desc, id desc"
    _rec_name = "level_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    scheme_id = fields.Many2one("crm.grading.scheme", required=True, ondelete="cascade", index=True)
    level_id = fields.Many2one(
        "crm.grading.level",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('scheme_id', '=', scheme_id)]",
    )
    level_color = fields.Integer(related="level_id.color", aggregator=None)
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users", string="Author", required=True, readonly=True, ondelete="restrict",
        default=lambda self: self.env.user,
    )  # fmt: skip
    date_from = fields.Date(
        string="Valid From", required=True, default=lambda self: self.env.company._today_here()
    )
    date_until = fields.Date(
        string="Until",
        help="From this day on the computed level holds again. Empty, where the scheme gives "
        "levels by hand only: until somebody ends it.",
    )
    ended_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    end_reason = fields.Text(readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="set null")
    reminded_for = fields.Date(readonly=True, help="The end of which the author was reminded.")
    is_valid = fields.Boolean(
        string="Valid Today", compute="_compute_is_valid", search="_search_is_valid"
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int8range(partner_id, partner_id, '[]') WITH &&,"
        " int8range(scheme_id, scheme_id, '[]') WITH &&,"
        " daterange(date_from, date_until) WITH &&)",
        "The customer has a manual level in this scheme for some of these days already. "
        "End that one first.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_until >= date_from)", "A manual level ends after its first day."
    )

    @api.depends_context("company")
    @api.depends("scheme_id.company_id", "date_from", "date_until")
    def _compute_is_valid(self):
        for manual in self:
            today = manual.scheme_id._today_here()
            manual.is_valid = bool(
                manual.date_from
                and manual.date_from <= today
                and (not manual.date_until or manual.date_until > today)
            )

    @api.model
    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) > 1:
            return Domain.TRUE
        valid = self._by_day(
            lambda today: Domain("date_from", "<=", today)
            & (Domain("date_until", "=", False) | Domain("date_until", ">", today))
        )
        return valid if True in value else ~valid

    @api.model
    def _by_day(self, domain_of):
        """Domain of ``domain_of(today)``, by the day it is where each scheme grades."""
        schemes = self.env["crm.grading.scheme"].sudo().with_context(active_test=False)
        schemes = schemes.search([("applies_to", "=", "customer")])
        return Domain.OR(
            Domain("scheme_id", "in", some.ids) & domain_of(today)
            for today, some in schemes.grouped(lambda scheme: scheme._today_here()).items()
        )

    @api.constrains("scheme_id", "level_id", "date_from", "date_until")
    def _check_manual(self):
        for manual in self:
            scheme = manual.scheme_id
            if manual.level_id.scheme_id != scheme or scheme.applies_to != "customer":
                raise ValidationError(
                    self.env._("Choose a level of the scheme %s for customers.", scheme.name)
                )
            if not manual.date_until and scheme.method != "manual":
                raise ValidationError(
                    self.env._(
                        "%s computes levels: say until which day the manual level holds.",
                        scheme.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Give levels by hand; in effect at once.

        :raise AccessError: a customer is not one of the user's own
        :raise ValidationError: the level would never hold
        """
        vals_list = [self._whole_vals(vals) for vals in vals_list]
        manuals = super().create(vals_list)
        manuals._check_own_customers()
        if not self.env.su and any(m.date_from < m.scheme_id._today_here() for m in manuals):
            raise ValidationError(self.env._("A manual level begins today or later."))
        if any(m.date_until and m.date_until <= m.date_from for m in manuals):
            raise ValidationError(self.env._("The end must be after the first day."))
        manuals._apply()
        return manuals

    @api.model
    def _whole_vals(self, vals):
        """Values with what is not the caller's to say."""
        partner = self.env["res.partner"].browse(vals.get("partner_id")).commercial_partner_id
        scheme = self.env["crm.grading.scheme"].browse(vals.get("scheme_id"))
        vals = {
            "date_from": scheme._today_here(),
            **vals,
            "partner_id": partner.id,
            "dealer_id": partner.sudo().dealer_id.id,  # the rule on the level asks for it
            "ended_by_id": False,
            "end_reason": False,
            "reminded_for": False,
        }
        if not self.env.su or not vals.get("user_id"):
            vals["user_id"] = self.env.uid
        return vals

    def _check_own_customers(self):
        """A dealer that serves another's customer does not give the customer a level."""
        if self._acts_for_dealers() and self.sudo().dealer_id - self.env.user._own_dealers():
            raise AccessError(
                self.env._(
                    "Only a customer's own dealer gives levels by hand. "
                    "Ask that dealer, or the manufacturer's manager."
                )
            )

    def _check_may_decide(self):
        """:raise AccessError: the user may not give or end manual levels of these customers"""
        if not self.env.su:
            self.check_access("read")
            self.browse().check_access("create")
        self._check_own_customers()

    def action_end(self, date=None, reason=None):
        """End the levels on a day; the computed one holds from then on.

        :param datetime.date date: first day without it, not in the past; default today (company)
        :param str reason: why
        :raise AccessError: not the user's customer, or not a manager
        :raise UserError: it has ended already
        """
        self._check_may_decide()
        date = fields.Date.to_date(date)

        def day(manual):
            today = manual.scheme_id._today_here()
            return max(date or today, today)

        for manual in self:
            if manual._is_void() or (manual.date_until and manual.date_until <= day(manual)):
                raise UserError(
                    self.env._(
                        "“%(level)s” of %(customer)s has its end on %(date)s already.",
                        level=manual.level_id.name,
                        customer=manual.partner_id.display_name,
                        date=manual.date_until,
                    )
                )
        for end, manuals in self.grouped(day).items():
            manuals._end(end, reason)
        return True

    def _is_void(self):
        """Whether it was ended before it began, and never holds."""
        return self.date_until == self.date_from

    def _end(self, date, reason=None):
        """Store the end; a level that had not begun never holds."""
        for manual in self:
            # sudo: callers have checked who may; nobody writes these fields directly.
            manual.sudo().write(
                {
                    "date_until": max(date, manual.date_from),
                    "ended_by_id": self.env.uid,
                    "end_reason": reason,
                }
            )
        self._apply()

    def _apply(self):
        """Regrade the customers at once (G15)."""
        self.flush_model()
        # sudo: what the level becomes follows from the record, whoever wrote it.
        for scheme, manuals in self.sudo().grouped("scheme_id").items():
            scheme._apply_manual(manuals.partner_id.ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Manual levels are kept as evidence: end the level instead of deleting it.")
        )

    @api.model
    def _due_domain(self):
        """Levels that end within a week and whose author does not know yet."""
        soon = timedelta(days=REMIND_DAYS)
        ending = self._by_day(
            lambda now: Domain("date_until", ">", now) & Domain("date_until", "<=", now + soon)
        )
        return ending & Domain("reminded_for", "=", False) & Domain("ended_by_id", "=", False)

    @api.model
    def _cron_remind(self, batch=200):
        """Remind authors of levels that end within a week; once for each end."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(self._due_domain()))
        while due := self.search(self._due_domain(), limit=batch).try_lock_for_update():
            due._remind()
            if not cron._commit_progress(len(due)):
                break

    def _remind(self):
        """A to-do on the customer for the author, or the salesperson when the author is gone."""
        for manual in self:
            user = manual.user_id.filtered("active") or manual.partner_id.user_id
            if not manual.partner_id.with_user(user or self.env.user).has_access("read"):
                user = self.env["res.users"]
            manual.partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=manual.date_until,
                summary=self.env._(
                    "The manual level “%s” ends: extend it or let it go", manual.level_id.name
                ),
                user_id=user.id,
            )
            manual.reminded_for = manual.date_until
