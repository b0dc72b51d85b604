"""Factories of the rectification notices' tests."""

import base64

from .common_followup import FollowupFactories

PROOF = base64.b64encode(b"Attendance list of the training").decode()


class RectificationFactories(FollowupFactories):
    """A notice to dealer A about its customer, and the rule for the call after the report."""

    @classmethod
    def _set_up_rectification(cls):
        cls._set_up_followup()
        cls.Notice = cls.env["crm.rectification"]
        # Those shipped make way: what is tested is what is here.
        cls.env["crm.rectification.rule"].search([]).active = False
        cls.recall_rule = cls._rule(
            name="Again", event="rectification", caller="call_centre", delay=0, attempts=2,
            retry_hours=0,
        )  # fmt: skip
        cls.dealer_a.manager_id = cls.users["manager_a"]

    @classmethod
    def _notice(cls, login="auditor", **vals):
        """A draft by the auditor."""
        notices = cls.Notice.with_user(cls.users[login])
        return notices.create(
            {
                "subject": "Waiting time",
                "problem": "Two hours without a word",
                "dealer_id": cls.dealer_a.id,
                "partner_id": cls.customer_a.id,
                "vehicle_id": cls.vehicle_a.id,
                "visit_id": cls.visit_a.id,
                **vals,
            }
        ).with_env(cls.env)

    @classmethod
    def _brought_to(cls, state, notice=None, **vals):
        """A notice at a state, by those whose steps these are; seen with all rights."""
        notice = notice or cls._notice(**vals)
        steps = [("issued", "auditor", "action_issue"), ("in_work", "manager_a", "action_accept"),
                 ("reported", "manager_a", "action_report"), ("recalled", "agent", None),
                 ("closed", "auditor", "action_close")]  # fmt: skip
        names = [name for name, _login, _action in steps]
        begun = names.index(notice.state) + 1 if notice.state in names else 0
        for name, login, action in steps[begun : names.index(state) + 1]:
            if name == "reported":
                cls._work(notice)
            mine = notice.with_user(cls.users[login])
            if action:
                getattr(mine, action)()
            else:
                mine._recalled("satisfied", "All is well")
        notice.invalidate_recordset()
        return notice

    @classmethod
    def _work(cls, notice, login="sales_a"):
        """What the dealer enters while it is in work."""
        mine = notice.with_user(cls.users[login])
        mine.cause_analysis = "Nobody was at the desk at noon"
        if not notice.measure_ids:
            cls._measure(notice, login)
        notice.invalidate_recordset()

    @classmethod
    def _measure(cls, notice, login="sales_a", **vals):
        measures = cls.env["crm.rectification.measure"].with_user(cls.users[login])
        return measures.create(
            {
                "rectification_id": notice.id,
                "name": "Somebody is at the desk",
                "until": cls.today,
                "proof": PROOF,
                "proof_name": "list.txt",
                "done_on": cls.today,
                **vals,
            }
        )
