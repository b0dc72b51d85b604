"""Handing calls out: no two people ever get the same one (S3)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.notification import notification
from odoo.addons.crm_dealer_grading.tools.touch import touch

# So long a call is somebody's; a system parameter changes it.
HOLD_MINUTES = 20


class CrmFollowupCall(models.Model):
    _inherit = "crm.followup.call"

    @api.model
    def _hold_until(self):
        # sudo: a parameter that everybody is subject to.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("crm_dealer_survey.followup_hold_minutes")
        minutes = int(value) if value and value.isdigit() and int(value) else HOLD_MINUTES
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _held_by_other(self):
        """Whether somebody else is on the telephone with the customer."""
        now = fields.Datetime.now()
        holder = self.holder_id
        return bool(
            holder and holder != self.env.user and self.held_until and self.held_until > now
        )

    def _lock_open(self):
        """Wait for whoever works on these calls, then refuse what is closed or somebody else's.

        The server repeats whoever comes second, who then sees what the first one did.

        :raise UserError: the call is closed, or somebody else is making it
        """
        self.flush_recordset()
        touch(self)
        for call in self.sudo():  # sudo: the state of a call that the user may make
            if call.state != "due":
                raise UserError(
                    self.env._(
                        "The call to %s is closed already. Take the next one.",
                        call.partner_id.name,
                    )
                )
            if call._held_by_other():
                raise UserError(
                    self.env._(
                        "%(user)s is calling %(customer)s at this moment. Take the next call.",
                        user=call.holder_id.name,
                        customer=call.partner_id.name,
                    )
                )

    def _check_time(self):
        """:raise UserError: the customer is not called at this hour, unless it asked for it"""
        now = fields.Datetime.now()
        for call in self.sudo():  # sudo: the rule's hours
            if call.last_result == "later" and call.date_next <= now:
                continue
            if not call.rule_id._may_call_at(now, call.company_id or self.env.company):
                raise UserError(call._quiet_words())

    def _quiet_words(self):
        """When the customer may be called, for who tries at another hour."""
        return self.env._(
            "Customers are called between %(start)s and %(end)s. Call then, or at a time for "
            "which the customer asked.",
            start=self._clock(self.rule_id.hour_from),
            end=self._clock(self.rule_id.hour_to),
        )

    @staticmethod
    def _clock(hours):
        minutes = round(hours * 60)
        return f"{minutes // 60}:{minutes % 60:02}"

    def _hold(self):
        """Keep the call for the user while the customer is on the telephone.

        :raise AccessError: for everybody but those whose call it is
        :raise UserError: it is closed, somebody else's, or the customer must not be called now
        """
        self.ensure_one()
        self._check_may_call()
        self._lock_open()
        self._check_time()
        if not self.partner_id._contact_allowed("followup", "phone"):
            raise UserError(
                self.env._(
                    "%s does not want to be called. The call is withdrawn tonight; take the "
                    "next one.",
                    self.sudo().partner_id.name,
                )
            )
        # sudo: nobody writes calls by hand; who may make this one was checked.
        self.sudo().write({"holder_id": self.env.uid, "held_until": self._hold_until()})

    def _release(self):
        """Give back a call that the user holds; nothing happens to others."""
        # sudo: as above, for the user's own calls.
        mine = self.sudo().filtered(lambda c: c.holder_id == self.env.user and c.state == "due")
        touch(mine)
        mine.write({"holder_id": False, "held_until": False})

    @api.model
    def _free_given(self):
        """Open calls given to somebody who has left, or who makes none any more, are nobody's."""
        groups = self._read_group(
            [("state", "=", "due"), ("user_id", "!=", False)],
            ["caller", "dealer_id", "user_id"],
            ["id:recordset"],
        )
        for *_key, user, calls in groups:
            if not calls[0]._is_made_by(user):
                calls.user_id = False

    @api.model
    def _mine_domain(self):
        """Open calls that the user may make: the own ones and nobody's."""
        return Domain("may_call", "=", True) & Domain("user_id", "in", [self.env.uid, False])

    @api.model
    def _waiting_domain(self):
        """Of those the ones that are due at this moment and held by nobody."""
        now = fields.Datetime.now()
        free = Domain("held_until", "=", False) | Domain("held_until", "<", now)
        return (
            self._mine_domain()
            & Domain("date_next", "<=", now)
            & self._by_company(lambda here: Domain("lapses_on", ">=", here._today_here()))
            & free
        )

    @api.model
    def _by_company(self, domain_of):
        """``domain_of(company)`` for each company's calls; those of none go by the user's."""
        mine = self.env.company
        return Domain.OR(
            Domain("company_id", "in", [here.id, False] if here == mine else [here.id])
            & domain_of(here)
            for here in self.env.companies | mine
        )

    @api.model
    def _callable_domain(self):
        """Of those the ones whose customers may be called at this hour."""
        now = fields.Datetime.now()
        rules = self.env["crm.followup.rule"].with_context(active_test=False)
        rules = rules.search(Domain.TRUE)

        def at_hour(here):
            return Domain("rule_id", "in", rules.filtered(lambda r: r._may_call_at(now, here)).ids)

        hour = self._by_company(at_hour) | Domain("last_result", "=", "later")
        return self._waiting_domain() & hour

    @api.model
    def _take_next(self):
        """The next due call of the user, held; empty where there is none.

        The one that the user holds already comes first, then those for which customers asked a
        time, then the user's own, then the longest due. A row that somebody else is taking at
        this instant is skipped.
        """
        self.check_access("read")
        now = fields.Datetime.now()
        held = self.search(
            self._mine_domain() & Domain("holder_id", "=", self.env.uid)
            & Domain("held_until", ">=", now), limit=1, order="held_until"
        )  # fmt: skip
        if held:
            return held
        for call in self._candidates():
            if call := self._seize(call):
                return call
        return self.browse()

    @api.model
    def _candidates(self, page=40):
        """Calls to try, in order, whose customers may be called.

        They come one by one, page after page, until none is left: all of a page may be customers
        who have refused since, or rows that others are taking.
        """
        domain = self._callable_domain()
        tried = self.browse()
        asked = Domain("last_result", "=", "later")
        own = Domain("user_id", "=", self.env.uid)
        for first in (asked, own, Domain.TRUE):
            offset, limit = 0, page
            while calls := self.search(domain & first, offset=offset, limit=limit):
                offset, limit = offset + limit, limit * 4  # few queries, however many refuse
                new, tried = calls - tried, tried | calls
                allowed = new.partner_id._contact_allowed("followup", "phone")
                yield from new.filtered(lambda call, allowed=allowed: call.partner_id in allowed)

    @api.model
    def _seize(self, call):
        """``call``, held by the user; empty where somebody else has its row."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_followup_call SET holder_id = %s, held_until = %s
                    WHERE id = (SELECT id FROM crm_followup_call WHERE id = %s AND state = 'due'
                                   FOR UPDATE SKIP LOCKED)
                RETURNING id""",
                self.env.uid,
                self._hold_until(),
                call.id,
            )
        )
        call.invalidate_recordset(["holder_id", "held_until"])
        return call if rows else self.browse()

    # -- Buttons -----------------------------------------------------------------------------

    @api.model
    def action_next_call(self, *_ids):
        """Open the caller's screen with the next due call."""
        call = self._take_next()
        if call:
            return self.env["crm.followup.desk"]._open(call)
        quiet = self.search(self._waiting_domain() & ~self._callable_domain(), limit=1)
        words = quiet._quiet_words() if quiet else self.env._("No call is due at this moment.")
        # By its name: only of an action that the client loads itself is the help HTML.
        return notification(words, "info", then="crm_dealer_survey.crm_followup_calls_left")

    def action_call(self):
        """Open the caller's screen with this call."""
        self._hold()
        return self.env["crm.followup.desk"]._open(self)
