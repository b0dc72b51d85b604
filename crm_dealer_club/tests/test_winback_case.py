"""A lost customer is called, gets an offer, comes back or not (M6)."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.tests.common_migration import migrate

from .common_winback import WinbackCase


@tagged("post_install", "-at_install")
class TestWinbackCase(WinbackCase):
    # -- The list of lost customers ----------------------------------------------------------

    def test_lost(self):
        dissatisfied = self._person(self.dealer_a, 1)
        self._at("level_satisfaction_lost", dissatisfied)
        lapsed = self._person(self.dealer_a, 2)
        self._vehicle(
            lapsed,
            delivery_date=fields.Date.today() - timedelta(2000),
        ).sudo().ownership_ids.date_from = fields.Date.today() - timedelta(2000)
        loyal = self._person(self.dealer_a, 3)
        self._at("level_satisfaction_loyal", loyal)
        everybody = self.customer_a | dissatisfied | lapsed | loyal
        lost = self.customer_a | dissatisfied | lapsed
        self.assertEqual(everybody.filtered("is_lost"), lost)
        found = self.env["res.partner"].search(
            [("id", "in", everybody.ids), ("is_lost", "=", True)], order="value_level_id"
        )
        self.assertEqual(found, lost)
        self.assertEqual(found[0], self.customer_a)
        self.assertEqual(
            self.env["res.partner"].search(
                [("id", "in", everybody.ids), ("is_lost", "=", False)]
            ),
            loyal,
        )

    # -- Steps -------------------------------------------------------------------------------

    def test_what_is_known_when_it_is_opened(self):
        case = self._case()
        self.assertEqual(case.dealer_id, self.dealer_a)
        self.assertEqual(
            case.value_level_id, self.env.ref("crm_dealer_grading.level_value_key")
        )
        here = self.env.company.with_context(tz=self.env.company._tz_here())
        last = fields.Datetime.context_timestamp(here, self.car.visit_ids[:1].date)
        self.assertEqual(case.lost_since, last.date(), "last visit")

    def test_one_open_case_a_customer(self):
        case = self._case()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._case()
        self.assertEqual(
            self._as("sales_a", self.customer_a).action_win_back()["res_id"], case.id
        )
        case.action_not_lost()
        self._case()

    def test_call(self):
        case = self._case()
        action = case.action_call()
        form = Form(self._as("sales_a")["crm.winback.call"].with_context(**action["context"]))
        form.reason_id = self.price
        form.feedback = "Oil change was 900"
        form.next_date = fields.Date.today() + timedelta(3)
        form.next_step = "Call with an offer"
        self.assertEqual(form.outcome, "go_on")
        form.save().action_note()
        self.assertEqual((case.state, case.reason_id), ("called", self.price))
        contact = case.contact_ids
        self.assertIn(self.price.name, contact.summary)
        self.assertEqual(contact.partner_id, self.customer_a)
        self.assertTrue(contact.activity_id, "the next step is a to-do")
        self.assertEqual((contact.deep, contact.missed), (True, False))
        self.assertFalse(case.date_closed)

    def test_a_call_that_reached_nobody_is_no_contact(self):
        due = self.env["crm.contact.due"].create(
            {"partner_id": self.customer_a.id, "dealer_id": self.dealer_a.id, "state": "planned"}
        )
        case = self._case()
        form = Form(
            self._as("sales_a")["crm.winback.call"].with_context(**case.action_call()["context"])
        )
        form.reached = False
        form.save().action_note()
        self.assertEqual((case.contact_ids.missed, due.state), (True, "planned"))
        case.contact_ids.missed = False
        path = "crm_dealer_club/migrations/19.0.1.8.0/post-missed.py"
        migrate(self.env, path, "19.0.1.7.0")
        self.assertTrue(case.contact_ids.missed)

    def test_a_reason_that_closes_the_case(self):
        case = self._case()
        form = Form(
            self._as("sales_a")["crm.winback.call"].with_context(**case.action_call()["context"])
        )
        form.reason_id = self.sold
        self.assertEqual(form.outcome, "not_lost")
        form.save().action_note()
        self.assertEqual((case.state, case.result), ("closed", "not_lost"))
        with self.assertRaisesRegex(UserError, "is closed"):
            case.action_call()

    def test_declined_needs_a_reason(self):
        case = self._case()
        with self.assertRaisesRegex(UserError, "why"):
            case.action_declined()
        case.reason_id = self.price
        case.action_declined()
        self.assertEqual((case.result, case.return_rate), ("declined", 0))

    def test_the_return_rate_is_of_those_who_were_lost(self):
        cases = self.env["crm.winback.case"]
        for customer, result in (
            (self.customer_a, "won_back"), (self.customer_a, "not_lost"), (self.customer_a, False),
        ):  # fmt: skip
            case = cases.create({"partner_id": customer.id})
            cases |= case
            if result:
                case._close(result)
        [(rate,)] = cases._read_group([("id", "in", cases.ids)], [], ["return_rate:avg"])
        self.assertEqual(rate, 0, "a promise is no return")
        cases.sudo()[0].write({"returned": True})
        [(rate,)] = cases._read_group([("id", "in", cases.ids)], [], ["return_rate:avg"])
        self.assertEqual(rate, 100, "who was not lost, or is still asked, is no refusal")
        [(none,)] = cases._read_group([("id", "=", cases[1].id)], [], ["return_rate:avg"])
        self.assertFalse(none)

    def test_offer(self):
        case = self._case()
        with self.assertRaisesRegex(UserError, "what is offered"):
            case.action_offer()
        case.write({"offer_kind": "other", "offer_text": "Free check", "offer_cost": 200})
        case.action_offer()
        today = fields.Date.context_today(case)
        self.assertEqual((case.state, case.offered_on), ("offered", today))
        with self.assertRaisesRegex(UserError, "stays as it is"):
            case.write({"offer_cost": 0})

    def test_a_coupon_is_issued_once(self):
        program = self.env["loyalty.program"].create(
            {"name": "Come back", "program_type": "coupons", "applies_on": "current",
             "trigger": "with_code"}
        )  # fmt: skip
        case = self._case()
        case.write(
            {
                "offer_kind": "coupon",
                "program_id": program.id,
                "offer_until": fields.Date.today() + timedelta(30),
            }
        )
        case.action_offer()
        case.action_offer()
        card = case.sudo().coupon_id
        self.assertEqual(program.coupon_ids, card)
        self.assertEqual((card.partner_id, card.points), (self.customer_a, 1))
        self.assertEqual(card.expiration_date, case.offer_until)
        self._as("manager_a", case).action_take_back_offer()
        self.assertFalse(card.points)

    # -- Coming back -------------------------------------------------------------------------

    def test_a_visit_wins_back(self):
        case = self._case()
        self._come(stage="booked", date=fields.Datetime.now() + timedelta(1))
        self.assertEqual(case.state, "open")
        self._come(date=fields.Datetime.now() - timedelta(3))
        self.assertEqual(case.state, "open", "a visit before the case is none")
        visit = self._come(date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual((case.state, case.result), ("closed", "won_back"))
        self.assertEqual((case.return_visit_id.sudo(), case.return_rate), (visit, 100))
        self.assertTrue(case.returned_on)

    def test_a_booking_that_is_received(self):
        case = self._case()
        visit = self._come(stage="booked", date=fields.Datetime.now() + timedelta(minutes=1))
        visit.stage = "received"
        self.env.cr.flush()
        self.assertEqual(case.result, "won_back")

    def test_who_declined_and_came_all_the_same(self):
        case = self._case()
        case.reason_id = self.price
        case.action_declined()
        self._come(date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual((case.result, case.returned, case.return_rate), ("declined", True, 100))

    def test_the_job_finds_what_came_by_sql(self):
        case = self._case()
        visit = self._come(date=fields.Datetime.now() - timedelta(days=3))
        self.env.cr.execute(
            "UPDATE crm_service_visit SET date = now() AT TIME ZONE 'UTC' + interval '1 minute'"
            " WHERE id = %s",
            [visit.id],
        )
        self.env.invalidate_all()
        with self._no_commit():
            self.env["crm.winback.case"]._cron_detect_returns()
            self.env["crm.winback.case"]._cron_detect_returns()
        self.assertEqual((case.result, case.returned), ("won_back", True))

    def test_at_another_dealer(self):
        case = self._case()
        self._come(dealer_id=self.dealer_b.id, date=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual(case.result, "won_back")

    # -- Every month -------------------------------------------------------------------------

    def test_the_lost_customers_worth_most_once(self):
        people = self._lost_people(4)
        cases = self.env["crm.winback.case"]
        first = cases.browse(cases._open_for(self.dealer_a))
        self.assertEqual(first.partner_id, self.customer_a | people[-1])
        self.assertEqual(set(first.mapped("origin")), {"job"})
        self.assertEqual(first[0].dealer_id, self.dealer_a)
        self.assertFalse(cases._open_for(self.dealer_a))
        self.env.company.winback_per_dealer = 3
        again = cases.browse(cases._open_for(self.dealer_a))
        self.assertEqual(again.partner_id, people[-2])
        self.env.company.winback_per_dealer = 0
        self.assertFalse(cases._open_for(self.dealer_a))

    def test_who_is_left_alone(self):
        people = self._lost_people(4)
        self.env.company.winback_per_dealer = 10
        people[0].sudo().given_up_on = fields.Date.today()
        people[1].contact_opt_out = True
        self._case(people[2])._close("unreachable")
        cases = self.env["crm.winback.case"]
        opened = cases.browse(cases._open_for(self.dealer_a))
        self.assertEqual(opened.partner_id, self.customer_a | people[3])

    def test_the_job(self):
        self._lost_people(2, self.dealer_b)
        with self._no_commit():
            self.env["crm.winback.case"]._cron_open_cases()
            self.env["crm.winback.case"]._cron_open_cases()
        cases = self.env["crm.winback.case"].search(
            [("dealer_id", "in", (self.dealer_a | self.dealer_b).ids)]
        )
        self.assertEqual(len(cases), 3)
        self.assertEqual(len(cases.partner_id), 3)

    def test_an_open_case_moves_with_the_customer(self):
        case = self.env["crm.winback.case"].create({"partner_id": self.customer_a.id})
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual(case.dealer_id, self.dealer_b)
        case._close("not_lost")
        self.customer_a.dealer_id = self.dealer_a
        self.assertEqual(case.dealer_id, self.dealer_b)
