"""Factories of the year plans' tests."""

from datetime import date

from odoo.addons.crm_dealer_grading.tests.common import DealerFactories

YEAR = 2031
KINDS = {"year": (1,), "half": (1, 7), "quarter": (1, 4, 7, 10)}


class PlanningFactories(DealerFactories):
    """Two KPIs with figures of two years, plans of the network and of dealer A."""

    @classmethod
    def _set_up_planning(cls):
        cls._set_up_network()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.Plan = cls.env["crm.year.plan"]
        cls.dealer_a.manager_id = cls.users["manager_a"]
        cls.dealer_b.manager_id = cls.users["greedy_b"]
        cls.env["crm.kpi"].search([]).is_assessed = False
        cls.rate = cls.env.ref("crm_dealer_grading.kpi_retention")
        cls.lost = cls.env.ref("crm_dealer_grading.kpi_churn")
        (cls.rate | cls.lost).is_assessed = True
        cls.colleague = cls.env["res.users"].with_context(no_reset_password=True).create(
            {"name": "Colleague", "login": "second_oem", "email": "s@example.com",
             "group_ids": [(6, 0, cls.env.ref("crm_dealer_grading.group_oem_manager").ids)]}
        )  # fmt: skip

    @classmethod
    def _value(cls, kpi, value, dealer=None, region=None, year=YEAR, kind="year", month=1, **vals):
        """A figure as the engine keeps it; None: nothing to divide by."""
        of_region = "region" if region else "network"
        return cls.env["crm.kpi.value"].create(
            {
                "kpi_id": kpi.id,
                "level": "dealer" if dealer else of_region,
                "dealer_id": dealer.id if dealer else False,
                "region_id": region.id if region else (dealer.region_id.id if dealer else False),
                "period_kind": kind,
                "period": date(year, month, 1),
                "value": value or 0.0,
                "has_value": value is not None,
                "told_dealers": 0,
                **vals,
            }
        )

    @classmethod
    def _plan(cls, login="manager_a", **vals):
        """A draft by a role, with a target, a topic, an activity and a budget line."""
        env = cls.Plan.with_user(cls.users[login])
        dealer = cls.dealer_a if login.endswith("_a") else cls.env["crm.dealer"]
        plan = env.create({"year": YEAR, "dealer_id": dealer.id, "direction": "Better", **vals})
        year = plan.year
        plan.write(
            {
                "target_ids": [(0, 0, {"kpi_id": cls.rate.id, "target": 80.0})],
                "topic_ids": [(0, 0, {"name": "Waiting", "kpi_id": cls.rate.id,
                                      "measure": "A second desk", "effect": "+3"})],
                "planned_ids": [(0, 0, {"name": "Service month", "kind": "service",
                                        "date_begin": f"{year}-05-01", "budget": 1000.0})],
                "budget_ids": [(0, 0, {"name": "Letters", "kind": "mailing",
                                       "month": f"{year}-03-15", "amount": 500.0})],
            }
        )  # fmt: skip
        cls.env.flush_all()
        plan.invalidate_recordset()
        return plan.with_env(cls.env)

    @classmethod
    def _mine(cls, record):
        """``record`` seen by the author of its plan."""
        author = "manager_a" if record.dealer_id else "auditor"
        return record.with_user(cls.users[author])

    @classmethod
    def _brought_to(cls, state, plan=None, **vals):
        """A plan at a state, by those whose steps these are; seen with all rights."""
        plan = plan or cls._plan(**vals)
        author = "manager_a" if plan.dealer_id else "auditor"
        steps = [("submitted", author, "submit"), ("approved", "oem", "approve"),
                 ("running", author, "start")]  # fmt: skip
        names = [name for name, _login, _step in steps]
        begun = names.index(plan.state) + 1 if plan.state in names else 0
        for _name, login, step in steps[begun : names.index(state) + 1]:
            plan.with_user(cls.users[login])._step(step)
        plan.invalidate_recordset()
        return plan
