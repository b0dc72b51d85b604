"""Compensation, risk, repeats, the customer's story, analysis, taking a complaint (M7)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.crm_dealer_grading.tests.common_migration import migrate

from .common_complaint import NOW, ComplaintCase

START = fields.Datetime.to_datetime(NOW)


@tagged("post_install", "-at_install")
class TestComplaintFacts(ComplaintCase):
    # ------------------------------------------------------------ compensation

    def test_who_approves_a_compensation(self):
        ticket = self._bring_to("solve", self.ticket_a)
        ticket.action_answered()
        ticket.write({"liable": "dealer", "solution": "New pads", "compensation_amount": 2000,
                      "compensation_kind": "voucher"})  # fmt: skip
        with self.assertRaisesRegex(UserError, "approval"):
            ticket.action_complaint_solved()
        for login in ("sales_a", "agent", "greedy_b"):
            with self.assertRaises(AccessError):
                ticket.with_user(self.users[login]).action_approve_compensation()
        manager = ticket.with_user(self.users["manager_a"])
        ticket.compensation_amount = 2000.01
        with self.assertRaisesRegex(AccessError, "2,000"):
            manager.action_approve_compensation()
        ticket.compensation_amount = 2000
        manager.action_approve_compensation()
        self.assertEqual(ticket.compensation_approved_by_id, self.users["manager_a"])
        manager.compensation_amount = 9000  # raised afterwards: asked anew
        self.assertTrue(ticket.compensation_to_approve)
        ticket.with_user(self.users["oem"]).action_approve_compensation()
        ticket.action_complaint_solved()

    # ------------------------------------------------------------ risk

    def test_the_dangerous_customer(self):
        ticket = self._complaint(self.customer_a, dangerous_customer=True)
        for login in ("sales_a", "auditor"):
            with self.assertRaises(AccessError):
                ticket.with_user(self.users[login]).read(["dangerous_customer"])
            with self.assertRaises(AccessError):
                self._as(login)["helpdesk.ticket"].search([("dangerous_customer", "=", True)])
        exporters = self.env.ref("base.group_allow_export")
        for login in ("manager_a", "agent", "oem"):
            self.users[login].group_ids |= exporters
            reader = ticket.with_user(self.users[login])
            self.assertTrue(reader.dangerous_customer)
            with self.assertRaises(AccessError):
                reader.export_data(["name", "dangerous_customer"])
            with self.assertRaises(AccessError):
                reader.partner_id.export_data(["helpdesk_ticket_ids/dangerous_customer"])
            self.assertTrue(reader.export_data(["name", "risk_level"])["datas"])
            info = reader.fields_get(["dangerous_customer"])["dangerous_customer"]
            self.assertFalse(info["exportable"])

    def test_press_alert_tells_the_manufacturer_at_once_and_once(self):
        self.ticket_a.team_id.user_id = False  # the demo network has a leader
        ticket = self.ticket_a.with_user(self.users["sales_a"])
        ticket.press_alert = True
        entry = ticket.sudo().escalation_ids
        self.assertEqual((entry.clock, entry.level), ("press", "oem"))
        self.assertIn(self.users["oem"], entry.user_ids)
        ticket.press_alert = False
        ticket.press_alert = True
        self.assertEqual(len(ticket.sudo().escalation_ids), 1)
        new = self._complaint(self.customer_a, press_alert=True)
        self.assertEqual(len(new.escalation_ids), 1)

    # ------------------------------------------------------------ repeats

    def test_repeats_within_thirty_days(self):
        made = []
        for days in (0, 29, 60):
            with self._at(START + timedelta(days=days)):
                made.append(self._complaint(self.customer_a, category_id=self.cause.id))
        first, second, third = made
        self.assertEqual([t.is_repeat for t in made], [False, True, False])
        self.assertEqual(second.repeat_of_id, first)
        second.category_id = self.other_cause
        self.assertFalse(second.is_repeat)
        second.category_id = self.cause
        self.assertTrue(second.is_repeat)
        # The earlier one gets its cause, or its vehicle, later than the other.
        with self._at(START + timedelta(days=55)):
            unknown = self._complaint(None, vehicle_id=self.vehicle_a.id)
        third.vehicle_id = self.vehicle_a
        unknown.category_id = self.cause
        self.assertEqual(third.repeat_of_id, unknown)
        self.assertFalse(unknown.is_repeat)

    def test_what_repeats_nothing_any_more(self):
        """The earlier one turns out to be another customer's and vehicle's, or is deleted."""
        made = []
        for days in (0, 3, 6):
            with self._at(START + timedelta(days=days)):
                made.append(self._complaint(self.customer_a, category_id=self.cause.id))
        first, second, third = made
        first.write({"partner_id": self.customer_b.id})
        self.assertFalse(second.is_repeat or second.repeat_of_id)
        self.assertEqual(third.repeat_of_id, second)
        second.with_user(self.users["oem"]).unlink()
        self.assertFalse(third.is_repeat or third.repeat_of_id)

    def test_the_upgrade_looks_again(self):
        made = []
        for days in (0, 3):
            with self._at(START + timedelta(days=days)):
                made.append(self._complaint(self.customer_a, category_id=self.cause.id))
        first, second = made
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s, commercial_partner_id = %s,"
            " vehicle_id = NULL WHERE id = %s",
            [self.customer_b.id, self.customer_b.id, first.id],
        )
        self.env.invalidate_all()
        self.assertTrue(second.is_repeat)
        migrate(self.env, "crm_dealer_club/migrations/19.0.1.8.0/post-repeat.py", "19.0.1.7.0")
        self.assertFalse(second.is_repeat)

    def test_the_thirtieth_day(self):
        with self._at(START):
            self._complaint(self.customer_a, category_id=self.cause.id)
        for seconds, repeat in ((-1, True), (0, False)):
            with self._at(START + timedelta(days=30, seconds=seconds)):
                ticket = self._complaint(self.customer_a, category_id=self.cause.id)
            self.assertEqual(ticket.is_repeat, repeat)
            ticket.unlink()

    def test_a_repeat_at_another_dealer_is_told_without_its_title(self):
        with self._at(START):
            self._complaint(self.customer_b, name="Secret of B", category_id=self.cause.id,
                            vehicle_id=self.vehicle_a.id)  # fmt: skip
        with self._at(START + timedelta(days=3)):
            ticket = self._complaint(self.customer_a, category_id=self.cause.id,
                                     vehicle_id=self.vehicle_a.id)  # fmt: skip
        seen = ticket.with_user(self.users["sales_a"])
        self.assertTrue(seen.is_repeat)
        with self.assertRaises(AccessError):
            seen.read(["repeat_of_id"])

    # ------------------------------------------------------------ the story and the class

    def test_the_contact_log_and_the_satisfaction_class_follow(self):
        scheme = self.env.ref("crm_dealer_grading.scheme_satisfaction")
        self._visit(self.vehicle_a)

        def level():
            self._grade_pending()
            return self.env["crm.grading.result"].search(
                [("partner_id", "=", self.customer_a.id), ("scheme_id", "=", scheme.id)]
            ).level_id.code  # fmt: skip

        log = self.ticket_a.contact_log_id
        self.assertEqual((log.complaint, log.partner_id), ("open", self.customer_a))
        self.assertEqual(log.dealer_id, self.dealer_a)
        self.assertEqual(level(), "C")
        self._bring_to("closed", self.ticket_a)
        self.assertEqual(log.complaint, "solved")
        self.assertNotEqual(level(), "C")
        self.ticket_a.action_complaint_reopen("Again")
        self.assertEqual(log.complaint, "open")
        self.assertEqual(level(), "C")
        unknown = self._complaint(None)
        self.assertFalse(unknown.contact_log_id)
        unknown.partner_id = self.customer_b
        self.assertEqual(unknown.contact_log_id.partner_id, self.customer_b)

    # ------------------------------------------------------------ analysis

    def test_rates_by_an_independent_reckoning(self):
        dealer = self.env["crm.dealer"].create({"name": "Rates", "code": "T-R"})
        customer = self._customer(dealer)
        # minutes until the answer and until the solution; none: not yet
        rows = [(5, 60), (61, 90), (30, 25 * 60), (30, None), (None, None), (60, 24 * 60)]
        for answer, solved in rows:
            with self._at(START):
                ticket = self._complaint(customer, category_id=self.cause.id)
            if answer:
                with self._at(START + timedelta(minutes=answer)):
                    ticket.action_answered()
            if solved:
                with self._at(START + timedelta(minutes=solved)):
                    self._bring_to("call_back", ticket)
        for minutes in (30, 100, 26 * 60):
            self.assertEqual(self._rates(dealer, minutes), self._reckoned(rows, minutes))
        # Nobody gets rid of one by putting it away.
        late = self.env["helpdesk.ticket"].search([("dealer_id", "=", dealer.id)])
        late._store({"active": False})
        self.assertEqual(self._rates(dealer, minutes), self._reckoned(rows, minutes))

    def _rates(self, dealer, minutes):
        with self._at(START + timedelta(minutes=minutes)):
            [row] = self._as("oem")["crm.complaint.report"]._read_group(
                [("dealer_id", "=", dealer.id)],
                [],
                ["answer_in_time:avg", "solution_in_time:avg", "in_time:avg", "__count"],
            )
        return tuple(value if value is None else round(value, 2) for value in row)

    def _reckoned(self, rows, now):
        """In words: late once the time is over, in time once done by then, else not told."""

        def one(done, limit):
            if done:
                return done <= limit
            return False if now > limit else None

        pairs = [(one(a, 60), one(s, 24 * 60)) for a, s in rows]
        both = [False if False in pair else None if None in pair else True for pair in pairs]

        def share(values):
            told = [value for value in values if value is not None]
            return round(100 * sum(told) / len(told), 2) if told else None

        return (share(a for a, _s in pairs), share(s for _a, s in pairs), share(both), len(rows))

    def test_counts_on_customer_vehicle_and_visit(self):
        visit = self._visit(self.vehicle_a)
        self._complaint(self.customer_a, visit_id=visit.id, vehicle_id=self.vehicle_a.id)
        for record, count in ((self.customer_a, 2), (self.vehicle_a, 2), (visit, 1)):
            seen = record.with_user(self.users["sales_a"])
            self.assertEqual((seen.complaint_count, seen.complaint_open_count), (count, count))
            action = seen.action_open_complaints()
            found = self._as("sales_a")["helpdesk.ticket"].search(action["domain"])
            self.assertEqual(len(found), count)
            with self.assertRaises(AccessError):
                record.with_user(self.users["clerk"]).read(["complaint_count"])

    # ------------------------------------------------------------ taking a complaint

    def _take(self, login, **vals):
        form = Form(self._as(login)["crm.ticket.open"].with_context(
            default_crm_kind="complaint"))  # fmt: skip
        for name, value in vals.items():
            form[name] = value
        return form

    def test_found_by_plate_vin_and_phone(self):
        self.customer_a.phone = "+86 139 9988 7766"
        for query in ("京A1T001", "LTKTAA00000000001", "13999887766"):
            form = self._take("agent", query=query, name="Noise")
            self.assertEqual(form.partner_id, self.customer_a, query)
            self.assertEqual(form.open_ids[:], self.ticket_a)
        action = form.save().action_open()
        ticket = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual((ticket.partner_id, ticket.dealer_id), (self.customer_a, self.dealer_a))
        self.assertEqual(ticket.channel_id, self.env.ref("crm_dealer_club.channel_phone"))
        form_view = self.env.ref("crm_dealer_club.helpdesk_ticket_view_form_complaint")
        self.assertEqual(action["views"], [(form_view.id, "form")])
        self.assertEqual(action["path"], "complaints", "reloading the page must find it again")

    def test_searching_again_forgets_who_was_found_before(self):
        self.customer_a.phone = "+86 139 9988 7766"
        form = self._take("agent", query="京A1T001")
        self.assertEqual(form.partner_phone, "+86 139 9988 7766")
        form.query = "13800001111"
        self.assertFalse(form.partner_id or form.vehicle_id)
        self.assertEqual(form.partner_phone, "13800001111")

    def test_the_other_dealers_customer_is_not_found(self):
        form = self._take("sales_a", query="京B1T002", name="Noise")
        self.assertFalse(form.partner_id or form.vehicle_id)
        self.assertTrue(form.found_text)

    def test_an_unknown_caller(self):
        form = self._take("agent", query="13800001111")
        form.partner_name = "Passer-by"
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "few words"):
            wizard.action_open()
        wizard.name = "Rude driver"
        ticket = self.env["helpdesk.ticket"].browse(wizard.action_open()["res_id"])
        self.assertFalse(ticket.partner_id)
        self.assertEqual((ticket.partner_name, ticket.partner_phone), ("Passer-by", "13800001111"))
