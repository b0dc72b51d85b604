"""Next year's plan from this one, and plans for many dealers at once (S8)."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .crm_year_plan_guard import STEP


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    def copy_data(self, default=None):
        """A copy is of the next year: a dealer has one plan a year."""
        vals_list = super().copy_data(default)
        return [
            {**vals, "year": (default or {}).get("year", plan.year + 1)}
            for plan, vals in zip(self, vals_list, strict=True)
        ]

    def action_next_year(self):
        """Make the plan of the next year from this one, with new proposals; open it.

        :raise AccessError: the plan is not the user's to write
        :raise UserError: there is one already
        """
        self.ensure_one()
        self.check_access("read")
        if not self._is_author():
            raise AccessError(self._not_yours())
        plan = self._of_scope(self.year + 1)
        if plan:
            raise UserError(self.env._("There is “%s” already. Open it.", plan.name))
        plan = self.copy()
        plan.direction = self.next_direction or self.direction
        self._carry_over(plan)
        plan._propose()
        return plan._get_records_action(context={})

    def _of_scope(self, year):
        # sudo: whether there is one, archived ones and those of other companies too.
        plans = self.sudo().with_context(active_test=False)
        return plans.search(
            [("year", "=", year), ("dealer_id", "=", self.dealer_id.id),
             ("region_id", "=", self.region_id.id)], limit=1,
        )  # fmt: skip

    def _carry_over(self, plan):
        """Topics that are open, activities and budget lines, a year later.

        Whoever has left is in charge of nothing any more.
        """
        later = relativedelta(years=1)

        def in_charge(part):
            user = part.sudo().user_id  # sudo: who works where
            return user.id if user.active and part.sudo()._is_colleague(user) else False

        topics = {}
        for topic in self.topic_ids.filtered(lambda t: t.state == "open"):
            topics[topic] = topic.copy(
                {
                    "plan_id": plan.id,
                    "until": topic.until and topic.until + later,
                    "user_id": in_charge(topic),
                }
            )
        for activity in self.planned_ids.filtered(lambda a: a.state != "cancelled"):
            activity.copy(
                {
                    "plan_id": plan.id,
                    "date_begin": activity.date_begin + later,
                    "date_end": activity.date_end + later,
                    "user_id": in_charge(activity),
                    "topic_id": topics[activity.topic_id].id
                    if activity.topic_id in topics else False,
                }
            )  # fmt: skip
        for line in self.budget_ids:
            line.copy({"plan_id": plan.id, "month": line.month + later})

    # ------------------------------------------------------------ many at once

    @api.private
    def _make_for(self, dealers, year):
        """Drafts with proposed targets for those of ``dealers`` without a plan; the plans.

        :raise AccessError: by anybody but a manager of the manufacturer
        """
        if not self._is_manager():
            raise AccessError(self.env._("A manager of the manufacturer makes plans of dealers."))
        # sudo: plans that dealers will write; the right to make them was checked.
        plans = self.sudo().with_context(active_test=False)
        there = plans.search([("year", "=", year), ("dealer_id", "in", dealers.ids)]).dealer_id
        made = plans.with_context(crm_year_plan_step=STEP).create(
            [
                {"year": year, "dealer_id": dealer.id,
                 "company_id": (dealer.company_id or self.env.company).id}
                for dealer in dealers.sudo() - there
            ]
        )  # fmt: skip
        made._propose()
        return made.with_env(self.env)
