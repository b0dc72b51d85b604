from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestConsentAsked(ClubCase):
    """Whoever turns to a customer unasked asks first, and a no works at once (P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offer, cls.advisor, cls.reminder, cls.survey = (
            cls.env.ref(f"crm_dealer_club.consent_purpose_{code}")
            for code in ("offer", "advisor", "reminder", "survey")
        )
        cls.customer_a.write({"email": "a@example.com", "phone": "+8613800138001"})
        cls.customer_b.write({"email": "b@example.com", "phone": "+8613800138002"})

    @classmethod
    def _say(cls, partner, purpose, channel, given):
        return cls.env["crm.club.consent"].create(
            {
                "partner_id": partner.id, "purpose_id": purpose.id, "channel": channel,
                "given": given, "source": "portal",
            }
        )  # fmt: skip

    def _declined(self, partner, purpose="offer"):
        return partner._declined_ways(purpose).get(partner.id, set())

    def test_declined_ways(self):
        self.assertFalse(self._declined(self.customer_a), "Not asked is no no")
        self._say(self.customer_a, self.offer, "sms", False)
        self.assertEqual(self._declined(self.customer_a), {"sms"})
        self._say(self.customer_a, self.offer, "sms", True)
        self.assertFalse(self._declined(self.customer_a))
        self.env["mail.blacklist"]._add("a@example.com")
        self.assertEqual(self._declined(self.customer_a), {"email"})
        self.customer_a.contact_opt_out = True
        self.assertEqual(self._declined(self.customer_a), {"phone", "sms", "email", "wechat"})

    # -- Planned contacts, win-back, expected purchases ----------------------------------------

    def _due(self, partner, way):
        return self.env["crm.contact.due"].create(
            {
                "partner_id": partner.id,
                "dealer_id": partner.dealer_id.id,
                "user_id": self.users["sales_a"].id,
                "date": self.env["crm.contact.due"]._today(),
                "way": way,
                "state": "planned",
            }
        )

    def test_planned_contacts(self):
        dues = self.env["crm.contact.due"]

        def may(partner, way):
            self.env.flush_all()
            condition = dues._may_be_contacted_sql(SQL("%s", way))
            chosen = SQL("SELECT FROM res_partner p WHERE p.id = %s AND %s", partner.id, condition)
            return bool(self.env.execute_query(chosen))

        self.assertTrue(may(self.customer_a, "phone"))
        self._say(self.customer_a, self.advisor, "phone", False)
        self.assertFalse(may(self.customer_a, "phone"))
        self.assertTrue(may(self.customer_a, "email"))
        self.assertTrue(may(self.customer_a, "visit"))
        self.assertTrue(may(self.customer_b, "phone"))

    def test_no_closes_what_is_planned(self):
        due = self._due(self.customer_a, "phone")
        self._say(self.customer_a, self.advisor, "sms", False)
        self.assertEqual(due.state, "planned")
        self._say(self.customer_a, self.advisor, "phone", False)
        self.assertEqual(due.state, "skipped")

    def test_win_back(self):
        cases = self.env["crm.winback.case"]
        self._say(self.customer_a, self.offer, "phone", False)
        with self.assertRaises(UserError):
            self._as("manager_a", cases)._open_from(self._as("manager_a", self.customer_a))
        self._say(self.customer_a, self.offer, "phone", True)
        self.assertTrue(cases._open_from(self.customer_a))
        self._say(self.customer_b, self.advisor, "phone", False)
        with self.assertRaises(UserError):
            cases._open_from(self.customer_b)

    # -- Queues --------------------------------------------------------------------------------

    def _reminder_by_sms(self, **message):
        """A reminder that went into the queue, and its message."""
        rule = self.env["crm.care.rule"].with_context(active_test=False).search(
            [("purpose_id", "=", self.reminder.id)], limit=1
        )  # fmt: skip
        sms = self.env["sms.sms"].create(
            {"number": "+8613800138001", "partner_id": self.customer_a.id, "body": "Due", **message}
        )
        day = self.env["crm.contact.due"]._today()
        line = self.env["crm.care.reminder"].create(
            {
                "rule_id": rule.id, "partner_id": self.customer_a.id, "due_date": day,
                "date": day, "state": "sent", "channel": "sms", "sms_id": sms.id,
            }
        )  # fmt: skip
        return line, sms

    def test_no_stops_what_waits_in_the_queue(self):
        line, sms = self._reminder_by_sms()
        self._say(self.customer_a, self.reminder, "email", False)
        self.assertEqual((sms.state, line.state), ("outgoing", "sent"))
        self._say(self.customer_a, self.reminder, "sms", False)
        self.assertEqual((sms.state, line.state), ("canceled", "skipped"))
        self.assertEqual(line.reason, "consent")

    def test_no_stops_what_an_outage_stopped(self):
        """It would be tried again when the provider answers."""
        line, sms = self._reminder_by_sms(state="error", failure_type="sms_server")
        self._say(self.customer_a, self.reminder, "sms", False)
        self.assertEqual((sms.state, line.state), ("canceled", "skipped"))
        self.env["crm.care.reminder"]._note_undelivered()
        self.assertEqual(sms.state, "canceled")

    # -- Mailings ------------------------------------------------------------------------------

    def _mailing(self, login, kind="mail", model="res.partner", records=None):
        people = records or self.customer_a | self.customer_b
        return (
            self.env["mailing.mailing"]
            .with_user(self.users[login])
            .sudo()
            .create(
                {
                    "subject": "News",
                    "mailing_type": kind,
                    "mailing_model_id": self.env["ir.model"]._get_id(model),
                    "mailing_domain": [("id", "in", people.ids)],
                    "body_html": "<p>News</p>",
                    "body_plaintext": "News",
                    "user_id": self.users[login].id,
                    "keep_archives": True,
                }
            )
        )

    def _reached(self, mailing):
        if mailing.mailing_type == "sms":
            mailing.with_user(1).action_send_sms()
        else:
            mailing.with_user(1).action_send_mail()
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        return set(traces.filtered(lambda t: t.trace_status != "cancel").mapped("res_id"))

    def test_ordinary_mailings_of_our_roles(self):
        self._say(self.customer_a, self.offer, "email", True)
        reached = self._reached(self._mailing("oem"))
        self.assertEqual(reached, {self.customer_a.id}, "B did not agree")
        self._say(self.customer_a, self.offer, "email", False)
        self.assertFalse(self._reached(self._mailing("oem")))

    def test_ordinary_text_messages_of_our_roles(self):
        self._say(self.customer_b, self.offer, "sms", True)
        self.assertEqual(self._reached(self._mailing("oem", "sms")), {self.customer_b.id})

    def test_mailings_of_others_are_the_erps(self):
        self._say(self.customer_a, self.offer, "email", False)
        both = {self.customer_a.id, self.customer_b.id}
        self.assertEqual(self._reached(self._mailing("clerk")), both)

    def test_lists_leave_out_who_said_no(self):
        contacts = self.env["mailing.contact"].create(
            [{"name": "A", "email": "A@example.com"}, {"name": "C", "email": "c@example.com"}]
        )
        self._say(self.customer_a, self.offer, "email", False)
        mailing = self._mailing("oem", model="mailing.contact", records=contacts)
        self.assertEqual(self._reached(mailing), {contacts[1].id})

    def test_leads(self):
        lead = self._lead(self.customer_a, email_from="a@example.com")
        mailing = self._mailing("oem", model="crm.lead", records=lead)
        self.assertFalse(self._reached(mailing))
        self._say(self.customer_a, self.offer, "email", True)
        self.assertEqual(self._reached(self._mailing("oem", "mail", "crm.lead", lead)), {lead.id})

    # -- Composers -----------------------------------------------------------------------------

    def _hint(self, login):
        composer = self.env["mail.compose.message"].with_user(self.users[login])
        return composer.new(
            {"model": "res.partner", "res_ids": str(self.customer_a.ids)}
        ).no_advertising

    def test_composers_tell(self):
        self.assertFalse(self._hint("sales_a"))
        self._say(self.customer_a, self.offer, "email", False)
        self._say(self.customer_a, self.offer, "sms", False)
        self.assertIn("Test Customer A", self._hint("sales_a"))
        self.assertFalse(self._hint("clerk"), "Others notice nothing")
        composer = self.env["sms.composer"].with_user(self.users["sales_a"])
        sms = composer.new({"res_model": "res.partner", "res_ids": str(self.customer_a.ids)})
        self.assertIn("Test Customer A", sms.no_advertising)
        self.assertEqual(self._as("sales_a", self.customer_a).no_advertising, "SMS, E-Mail")
