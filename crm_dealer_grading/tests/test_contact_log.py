"""The contact log: who may write what, and what follows from a contact (C8)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common_contact import ContactCommon
from .common_network import STRANGERS


@tagged("post_install", "-at_install")
class TestContactLog(ContactCommon):
    def _log(self, login, partner=None, **vals):
        partner = partner or self.customer_a
        return self._as(login, self.Log).create(
            {"partner_id": partner.id, "summary": "Asked about the trade-in", **vals}
        )

    # -- Denials -----------------------------------------------------------------------------

    def test_strangers_neither_see_nor_write(self):
        log = self._contact(self.customer_a, "2026-05-01")
        for login in STRANGERS:
            seen = self._as(login, log)
            self.assertFalse(seen.search([("id", "=", log.id)]))
            for work in (
                lambda seen=seen: seen.read(["summary"]),
                lambda seen=seen: seen.write({"summary": "x"}),
                lambda login=login: self._log(login),
            ):
                with self.assertRaises(AccessError):
                    work()

    def test_refusal_does_not_tell_strangers_what_was_logged(self):
        log = self._contact(self.customer_a, "2026-05-01", summary="Loan of Sekretnym")
        for login in ("sales_b", "homeless"):
            seen = self._as(login, log)
            for work in (lambda seen=seen: seen.write({"summary": "x"}), seen.unlink):
                with self.assertRaises(AccessError) as refusal:
                    work()
                self.assertNotIn("Sekretnym", str(refusal.exception))

    def test_no_foreign_record_is_linked(self):
        lead = self._lead(self.customer_a)
        vehicle = self._vehicle(self.customer_a)
        visit = self._visit(vehicle)
        for name, record in (("lead_id", lead), ("vehicle_id", vehicle), ("visit_id", visit)):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self._log("sales_b", self.customer_b, **{name: record.id})

    def test_readers_only_read(self):
        log = self._contact(self.customer_a, "2026-05-01")
        for login in ("auditor", "credit"):
            self.assertEqual(self._as(login, log).summary, "Test")
            with self.assertRaises(AccessError):
                self._log(login)
            with self.assertRaises(AccessError):
                self._as(login, log).summary = "x"
        with self.assertRaises(AccessError):
            self._as("clerk", log).read(["summary"])

    def test_colleagues_entries_are_corrected_by_managers(self):
        log = self._log("manager_a")
        with self.assertRaisesRegex(AccessError, "Ask your manager"):
            self._as("sales_a", log).summary = "x"
        with self.assertRaises(AccessError):
            self._as("sales_a", log).unlink()
        own = self._log("sales_a")
        self._as("sales_a", own).summary = "Corrected"
        self._as("manager_a", own).summary = "Corrected again"
        self._as("manager_a", own).unlink()

    def test_old_entries_are_corrected_by_managers(self):
        log = self._log("sales_a")
        old = fields.Datetime.now() - timedelta(days=8)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_contact_log SET create_date = %s WHERE id = %s", [old, log.id]
        )
        log.invalidate_recordset()
        with self.assertRaisesRegex(AccessError, "more than 7 days ago"):
            self._as("sales_a", log).summary = "x"
        self._as("manager_a", log).summary = "Corrected"
        self.env["ir.config_parameter"].set_param(
            "crm_dealer_grading.contact_correction_days", "30"
        )
        self._as("sales_a", log).summary = "Corrected by myself"

    def test_nonsense_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "lies in the future"):
            self._log("sales_a", date=fields.Datetime.now() + timedelta(days=3))
        with self.assertRaisesRegex(ValidationError, "with which customer"):
            self._as("sales_a", self.Log).create({"summary": "Nobody"})

    # -- What follows ------------------------------------------------------------------------

    def test_need_goes_to_the_customer(self):
        self._log("sales_a", need_state="clear", date="2026-05-02 04:00:00")
        self.assertEqual(self.customer_a.need_state, "clear")
        self._log("sales_a", need_state="solved", date="2026-05-01 04:00:00")
        self.assertEqual(self.customer_a.need_state, "clear", "an earlier contact")

    def test_next_step_becomes_an_activity_where_it_was_entered(self):
        lead = self._lead(self.customer_a)
        visit = self._visit(self._vehicle(self.customer_a))
        day = fields.Date.today() + timedelta(3)
        for source in (self.customer_a, lead, visit):
            with self.subTest(model=source._name):
                action = self._as("sales_a", source).action_log_contact()
                model = self._as("sales_a", self.Log).with_context(**action["context"])
                form = Form(model, "crm_dealer_grading.crm_contact_log_view_form_quick")
                self.assertEqual(form.partner_id, self.customer_a)
                form.summary = "Wants an offer"
                form.next_date = day
                form.next_step = "Send the offer"
                log = form.save()
                activity = log.sudo().activity_id
                self.assertEqual((activity.res_model, activity.res_id), (source._name, source.id))
                self.assertEqual(activity.user_id, self.users["sales_a"])
                self.assertEqual(activity.summary, "Send the offer")
                self.assertEqual(activity.date_deadline, day)
                self.assertEqual(activity.activity_type_id, self.contact_type)

    def test_activity_follows_the_entry(self):
        day = fields.Date.today() + timedelta(3)
        log = self._log("sales_a", next_date=day, next_step="Call")
        log.write({"next_date": day + timedelta(1), "next_step": "Write"})
        activity = log.sudo().activity_id
        self.assertEqual((activity.summary, activity.date_deadline), ("Write", day + timedelta(1)))
        log.next_date = False
        self.assertFalse(activity.exists())

    def test_done_activity_is_a_contact(self):
        log = self._log("sales_a", next_date=fields.Date.today(), next_step="Call")
        activity = log.sudo().activity_id.with_user(self.users["sales_a"])
        activity.action_feedback(feedback="He takes the car\nOn Monday")
        self.assertTrue(log.next_done)
        new = self.Log.search([("partner_id", "=", self.customer_a.id)]) - log
        self.assertEqual(new.summary, "He takes the car")
        self.assertEqual(new.user_id, self.users["sales_a"])
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 2)
        self.assertFalse(activity.sudo().active)

    def test_contact_closes_the_due_next_step(self):
        today = fields.Date.today()
        log = self._log("sales_a", next_date=today, next_step="Call")
        later = self._log("sales_a", next_date=today + timedelta(9), next_step="Call again")
        self._log("sales_a")
        self.assertTrue(log.next_done)
        self.assertFalse(log.sudo().activity_id.active)
        self.assertFalse(later.next_done)
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 3)

    def test_lead_without_customer(self):
        lead = self._lead(None, dealer_id=self.dealer_a.id)
        action = self._as("sales_a", lead).action_log_contact()
        log = (
            self._as("sales_a", self.Log)
            .with_context(**action["context"])
            .create({"summary": "Walked in"})
        )
        self.assertEqual(log.dealer_id, self.dealer_a)
        self.assertFalse(log.partner_id)
        lead.partner_id = self.customer_a
        self.assertEqual(log.commercial_partner_id, self.customer_a)

    def test_merged_customer_keeps_the_log(self):
        other = self._customer(self.dealer_a, name="Double")
        level = self._level("M", contact_interval_days=30)
        (self.customer_a | other).mapped(lambda p: self._holds(p, level))
        self._contact(other, "2026-01-05")
        self._found(self.customer_a | other)._hand_out(self.Due._today())
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer_a | other).ids, self.customer_a)
        self.assertEqual(self.customer_a.contact_log_ids.mapped("summary"), ["Test"])
        self.assertEqual(len(self.Due._open_of(self.customer_a)), 1)
        self.assertEqual(
            len(self.customer_a.activity_ids.filtered(lambda a: a.automated)), 1
        )

    # -- Figures of a customer ---------------------------------------------------------------

    def test_figures_are_searched_and_sorted(self):
        customers = self.customer_a | self._customer(self.dealer_a)
        first, second = customers
        now = fields.Datetime.now()
        log = self._log("sales_a", first, date=now, next_date=fields.Date.today())
        Partner = self.env["res.partner"]

        def found(*domain):
            return Partner.search([("id", "in", customers.ids), *domain])

        self.assertEqual(first.last_contact_date, log.date)
        self.assertEqual(first.contacts_this_month, 1)
        self.assertEqual(first.next_contact_date, fields.Date.today())
        self.assertEqual(first.contact_due, True)
        self.assertEqual(second.contact_due, False)
        for domain, expected in (
            ([("contact_due", "=", True)], first),
            ([("contact_due", "=", False)], second),
            ([("last_contact_date", "=", False)], second),
            ([("last_contact_date", "!=", False)], first),
            ([("last_contact_date", ">=", now - timedelta(1))], first),
            ([("last_contact_date", "<", now - timedelta(1))], first.browse()),
            ([("contacts_this_month", "=", 0)], second),
            ([("contacts_this_month", ">", 0)], first),
            ([("next_contact_date", "<=", fields.Date.today())], first),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(found(*domain), expected, domain)
        ordered = Partner.search([("id", "in", customers.ids)], order="contacts_this_month desc")
        self.assertEqual(ordered, customers)

    def test_constant_queries(self):
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(100)]
        )
        level = self._level("Q", max_contacts_month=1, min_contacts=2)
        for customer in customers:
            self._holds(customer, level)
        self.Log.create([{"partner_id": c.id, "summary": "x"} for c in customers])
        names = (
            "last_contact_date",
            "next_contact_date",
            "contact_due",
            "contact_warning",
            "below_min_contacts",
            "contact_log_count",
        )
        seen = self._as("sales_a", customers)
        for name in names:
            seen[:1].mapped(name)
        counts = []
        for records in (seen[:1], seen):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for name in names:
                records.mapped(name)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLessEqual(counts[0], 20)

    def test_warning_over_the_cap(self):
        self._holds(self.customer_a, self._level("C", max_contacts_month=2))
        self._holds(
            self.customer_a, self._level("C5", self.other_scheme, max_contacts_month=5)
        )
        self._log("sales_a")
        self.assertFalse(self.customer_a.contact_warning)
        self._log("sales_a", way="wechat")
        self.assertRegex(self.customer_a.contact_warning, "^2 of 2 contacts this month: .*WeChat")
        form = Form(self._as("sales_a", self.Log).with_context(
            default_partner_id=self.customer_a.id))  # fmt: skip
        self.assertTrue(form.contact_warning)
        form.summary = "He called by himself"
        self.assertTrue(form.save(), "a warning, never a block")
