"""What a member has spent, what the next tier takes, and what keeps the one held (M1)."""

from collections import defaultdict
from math import ceil

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from odoo.addons.crm_dealer_grading.tools.gauge import HORIZON, bounds, steps_into


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    progress_text = fields.Text(
        string="Progress",
        compute="_compute_progress_text",
        help="What is missing to the next tier, and to keep this one.",
    )

    def _progress(self, today=None):
        """What the member has spent and what is missing (M1). For callers in the addon.

        :param datetime.date today: default today at the company
        :return: a dict: ``figure`` (spent in the 12 months of the scheme), ``currency``,
            ``tier``, ``next_tier`` (may be empty), ``missing`` (money to the next tier, 0 where
            other things are missing), ``until`` (the last day on which that is enough, or None),
            ``earned_tier`` (what the figures earn today), ``keep_missing`` (money to keep the
            tier when the period ends), ``keep_from`` and ``keep_until`` (the first and the last
            day for that), ``kept`` (whether the tier is kept as things stand), ``is_lowest``
            and ``steps`` (words where something else than money is missing to the next tier)
        """
        self.ensure_one()
        return self._progresses(today)[self]

    def _progresses(self, today=None):
        """``{membership: progress}``; a constant number of queries."""
        today = today or self._today()
        outlooks, results = self._member_outlooks(today)
        tiers = self.env["crm.club.tier"]._ladder()
        return {
            member: member._progress_of(
                tiers,
                outlooks.get(member.partner_id.id),
                results.get(member.partner_id.id),
                today,
            )
            for member in self
        }

    def _member_outlooks(self, today):
        """The outlook and the result of each customer, by id; none while the scheme is off."""
        # sudo: who may see the card may see what it is earned by.
        scheme = self.env["crm.grading.scheme"].sudo().browse(self._scheme_id() or None)
        if not scheme or scheme.method != "bands":
            return {}, {}
        none = self.env["crm.grading.result"].sudo()
        partners = self.sudo().partner_id
        found = none.search_fetch(
            [("partner_id", "in", partners.ids), ("scheme_id", "=", scheme.id)],
            ["partner_id", "scheme_id", "level_id", "figures"],
        )
        records = found._records_of_customers(today) if found else {}
        results = {result.partner_id.id: result for result in found}
        make = scheme._outlook_maker(today)
        nothing = defaultdict(list)
        outlooks = {
            partner.id: make(results.get(partner.id, none), records.get(partner.id, nothing))
            for partner in partners
        }
        return outlooks, results

    def _progress_of(self, tiers, outlook, result, today):
        tier = self.tier_id.sudo()
        above = tiers.filtered(lambda other: other._is_above(tier) and other.level_id)
        earned = tiers.filtered(lambda other: result and other.level_id == result.level_id)
        progress = {
            "figure": 0.0,
            "currency": self.env.company.currency_id,
            "tier": tier,
            "earned_tier": earned or tiers[-1:],
            "next_tier": above[-1:],
            "missing": 0.0,
            "until": None,
            "steps": "",
            "keep_missing": 0.0,
            "keep_from": today,
            "keep_until": self.grace_until if self.valid_until < today else self.valid_until,
            "kept": True,
            "is_lowest": tier == tiers[-1:],
        }
        if outlook:
            scheme = self.env["crm.grading.scheme"].sudo().browse(self._scheme_id())
            gauge = outlook.gauges[0]
            progress.update(
                figure=float(outlook.numbers()[gauge] or 0),
                currency=scheme.currency_id,
                **self._missing_next(outlook, above[-1:], result),
                **self._missing_kept(outlook, gauge, today),
            )
        return progress

    def _missing_next(self, outlook, tier, result):
        """What the next tier takes today, and until when that is enough."""
        steps = tier and _steps(outlook, tier.level_id, 0)
        if not steps:
            return {}
        if any(step.kind != "more" or step.gauge != outlook.gauges[0] for step in steps):
            words = result or self.env["crm.grading.result"].sudo()
            words = words.with_env(self.env(su=True))
            return {"steps": "; ".join(words._step_in_words(step) for step in steps)}
        return {
            "missing": float(steps[0].amount),
            "until": outlook._last_day(_level(outlook, tier.level_id), steps),
        }

    def _missing_kept(self, outlook, gauge, today):
        """What keeps the tier when the period ends, as things stand."""
        tier = self.tier_id.sudo()
        if tier.by_invitation:
            return {"kept": False}
        ahead = (self.valid_until - today).days + 1
        if ahead > HORIZON:
            return {}
        in_grace = ahead <= 0  # any day until the end of the grace will do
        ahead = max(ahead, 0)
        if tier.expires_unused and (outlook.numbers(ahead)[gauge] or 0) <= 0:
            return {"kept": False}
        steps = _steps(outlook, tier.level_id, ahead) if tier.level_id else ()
        kept = not steps
        if steps and in_grace:
            # What leaves the window until the last day is missing on that day.
            left = min(max((self.grace_until - today).days, 0), HORIZON)
            steps = _steps(outlook, tier.level_id, left) or steps
        money = sum(step.amount for step in steps if step.kind == "more" and step.gauge == gauge)
        return {
            "kept": kept,
            "keep_missing": float(money),
            "keep_from": max(_first_day(gauge, today, ahead), today),
        }

    # ------------------------------------------------------------ words

    @api.depends("tier_id", "state", "valid_until", "partner_id")
    @api.depends_context("lang")
    def _compute_progress_text(self):
        active = self.filtered(lambda member: member.state == "active" and member.tier_id)
        (self - active).progress_text = False
        for member, progress in active._progresses().items():
            member.progress_text = "\n".join(member._progress_in_words(progress))

    def _progress_in_words(self, progress):
        """Lines: what the next tier takes, and what keeps this one."""
        lines = [self._next_in_words(progress), self._kept_in_words(progress)]
        if not progress["kept"]:
            lines.reverse()  # what is about to be lost comes first
        return [line for line in lines if line]

    def _money_in_words(self, amount, currency):
        # Up to whole units: who spends what is said has enough.
        return format_amount(self.env, ceil(amount), currency, trailing_zeroes=False)

    def _next_in_words(self, progress):
        tier = progress["next_tier"]
        if progress["steps"]:
            return self.env._(
                "To reach %(tier)s: %(steps)s", tier=tier.name, steps=progress["steps"]
            )
        if not progress["missing"]:
            return ""
        args = {
            "amount": self._money_in_words(progress["missing"], progress["currency"]),
            "tier": tier.name,
        }
        if not progress["until"]:
            return self.env._("Spend %(amount)s more to reach %(tier)s.", **args)
        args["date"] = format_date(self.env, progress["until"])
        return self.env._("Spend %(amount)s more by %(date)s to reach %(tier)s.", **args)

    def _kept_in_words(self, progress):
        args = {
            "tier": progress["tier"].name,
            "lower": progress["earned_tier"].name,
            "date": format_date(self.env, progress["keep_until"]),
            "amount": self._money_in_words(progress["keep_missing"], progress["currency"]),
        }
        if progress["tier"].by_invitation:
            return self.env._("%(tier)s by invitation until %(date)s; then %(lower)s.", **args)
        if progress["kept"]:
            if progress["is_lowest"]:
                return ""
            return self.env._("%(tier)s is kept after %(date)s.", **args)
        if not progress["keep_missing"]:
            return self.env._("A purchase by %(date)s keeps the membership.", **args)
        if self.in_grace:
            return self.env._(
                "%(tier)s has ended: spend %(amount)s more by %(date)s to keep it, or it becomes "
                "%(lower)s.",
                **args,
            )
        if progress["keep_from"] > self._today():
            # The first day of a year has left the window when the next one begins.
            return self.env._(
                "Spend %(amount)s more from %(start)s to %(date)s to keep %(tier)s.",
                start=format_date(self.env, progress["keep_from"]),
                **args,
            )
        return self.env._("Spend %(amount)s more by %(date)s to keep %(tier)s.", **args)


def _first_day(gauge, today, ahead):
    """The first day whose records count so many days ahead; the earliest of a total's parts."""
    windows = [part.window for part in gauge.parts or (gauge,) if part.window]
    return min((bounds(today, window)[0][ahead] for window in windows), default=today)


def _level(outlook, level):
    """The outlook's own record of a level."""
    return next((own for own, _boxes in outlook.levels if own.id == level.id), None)


def _steps(outlook, level, ahead):
    """The least steps to ``level`` or better so many days ahead; empty when it is reached."""
    order = [own.id for own, _boxes in outlook.levels]
    held = outlook.level(ahead)
    if level.id not in order or (held and order.index(held.id) <= order.index(level.id)):
        return ()
    boxes = dict((own.id, boxes) for own, boxes in outlook.levels)[level.id]
    numbers = outlook.numbers(ahead)
    ways = [steps for box in boxes if (steps := steps_into(numbers, box))]
    return min(ways, key=lambda steps: (len(steps), sum(s.effort for s in steps)), default=())
