"""Factories of the assessments' tests: dealers with calls that were made, or not."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .common_followup import FollowupFactories

MADE, REACHED = "followup_ratio", "followup_success"


class AssessmentFactories(FollowupFactories):
    """Six dealers, and a policy over two KPIs of their own follow-up calls."""

    @classmethod
    def _set_up_assessment(cls):
        cls._set_up_followup()
        cls.env["crm.dealer"].search([]).active = False
        cls.dealer_a.active = cls.dealer_b.active = True
        cls.dealers = cls.dealer_a | cls.dealer_b | cls.env["crm.dealer"].create(
            [
                {"name": f"Test Dealer {name}", "code": f"T-{name}", "region_id": region.id}
                for name, region in zip(
                    "CDEF", [cls.region_north, cls.region_south] * 2, strict=True
                )
            ]
        )  # fmt: skip
        cls.dealer_a.manager_id = cls.users["manager_a"]
        cls.dealer_b.manager_id = cls.users["greedy_b"]
        cls.Assessment = cls.env["crm.assessment"]
        this = cls.env["crm.kpi.value"]._period_of("quarter", cls.env.company._today_here())
        cls.begins = [this - relativedelta(months=3 * back) for back in range(1, 6)]
        cls.begin = cls.begins[0]
        cls.kpi_made, cls.kpi_reached = (
            cls.env.ref(f"crm_dealer_survey.kpi_{code}") for code in (MADE, REACHED)
        )
        cls.policy = cls._policy()
        cls.Call.search([]).unlink()

    @classmethod
    def _policy(cls, **vals):
        return cls.env["crm.assessment.policy"].create(
            {
                "name": "Test Policy",
                "code": "T-POLICY",
                "component_ids": [
                    Command.create({"kpi_id": cls.kpi_made.id, "weight": 3}),
                    Command.create({"kpi_id": cls.kpi_reached.id, "weight": 1}),
                ],
                "rule_ids": [Command.create(rule) for rule in cls._rules()],
                **vals,
            }
        )

    @classmethod
    def _rules(cls):
        step = [{"up_to": 25, "reward": 300}, {"up_to": 50, "reward": 100}]
        return [
            {"name": "Bonus", "kind": "bonus", "step_ids": [Command.create(s) for s in step]},
            {"name": "Fine", "kind": "fine", "places": 1, "amount": 50, "repeat_amount": 20},
            {"name": "Exit", "kind": "exit", "places": 1, "periods": 4},
            {"name": "Better", "kind": "improvement", "places": 1, "amount": 70},
            {"name": "Faked", "kind": "faked"},
        ]

    @classmethod
    def _make_calls(cls, shares, begin=None):
        """Ten calls due of each dealer in a period: so many made, all of them reached.

        :param shares: number of calls made, by place of ``dealers``; None: no call at all
        """
        day = (begin or cls.begin) + timedelta(days=10)
        values = [
            {
                "rule_id": cls.rule.id,
                "caller": "dealer",
                "event_key": f"visit:-{dealer.id}-{day}-{number}",
                "partner_id": cls.customer_a.id,
                "dealer_id": dealer.id,
                "event_date": day - timedelta(days=3),
                "date_due": day,
                "date_next": datetime.combine(day, time.min),
                "lapses_on": day + timedelta(days=7),
                "state": "done" if number < made else "lapsed",
                "attempt_count": int(number < made),
                "last_result": "reached" if number < made else False,
            }
            for dealer, made in zip(cls.dealers, shares, strict=True)
            if made is not None
            for number in range(10)
        ]
        return cls.Call.create(values)

    @classmethod
    def _assessment(cls, begin=None, policy=None, login="oem"):
        """A draft by the manufacturer's manager, seen with all rights."""
        drafts = cls.Assessment.with_user(cls.users[login])
        made = drafts.create(
            {"policy_id": (policy or cls.policy).id, "begin": begin or cls.begin}
        )
        return made.with_env(cls.env)

    @classmethod
    def _brought_to(cls, state, begin=None, policy=None):
        """An assessment at a state, by the manufacturer's manager."""
        assessment = cls._assessment(begin, policy)
        mine = assessment.with_user(cls.users["oem"])
        for name, step in (("computed", "compute"), ("shown", "action_show"),
                           ("published", "action_publish")):  # fmt: skip
            if name == "published":
                cls._let_time_pass(assessment)
            getattr(mine, step)()
            if name == state:
                break
        assessment.invalidate_recordset()
        return assessment

    @classmethod
    def _let_time_pass(cls, assessment):
        """The time to appeal is over."""
        day = cls.env.company._today_here() - timedelta(days=1)
        assessment._stepping().write({"shown_on": day, "appeal_until": day})

    @classmethod
    def _line(cls, assessment, dealer):
        return assessment.line_ids.filtered(lambda line: line.dealer_id == dealer)

    @classmethod
    def _proposed(cls, assessment):
        """``{(kind, dealer): proposal}``."""
        return {(one.kind, one.dealer_id): one for one in assessment.proposal_ids}
