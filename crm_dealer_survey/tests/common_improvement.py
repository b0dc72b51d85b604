"""Factories of the improvement plans' tests."""

from datetime import date, timedelta

from .common_programme import NOON, SurveyFactories

BEFORE = (date(2026, 1, 1), date(2026, 4, 1))
AFTER = (date(2026, 4, 1), date(2026, 7, 1))


class ImprovementFactories(SurveyFactories):
    """A plan of dealer A about one factor, and answers before and after."""

    @classmethod
    def _set_up_improvement(cls):
        cls._set_up_survey()
        cls.Plan = cls.env["crm.improvement.plan"]
        cls.today = cls.env.company._today_here()
        cls.dealer_a.manager_id = cls.users["manager_a"]

    @classmethod
    def _plan(cls, login="manager_a", **vals):
        """A plan at its first stage, ready to begin; seen with all rights."""
        plans = cls.Plan.with_user(cls.users[login])
        plan = plans.create(
            {
                "subject": "Advice",
                "dealer_id": cls.dealer_a.id,
                "version_id": cls.version.id,
                "before_from": BEFORE[0],
                "before_until": BEFORE[1],
                "after_from": AFTER[0],
                "after_until": AFTER[1],
                "item_ids": [(0, 0, {"factor_id": cls.factors["advice"].id, "target": 850})],
                **vals,
            }
        )
        cls._measure(plan, login)
        return plan.with_env(cls.env)

    @classmethod
    def _measure(cls, plan, login="manager_a", **vals):
        measures = cls.env["crm.improvement.measure"].with_user(cls.users[login])
        return measures.create(
            {
                "plan_id": plan.id,
                "name": "Ask what the car is for",
                "item_id": plan.item_ids[:1].id,
                "user_id": cls.users["sales_a"].id,
                "begin_on": cls.today - timedelta(10),
                "deadline_on": cls.today + timedelta(10),
                **vals,
            }
        ).with_env(cls.env)

    @classmethod
    def _answers(cls, figures, day, dealer=None, customers=True):
        """An answer for each figure, said of every question on satisfaction."""
        dealer = dealer or cls.dealer_a
        made = []
        for number, figure in enumerate(figures):
            said = {
                question: figure
                for question in cls.version.question_ids
                if question.satisfaction_kind == "satisfaction"
            }
            who = cls._customer(dealer).id if customers else False
            at = NOON.replace(month=day.month, day=day.day) + timedelta(days=number % 5)
            made.append(cls._answered(said, at=at, partner_id=who, dealer_id=dealer.id))
        cls.env.flush_all()
        return made

    @classmethod
    def _brought_to(cls, stage, plan=None, conclusion="standard", **vals):
        """A plan at a stage, by its manager, with enough answers."""
        plan = plan or cls._plan(**vals)
        mine = plan.with_user(cls.users["manager_a"])
        stages = ["plan", "do", "check", "act", "closed"]
        for name in stages[stages.index(plan.stage) + 1 : stages.index(stage) + 1]:
            if name == "do":
                mine.action_start()
            elif name == "check":
                cls._carry_out(plan)
                mine.action_check()
            elif name == "act":
                mine.action_act()
            else:
                mine._step("close", "Learned a lot", conclusion)
        plan.invalidate_recordset()
        return plan

    @classmethod
    def _carry_out(cls, plan):
        """Its measures done, and answers in the period after."""
        for measure in plan.measure_ids:
            measure.with_user(cls.users["sales_a"]).result = "Done in all talks"
            measure.with_user(cls.users["sales_a"]).action_finish()
        if not plan.effect_ids.filtered("is_total").after_count:
            cls._answers([7, 7, 8, 7], BEFORE[0] + timedelta(9))
            cls._answers([9, 9, 10, 9, 9], AFTER[0] + timedelta(9))

    def _meeting(self, plan, login="manager_a", **vals):
        return self._as(login, self.env["crm.improvement.meeting"]).create(
            {"name": "Secret meeting", "dealer_id": self.dealer_a.id,
             "start": "2026-07-01 02:00:00", "plan_ids": [(6, 0, plan.ids)],
             "agenda": "Secret agenda", "location": "Room 7",
             "decision_ids": [(0, 0, {"name": "Secret", "plan_id": plan.id,
                                      "user_id": self.users["sales_a"].id,
                                      "deadline_on": self.today})], **vals}
        ).with_env(self.env)  # fmt: skip

    def _check(self, login="manager_a"):
        return self._as(login, self.env["crm.improvement.check"]).create(
            {"checklist_id": self.env.ref("crm_dealer_survey.improvement_checklist_ssi").id,
             "dealer_id": self.dealer_a.id}
        ).with_env(self.env)  # fmt: skip
