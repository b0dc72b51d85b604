"""A rule of care with customers to whom it applies."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import ClubCase


class CareCase(ClubCase):
    """Insurances that expire in ten days; nothing else of the database is looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.care.rule"].search([]).active = False
        cls.env["crm.care.reminder"].search([]).unlink()
        cls.env["crm.vehicle"].search([("insurance_expiry", "!=", False)]).insurance_expiry = False
        cls.env["crm.grading.level"].search([("max_contacts_month", ">", 0)]).max_contacts_month = 0
        cls.env.company.write({"care_quiet_from": 0, "care_quiet_to": 0})
        cls.today = cls.env["crm.care.rule"]._today()
        cls.due = cls.today + timedelta(days=10)
        for number, customer in enumerate((cls.customer_a, cls.customer_b)):
            customer.write(
                {
                    "email": f"care{number}@example.com",
                    "phone": f"+86 139 0000 700{number}",
                    "lang": "en_US",
                }
            )
        cls.car_a = cls._car(cls.customer_a, plate="沪A70001")
        cls.car_b = cls._car(cls.customer_b, plate="沪A70002")
        cls.mail_text = cls.env.ref("crm_dealer_club.mail_template_care_due")
        cls.sms_text = cls.env.ref("crm_dealer_club.sms_template_care_due")
        cls.rule = cls._rule(name="Test Insurance")

    def setUp(self):
        super().setUp()
        commit = patch.object(self.registry["ir.cron"], "_commit_progress", return_value=10)
        commit.start()
        self.addCleanup(commit.stop)

    @classmethod
    def _car(cls, owner, due=None, **vals):
        return cls.env["crm.vehicle"].create(
            {"partner_id": owner.id, "insurance_expiry": due or cls.due, **vals}
        )

    @classmethod
    def _rule(cls, **vals):
        values = {
            "name": "Test Rule",
            "trigger": "insurance",
            "lead_days": 30,
            "short_text": "Insurance",
            "channel": "sms",
            "mail_template_id": cls.mail_text.id,
            "sms_template_id": cls.sms_text.id,
        }
        return cls.env["crm.care.rule"].create({**values, **vals})

    def _run(self, date=None, rules=None):
        """Run, and return all reminders of the database."""
        (rules or self.env["crm.care.rule"].search([])).run(date)
        return self._reminders()

    def _reminders(self):
        return self.env["crm.care.reminder"].search([], order="id")

    def _of(self, customer):
        """``[(state, reason, channel)]`` of a customer's reminders."""
        found = self.env["crm.care.reminder"].search([("partner_id", "=", customer.id)], order="id")
        return [(r.state, r.reason, r.channel) for r in found]

    def _consent(self, customer, given, channel="sms", purpose="reminder"):
        purpose = self.env.ref(f"crm_dealer_club.consent_purpose_{purpose}")
        return self.env["crm.club.consent"].create(
            {
                "partner_id": customer.id,
                "purpose_id": purpose.id,
                "channel": channel,
                "given": given,
            }
        )

    def _limit(self, customer, most):
        """Allow the customer so many contacts a month."""
        level = self.env.ref("crm_dealer_grading.scheme_contribution").level_ids[:1]
        level.max_contacts_month = most
        self._level(customer, level.code)
        self.env.flush_all()

    def _contact(self, customer):
        return self.env["crm.contact.log"].create(
            {"partner_id": customer.id, "summary": "Called", "date": fields.Datetime.now()}
        )
