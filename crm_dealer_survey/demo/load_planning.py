"""Plans of last year and of this one (S8).

The story: the manufacturer's plan of this year asks for better handovers and kept promises.
Shanghai and Hangzhou closed the plans of last year, and carry out this year's; Suzhou's was
approved and is about to begin, Guangzhou runs over its budget, Beijing's is submitted, Qingdao's
was returned, Shenzhen works on a draft. Tianjin has no plan.
"""

from datetime import date, timedelta

from .plans_of_dealers import BUDGET, DEALERS, EVENTS, NETWORK, TARGETS, TOPICS

_RETURNED = "目标低于去年实绩，请结合弱项改善课题重新制定。"
_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_activity_quick_update": True,
}


def load(env):
    """Take the plans through their steps, each by who does it."""
    env = env(context={**env.context, **_QUIET})
    auditor = env.ref("crm_dealer_grading.user_auditor", raise_if_not_found=False)
    oem = env.ref("crm_dealer_grading.user_oem", raise_if_not_found=False)
    if auditor and oem:
        story = _Story(env, auditor, oem)
        for years_ago in (1, 0):
            story.tell_network(years_ago)
            story.tell_dealers(years_ago)


class _Story:
    def __init__(self, env, auditor, oem):
        self.env, self.auditor, self.oem = env, auditor, oem
        self.today = env.company._today_here()

    def tell_network(self, years_ago):
        year = self.today.year - years_ago
        vals = {"year": year, "dealer_id": False, "due_on": date(year, 2, 15), **NETWORK}
        plan = self.env["crm.year.plan"].with_user(self.auditor).create(vals)
        plan.target_ids = [
            (0, 0, {"kpi_id": self.env.ref(xmlid).id, "target": target, "sequence": number})
            for number, (xmlid, target) in enumerate(TARGETS)
        ]
        self._parts(plan, self.auditor, 100)
        self._bring(plan, self.auditor, "running")
        self._work(plan, 50)
        if years_ago:
            self._review(plan, self.auditor, "closed")
        self._long_ago(plan)

    def tell_dealers(self, years_ago):
        year = self.today.year - years_ago
        for code, share, last, now in DEALERS:
            dealer = self.env["crm.dealer"].search([("code", "=", code)], limit=1)
            state = last if years_ago else now
            if not (dealer.manager_id and state):
                continue
            manager = dealer.manager_id
            plans = self.env["crm.year.plan"].with_user(manager)
            plan = plans.create({"year": year, "dealer_id": dealer.id, "direction": False})
            plan.action_propose()
            for line in plan.target_ids.filtered(lambda line: line.target > 95):
                line.write({"target": 90, "note": "去年样本少，按网络目标适当提高。"})
            self._parts(plan, manager, share)
            self._bring(plan, manager, state)
            if state in ("running", "closed"):
                self._work(plan, share)
                self._review(plan, manager, state)
            self._long_ago(plan)

    def _parts(self, plan, owner, share):
        """Topics, activities and budget; ``share`` is what of the amounts is the plan's, in %."""
        year = plan.year
        plan.topic_ids = [
            (0, 0, {"name": name, "kpi_id": self.env.ref(kpi).id, "measure": measure,
                    "effect": effect, "until": date(year, month, 28), "user_id": owner.id})
            for name, kpi, measure, effect, month in TOPICS
        ]  # fmt: skip
        plan.planned_ids = [
            (0, 0, {"name": name, "kind": kind, "date_begin": date(year, month, day),
                    "date_end": date(year, month, day) + timedelta(days), "effect": effect,
                    "budget": amount * share / 100, "user_id": owner.id})
            for name, kind, month, day, days, amount, effect in EVENTS
        ]  # fmt: skip
        plan.budget_ids = [
            (0, 0, {"name": name, "kind": kind, "month": date(year, month, 1),
                    "amount": amount * share / 100})
            for name, kind, month, amount in BUDGET
        ]  # fmt: skip

    def _bring(self, plan, author, state):
        if state == "draft":
            return
        plan.with_user(author)._step("submit")
        if state == "returned":
            plan.with_user(self.oem)._step("return", _RETURNED)
        elif state != "submitted":
            plan.with_user(self.oem)._step("approve")
            if state != "approved":
                plan.with_user(author)._step("start")

    def _work(self, plan, share):
        """What is over is done, and cost about what was planned; the big ones cost more."""
        rate = 1.25 if share > 60 else 0.95
        for activity in plan.planned_ids:
            if activity.date_end < self.today:
                activity.write({"state": "done", "cost": activity.budget * rate,
                                "result": "按计划完成，客户反馈良好。"})  # fmt: skip
            elif activity.date_begin <= self.today:
                activity.state = "under_way"
        for line in plan.budget_ids.filtered(lambda line: line.month < self.today):
            line.cost = line.amount * rate
        plan.topic_ids.filtered(lambda topic: topic.until < self.today)[:2].write(
            {"state": "done", "result": "措施已落实，进入日常管理。"}
        )

    def _review(self, plan, manager, state):
        mine, oem = plan.with_user(manager), plan.with_user(self.oem)
        half = "h1" if self.today.month > 6 or state == "closed" else "q1"
        review = mine._review(half, "交车讲解时间延长后，销售满意度稳步提高；等待时间仍是弱项。")
        review.with_user(self.oem).decisions = "继续执行；下半年重点改善服务等待时间。"
        review.with_user(self.oem).action_confirm()
        if state == "closed":
            last = mine._review("year", "全年计划基本完成，客户数据完整度未达标。")
            last.with_user(self.oem).action_confirm()
            mine.next_direction = "明年重点：客户数据质量与保有客户维系。"
            oem._step("close")

    def _long_ago(self, plan):
        """As if the steps had been taken when their time was."""
        year, plan = plan.year, plan.sudo()
        days = {"submitted_on": date(year, 1, 12), "approved_on": date(year, 1, 25),
                "closed_on": date(year + 1, 1, 20)}  # fmt: skip
        known = {name: day for name, day in days.items() if plan[name]}
        plan._store({name: min(day, self.today) for name, day in known.items()})
        for review in plan.review_ids:
            day = date(year + 1, 1, 15) if review.phase == "year" else date(year, 7, 12)
            day = min(day, self.today)
            review._store_review({"reviewed_on": day, "confirmed_on": day})
