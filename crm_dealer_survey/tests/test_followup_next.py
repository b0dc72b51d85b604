"""Which call comes next, by whose clock, and of whom its result is said (S3)."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytz

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from .common_followup import NextCall


@tagged("post_install", "-at_install")
class TestFollowupNext(NextCall, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_next()

    def _copies(self, call, count, customer, days):
        """Calls as due as ``call``, or days longer."""
        return self.Call.create([
            {**call.copy_data()[0], "event_key": f"test-{customer.id}-{number}",
             "partner_id": customer.id,
             "date_next": call.date_next + timedelta(-days, seconds=number)}
            for number in range(count)
        ])  # fmt: skip

    def test_who_refused_meanwhile_is_in_nobody_s_way(self):
        """However many wait longest and may not be called, the next one is."""
        refusing = self._customer(self.dealer_a, phone="+86 138 0013 8001")
        refusing.contact_opt_out = True
        self._copies(self.own, 45, refusing, days=2)
        self.assertEqual(self._next("sales_a"), self.own)
        self.own._release()
        self.own.partner_id.contact_opt_out = True
        self.assertFalse(self._next("sales_a"))

    def test_order_of_the_next(self):
        """Whoever asked for a time, then the own, then the longest due; page by page."""
        others = self._copies(self.own, 6, self.customer_a, days=0)
        asked, given = others[4], others[5]
        asked.last_result, given.user_id = "later", self.users["sales_a"]
        self.own.date_next -= timedelta(3)
        calls = self._as("sales_a", self.Call)._candidates(page=2)
        self.assertEqual(
            [call.id for call in calls], [asked.id, given.id, self.own.id, *others[:4].ids]
        )

    def _at(self, zone, *when):
        """Naive UTC of a moment in ``zone``."""
        local = pytz.timezone(zone).localize(datetime(*when))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def test_calls_of_who_has_left_are_nobody_s_again(self):
        """By that night, whatever took them the call: dealer, account or role."""
        moved, archived, without_role, stays = self._copies(self.own, 4, self.customer_a, days=0)
        agents = self._copies(self.centre, 2, self.customer_b, days=0)
        users = self.users
        second = users["agent"].copy({"login": "test_second_agent"})
        left = users["sales_a"].copy({"login": "test_left", "dealer_ids": self.dealer_a.ids})
        moved.user_id = users["sales_a"]
        archived.user_id = left
        without_role.user_id = users["clerk"]
        stays.user_id = users["manager_a"]
        agents[0].user_id, agents[1].user_id = users["agent"], second
        self.dealer_a.user_ids |= users["clerk"]
        users["sales_a"].dealer_ids = self.dealer_b
        left.active = False
        users["agent"].group_ids -= self.env.ref("crm_dealer_grading.group_call_centre")
        done = archived.copy({"event_key": "test-done", "state": "done"})
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 60
        ):
            self.Call._cron_catch_up()
        for call in moved, archived, without_role, agents[0]:
            self.assertEqual((call.state, call.user_id.name), ("due", False))
        self.assertEqual((stays.user_id, agents[1].user_id), (users["manager_a"], second))
        self.assertEqual(done.user_id, left, "who made it")

    def test_later_is_until_midnight_of_the_call_s_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        call = self.own
        call.write({"lapses_on": date(2026, 3, 10), "company_id": other.id})
        for zone in ("Asia/Shanghai", "America/New_York"):
            other.partner_id.tz = zone
            # The company of who calls lies on the other side of the world.
            self.env.company.partner_id.tz = "Pacific/Auckland"
            with self.subTest(zone), freeze_time(self._at(zone, 2026, 3, 10, 9)):
                call._check_later(self._at(zone, 2026, 3, 10, 23, 30))
                with self.assertRaisesRegex(UserError, "valid until"):
                    call._check_later(self._at(zone, 2026, 3, 11, 0, 30))

    def test_next_is_due_by_the_clock_of_its_company(self):
        """An agent of several companies gets each one's calls by their day and hours."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        other.partner_id.tz = "America/New_York"
        agent = self.users["agent"]
        agent.company_ids |= other
        self.Call.search([]).company_id = self.env.company
        self.centre.write({"lapses_on": date(2026, 3, 10), "company_id": other.id,
                           "date_next": datetime(2026, 3, 9)})  # fmt: skip
        self.rule_centre.write({"hour_from": 9, "hour_to": 18})
        calls = self.Call.with_user(agent).with_context(
            allowed_company_ids=[self.env.company.id, other.id]
        )
        for hour, there in ((8, False), (14, True), (19, False)):
            with self.subTest(hour), freeze_time(self._at("America/New_York", 2026, 3, 10, hour)):
                found = calls.search(calls._callable_domain())
                self.assertEqual(self.centre in found, there)
                self.assertIn(self.centre, calls.search(calls._waiting_domain()))
        with freeze_time(self._at("America/New_York", 2026, 3, 11, 0, 30)):
            self.assertNotIn(self.centre, calls.search(calls._waiting_domain()))

    def _driver(self, phone):
        """A call to one of the people of the customer."""
        driver = self._customer(self.dealer_a, parent_id=self.customer_a.id, phone=phone)
        return driver, self._copies(self.centre, 1, driver, days=0)

    def test_a_driver_s_wrong_number_is_not_the_company_s(self):
        self.dealer_a.manager_id = self.users["manager_a"]
        driver, call = self._driver("+86 138 0013 8002")
        self._taken(call, "agent")._record("wrong_number")
        self.assertFalse(self.customer_a.verification_ids)
        [todo] = driver.activity_ids
        self.assertEqual(todo.user_id, self.users["manager_a"])
        self.assertIn("+86 138 0013 8002", todo.note)
        call.write({"state": "due", "last_result": False})
        self._taken(call, "agent")._record("wrong_number")
        self.assertEqual(driver.activity_ids, todo, "it is said once")
        driver, call = self._driver("+8613800138000")
        self._taken(call, "agent")._record("wrong_number")
        line = self.customer_a.verification_ids.line_ids
        self.assertEqual((line.field_name, line.verdict), ("phone", "wrong"))
        self.assertFalse(driver.activity_ids)

    def test_a_driver_s_no_is_not_the_company_s(self):
        driver, call = self._driver("+86 138 0013 8002")
        self._taken(call, "agent")._record("refused", no_more=True)
        self.assertTrue(driver.contact_opt_out)
        self.assertFalse(self.customer_a.contact_opt_out)
        people = driver | self.customer_a
        self.assertEqual(people._contact_allowed("followup", "phone"), self.customer_a)
        self.assertEqual(self.own.state, "due")
        self.customer_a.contact_opt_out, driver.contact_opt_out = True, False
        self.assertFalse(people._contact_allowed("followup", "phone"))
