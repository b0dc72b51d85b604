from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError

from ..rectification.crm_rectification_guard import DEALER_MANAGER


class CrmSatisfactionVersion(models.Model):
    """From weak points to a plan (S6)."""

    _inherit = "crm.satisfaction.version"

    @api.model
    @api.readonly
    def weak_point_options(self):
        """Also ``may_improve``: whether who asks makes plans, or asks dealers for them."""
        plans = self.env["crm.improvement.plan"]
        may = plans._asks() or self.env.user.has_group(DEALER_MANAGER)
        return {**super().weak_point_options(), "may_improve": may}

    def action_improve(self, filters, level, item_ids, kind="stated"):
        """Make an improvement plan of weak points, as they are looked at.

        The dealer's manager makes it for the own dealer; the manufacturer asks a dealer for it.

        :param dict filters: as of ``weak_points``; the dealer is among them, or the only own one
        :param str level: ``factor`` or ``question``
        :param list item_ids: ids of the weak ones
        :param str kind: importance looked at, ``stated`` or ``derived``
        :return: the action that opens the plan
        :raise UserError: no dealer, no item, or items of another questionnaire
        :raise AccessError: neither a manager of the dealer nor the manufacturer
        """
        asked, items = self._weak_chosen(filters, level, item_ids)
        found = {row["id"]: row for row in self.weak_points(filters, level)["items"]}
        share = "derived" if kind == "derived" else "stated"
        rows = [
            {
                f"{level}_id": item.id,
                "sequence": number,
                "importance": round(100 * (found[item.id][share] or 0), 1),
            }
            for number, item in enumerate(items, 1)
        ]
        names = (item.name if level == "factor" else item.title for item in items)
        return self._plan_of(
            asked.dealer, rows, subject=", ".join(names), **self._periods_of(asked)
        )._get_records_action(context={})

    @api.model
    def _periods_of(self, asked):
        """Before: what was looked at; after: as long, from the month after this one on."""
        if not (asked.since and asked.until):
            return {}
        today = self.env.company._today_here()
        until = min(asked.until, today + timedelta(1))
        if until <= asked.since:
            return {}
        return {"before_from": asked.since, "before_until": until}

    def _plan_of(self, dealer, rows, **vals):
        """A plan for ``dealer``, by its manager, or asked for by the manufacturer.

        :param rows: values of its weak items
        """
        plans = self.env["crm.improvement.plan"]
        shell = plans.new({"dealer_id": dealer.id})
        asks = plans._asks()
        if not (asks or shell._manages()):
            raise AccessError(
                self.env._("A plan is made by the dealer's manager, or asked for by the "
                           "manufacturer. Ask there.")
            )  # fmt: skip
        dealer = dealer.sudo()  # sudo: its company, for who may have the plan
        vals = {
            "dealer_id": dealer.id,
            "company_id": (dealer.company_id or self.env.company).id,
            "version_id": self.id,
            **self._after(vals),
            "asked_by_id": asks and self.env.uid,
            "item_ids": [(0, 0, row) for row in rows],
        }
        plan = plans._make([vals])
        if asks:
            told = plan.sudo()  # sudo: a to-do for the dealer, by who asked
            told._plan_todo(told._words_for("asked"))
        return plan

    @api.model
    def _after(self, vals):
        """With a period after of three whole months, from the next month on."""
        month = self.env.company._today_here().replace(day=1)
        begin = month + relativedelta(months=1)
        return {**vals, "after_from": begin, "after_until": begin + relativedelta(months=3)}

    def _same_parts(self, parts):
        """``{part: the one of this version that is called the same}``, of any version.

        :param parts: factors, or questions on satisfaction
        """
        asked = self.question_ids.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        mine = self.factor_ids if parts._name == self.factor_ids._name else asked
        name = parts._rec_name
        mine = {part.with_context(lang="en_US")[name]: part for part in mine}
        found = {part: mine.get(part.with_context(lang="en_US")[name]) for part in parts}
        return {part: same for part, same in found.items() if same}
