"""What the tests of credit applications share."""

import base64
from datetime import timedelta

from odoo import fields

from .common import MODULE, DealerFactories

FINANCE = "account.group_account_manager"
PAPER = base64.b64encode(b"a stamped copy")
# login: (groups, dealer); beside the roles that every test has
SIGNERS = {
    "manager_a2": (f"{MODULE}.group_dealer_manager", "a"),
    "credit2": (f"{MODULE}.group_credit_controller", ""),
    "finance": (FINANCE, ""),
    "finance2": (FINANCE, ""),
    # Two roles in one person.
    "manager_credit_a": (f"{MODULE}.group_dealer_manager,{MODULE}.group_credit_controller", "a"),
    "credit_finance": (f"{MODULE}.group_credit_controller,{FINANCE}", ""),
    "portal": ("base.group_portal", ""),
}


class ApplicationFactories(DealerFactories):
    """Who signs, a company that applies, and applications at any step."""

    @classmethod
    def _set_up_applications(cls):
        cls._set_up_network()
        cls.users |= cls._make_users(SIGNERS, "appl_")
        cls.company_a = cls._customer(
            cls.dealer_a, name="Test Trading A", is_company=True, city="Xi'an", phone="029 1234"
        )
        cls.channel_class = cls.env.ref(f"{MODULE}.level_channel_agent")
        cls.kinds = cls.env["crm.credit.paper.type"].search(
            [("channel_class_ids", "in", cls.channel_class.ids)]
        )

    def _application(self, login="sales_a", papers=True, **vals):
        """A draft, complete unless told otherwise."""
        application = self._as(login)["crm.credit.application"].create(
            {
                "partner_id": self.company_a.id,
                "channel_class_id": self.channel_class.id,
                "legal_person": "Li Wei",
                "requested_limit": 500000,
                **vals,
            }
        )
        if papers:
            self._papers(application)
        return application

    def _papers(self, application):
        until = fields.Date.today() + timedelta(90)
        return application.env["crm.credit.paper"].create(
            [
                {
                    "application_id": application.id,
                    "type_id": kind.id,
                    "document": PAPER,
                    "document_name": "copy.pdf",
                    "stamped": True,
                    "valid_until": until,
                }
                for kind in self.kinds
            ]
        )

    @staticmethod
    def _unmailed(application):
        """``application`` with steps that write nobody: what is only the way to a test is quick."""
        return application.with_context(mail_activity_quick_update=True)

    def _submitted(self, login="sales_a", **vals):
        application = self._application(login, **vals)
        self._unmailed(application).action_submit()
        return application

    def _assessment(self, **vals):
        """A done assessment of the company."""
        assessment = self.env["crm.credit.assessment"].create({"partner_id": self.company_a.id})
        done = {"state": "done", "done_on": fields.Datetime.now(), "proposed_limit": 300000}
        assessment._store({**done, **vals})
        return assessment

    def _at(self, step, login="sales_a", **vals):
        """An application that waits for ``step``."""
        application = self._submitted(login, **vals)
        if step in ("commerce", "finance"):
            self._unmailed(self._as("manager_a", application)).action_approve("Good")
        if step == "finance":
            self._commerce(application)
        return application

    def _commerce(self, application, login="credit", limit=300000):
        """Commerce assesses and approves."""
        seen = self._as(login, application)
        seen.write({"assessment_id": self._assessment().id, "approved_limit": limit})
        self._unmailed(seen).action_approve("Assessed")

    def _filed(self, **vals):
        application = self._at("finance", **vals)
        self._unmailed(self._as("finance", application)).action_approve("Confirmed")
        return application

    def _state(self, application):
        application.invalidate_recordset()
        return application.sudo().state
