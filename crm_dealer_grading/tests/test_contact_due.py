"""Due contacts against plain Python, and how they are dealt out (G12)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.contact.crm_contact_due_sql import required_by
from .common_contact import TODAY, ContactCommon

MODULE = "crm_dealer_grading"


@tagged("post_install", "-at_install")
class TestContactDue(ContactCommon):
    # -- Who is due --------------------------------------------------------------------------

    def test_oracle(self):
        """Random levels, contacts and skips: the statement agrees with plain Python."""
        rng = random.Random(12)
        levels = [self._random_level(rng, number) for number in range(8)]
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(150)]
        )
        held, days, skips = {}, {}, {}
        for customer in customers:
            chosen = rng.sample(levels, rng.randint(0, 2))
            held[customer] = list({level.scheme_id: level for level in chosen}.values())
            since = TODAY - timedelta(rng.randint(0, 60))
            for level in held[customer]:
                self._holds(customer, level, since)
            days[customer] = [
                TODAY - timedelta(rng.randint(0, 120)) for _i in range(rng.choice((0, 0, 1, 2, 5)))
            ]
            if rng.random() < 0.2:
                skips[customer] = TODAY - timedelta(rng.randint(0, 80))
            held[customer] = (held[customer], since)
        self.Log.create(
            [
                {"partner_id": c.id, "summary": "x", "date": f"{day} 15:59:59"}
                for c, several in days.items()
                for day in several
            ]
        )
        self.Due.create(
            [
                {"partner_id": c.id, "state": "skipped", "closed_on": day, "date": day}
                for c, day in skips.items()
            ]
        )
        expected = {}
        for customer, (levels_held, since) in held.items():
            due = self._expected(levels_held, since, days[customer], skips.get(customer))
            if due:
                expected[customer] = due
        found = self._found(customers)
        self.assertEqual(
            {due.partner_id: (due.date, due.origin, due.level_id) for due in found}, expected
        )
        kinds = Counter(origin for _date, origin, _level in expected.values())
        self.assertTrue(min(kinds["interval"], kinds["minimum"], 150 - len(expected)) > 5, kinds)
        self.assertFalse(self._found(customers), "nothing is found twice")

    def _random_level(self, rng, number):
        return self._level(
            f"R{number}",
            (self.scheme, self.other_scheme)[number % 2],
            contact_interval_days=rng.choice((0, 10, 30, 45)),
            max_contacts_month=rng.choice((0, 0, 1, 2)),
            min_contacts=rng.choice((0, 1, 2)),
            min_contacts_period=rng.choice(("month", "quarter")),
        )

    def _expected(self, levels, since, days, skip):
        """``(date, origin, level)`` or None."""
        month, quarter = date(2026, 5, 1), date(2026, 4, 1)
        in_month = sum(day >= month for day in days)
        caps = [lv.max_contacts_month for lv in levels if lv.max_contacts_month]
        if not levels or (caps and in_month >= min(caps)):
            return None
        with_interval = [lv for lv in levels if lv.contact_interval_days]
        if with_interval:
            level = min(with_interval, key=lambda lv: (lv.contact_interval_days, lv.id))
            last = max([*days, *([skip] if skip else [])], default=since)
            due = last + timedelta(level.contact_interval_days)
            if due <= TODAY:
                return due, "interval", level
        for kind, first, length in (("month", month, 31), ("quarter", quarter, 91)):
            needed = [
                (required_by(lv.min_contacts, (TODAY - first).days + 1, length), lv.id, lv)
                for lv in levels
                if lv.min_contacts_period == kind
            ]
            most, _id, level = max(needed, default=(0, 0, None))
            had = sum(day >= first for day in days)
            if had < most and (not skip or skip < first):
                return TODAY, "minimum", level
        return None

    def test_day_of_the_contact_is_the_companys(self):
        """16:00 UTC is the next day in China."""
        self._holds(self.customer_a, self._level("D", contact_interval_days=10))
        self._contact(self.customer_a, "2026-05-10", date="2026-05-10 16:00:00")
        self.assertFalse(self._found(self.customer_a))
        self.assertEqual(self._found(self.customer_a, TODAY + timedelta(1)).date, date(2026, 5, 21))

    def test_who_gets_none(self):
        level = self._level("N", contact_interval_days=1)
        closed = self.env["crm.dealer"].create({"name": "Closed", "code": "T-CL", "active": False})
        cases = {
            "opted out": {"contact_opt_out": True},
            "archived": {"active": False},
            "no dealer": {"dealer_id": False},
            "archived dealer": {"dealer_id": closed.id},
            "phone blacklisted": {"phone": "+8613812345678"},
        }
        self.env["phone.blacklist"].create({"number": "+8613812345678"})
        customers = {n: self._customer(self.dealer_a, **vals) for n, vals in cases.items()}
        sound = self._customer(self.dealer_a, phone="+8613812345679")
        for customer in (*customers.values(), sound):
            self._holds(customer, level)
        everybody = sound.union(*customers.values())
        self.assertEqual(self._found(everybody).partner_id, sound)

    def test_archived_scheme_treats_nobody(self):
        self._holds(self.customer_a, self._level("X", contact_interval_days=1))
        self.scheme.active = False
        self.assertFalse(self._found(self.customer_a))

    def test_beyond_the_cap_it_waits_for_the_next_month(self):
        self._holds(
            self.customer_a, self._level("P", contact_interval_days=5, max_contacts_month=1)
        )
        self._contact(self.customer_a, "2026-05-02")
        self.assertFalse(self._found(self.customer_a, date(2026, 5, 31)))
        self.assertEqual(self._found(self.customer_a, date(2026, 6, 1)).date, date(2026, 5, 7))

    # -- Who gets them -----------------------------------------------------------------------

    def _staff(self, count):
        return self.env["res.users"].union(
            *(
                new_test_user(
                    self.env,
                    login=f"staff{i}",
                    groups=f"{MODULE}.group_dealer_user",
                    dealer_ids=[Command.set(self.dealer_a.ids)],
                )
                for i in range(count)
            )
        )

    def test_dealt_like_cards(self):
        """Own salesperson first; each other one to whoever has the fewest at that moment."""
        rng = random.Random(3)
        staff = self._staff(3) | self.users["sales_a"] | self.users["manager_a"]
        watcher = new_test_user(
            self.env, login="watcher", groups=f"{MODULE}.group_oem_auditor",
            dealer_ids=[Command.set(self.dealer_a.ids)],
        )  # fmt: skip
        gone = self._staff_gone()
        level = self._level("B", contact_interval_days=1)
        owners = [*staff[:2], watcher, gone, self.users["sales_b"], *[self.env["res.users"]] * 4]
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"C{i}",
                    "dealer_id": self.dealer_a.id,
                    "user_id": rng.choice(owners).id,
                }
                for i in range(61)
            ]
        )
        for customer in customers:
            self._holds(customer, level, TODAY - timedelta(rng.randint(2, 9)))
        load = Counter(dict.fromkeys(staff.ids, 0))
        busy = self.env["res.partner"].create([{"name": f"B{i}"} for i in range(7)])
        self.Due.create(
            [{"partner_id": b.id, "dealer_id": self.dealer_a.id, "user_id": staff[2].id}
             for b in busy]
        )  # fmt: skip
        load[staff[2].id] = 7
        expected = {c: c.user_id.id for c in customers if c.user_id in staff}
        load.update(expected.values())
        since = {r.partner_id: r.since for r in self.Result.search([("level_id", "=", level.id)])}
        for customer in sorted(customers, key=lambda c: (since[c], c.id)):
            if customer not in expected:
                expected[customer] = min(staff.ids, key=lambda user: (load[user], user))
                load[expected[customer]] += 1
        found = self._found(customers)
        self.assertEqual({due.partner_id: due.user_id.id for due in found}, expected)

    def _staff_gone(self):
        user = self._staff(0) | new_test_user(
            self.env, login="gone", groups=f"{MODULE}.group_dealer_user",
            dealer_ids=[Command.set(self.dealer_a.ids)],
        )  # fmt: skip
        user.active = False
        return user

    def test_loads_differ_by_one_at_most(self):
        level = self._level("E", contact_interval_days=1)
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(17)]
        )
        for customer in customers:
            self._holds(customer, level)
        self._staff(2)
        counts = Counter(due.user_id for due in self._found(customers)).values()
        self.assertEqual(sorted(counts), [4, 4, 4, 5])

    # -- What becomes of them ----------------------------------------------------------------

    def _planned(self):
        level = self._level(
            "A", contact_interval_days=30, contact_way="visit", treatment="Bring a gift"
        )
        self._holds(self.customer_a, level)
        self.customer_a.user_id = self.users["sales_a"]
        due = self._found(self.customer_a)
        due._hand_out(self.Due._today())
        return due

    def test_activity_says_what_to_do(self):
        due = self._planned()
        activity = due.activity_id
        self.assertEqual(due.state, "planned")
        self.assertEqual(activity.activity_type_id, self.due_type)
        self.assertEqual(activity.user_id, self.users["sales_a"])
        self.assertEqual(activity.summary, "Visit · Level A")
        self.assertIn("Bring a gift", activity.note)
        self.assertEqual(activity.res_name, "Test Customer A")
        self.assertEqual(activity.date_deadline, self.Due._today())
        self.assertNotIn(activity.user_id.partner_id, self.customer_a.message_partner_ids)
        self.assertTrue(self.customer_a.contact_due)

    def test_logged_contact_closes_it(self):
        due = self._planned()
        log = self._as("manager_a", self.Log).create(
            {"partner_id": self.customer_a.id, "summary": "Brought it"}
        )
        self.assertEqual((due.state, due.log_id.id), ("done", log.id))
        self.assertFalse(due.activity_id.active)
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 1)
        self.customer_a.invalidate_recordset()
        self.assertFalse(self.customer_a.contact_due)

    def test_done_activity_is_logged_once(self):
        due = self._planned()
        due.activity_id.with_user(self.users["sales_a"]).action_done()
        self.assertEqual(due.state, "done")
        self.assertEqual(due.log_id.way, "visit")
        self.assertEqual(due.log_id.user_id, self.users["sales_a"])
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 1)
        self.assertFalse(self._found(self.customer_a, self.Due._today()))

    def test_cancelled_activity_puts_it_off(self):
        due = self._planned()
        due.activity_id.unlink()
        self.assertEqual(due.state, "skipped")
        today = self.Due._today()
        self.assertFalse(self._found(self.customer_a, today + timedelta(29)))
        self.assertTrue(self._found(self.customer_a, today + timedelta(30)))

    def test_skip_and_opt_out(self):
        due = self._planned()
        self._as("sales_a", due).action_skip()
        self.assertFalse(due.activity_id)
        self.assertEqual(due.state, "skipped")
        again = self._found(self.customer_a, self.Due._today() + timedelta(30))
        self._as("sales_a", self.customer_a).contact_opt_out = True
        again.invalidate_recordset()
        self.assertEqual(again.state, "skipped")

    def test_new_dealer_takes_over(self):
        due = self._planned()
        activity = due.activity_id
        self.customer_a.dealer_id = self.dealer_b
        self.assertFalse(due.exists())
        self.assertFalse(activity.exists())
        self.assertEqual(self._found(self.customer_a).user_id.dealer_ids, self.dealer_b)

    def test_reassigned_from_either_side(self):
        due = self._planned()
        due.activity_id.user_id = self.users["manager_a"]
        self.assertEqual(due.user_id, self.users["manager_a"])
        self._as("sales_a", due).user_id = self.users["sales_a"]
        self.assertEqual(due.activity_id.user_id, self.users["sales_a"])

    def test_batch_costs_few_queries(self):
        level = self._level("F", contact_interval_days=1)
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(120)]
        )
        for customer in customers:
            self._holds(customer, level)
        found = self._found(customers)
        found[:20]._hand_out(TODAY)
        self.env.flush_all()
        with self.assertQueryCount(40):
            found[20:]._hand_out(TODAY)
        self.assertEqual(set(found.mapped("state")), {"planned"})

    # -- Minimum -----------------------------------------------------------------------------

    def test_below_the_minimum(self):
        month = self._level("M1", min_contacts=1)
        customers = self.customer_a | self._customer(self.dealer_a)
        had, none = customers
        for customer in customers:
            self._holds(customer, month)
        first = self.Due._period("month", self.Due._today()).start
        self.Log.create({"partner_id": had.id, "summary": "x", "date": first})
        self.Log.create(
            {"partner_id": none.id, "summary": "x", "date": first - timedelta(seconds=1)}
        )
        Partner = self.env["res.partner"]
        ids = ("id", "in", customers.ids)
        self.assertEqual(Partner.search([ids, ("below_min_contacts", "=", True)]), none)
        self.assertEqual(Partner.search([ids, ("below_min_last_period", "=", True)]), had)
        self.assertEqual(Partner.search([ids, ("below_min_contacts", "=", False)]), had)
        self.assertEqual(customers.mapped("below_min_contacts"), [False, True])
        self.assertEqual(customers.mapped("below_min_last_period"), [True, False])


@tagged("post_install", "-at_install")
class TestContactPlan(ContactCommon):
    """Plan Contacts on lists (P2)."""

    def _plan(self, login, records, **vals):
        records = self._as(login, records)
        action = records.action_plan_contacts()
        wizard = self._as(login, self.env["crm.contact.plan"]).with_context(**action["context"])
        wizard = wizard.create({"note": "Test drive", **vals})
        return wizard.action_plan()["params"]["message"]

    def test_each_once_and_spread(self):
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(6)]
        )
        customers[0].contact_opt_out = True
        message = self._plan("sales_a", customers, days=3, way="wechat")
        self.assertEqual(message, "5 contacts planned. 1 customers were left out: "
                                  "a contact is planned already, or they want none.")  # fmt: skip
        dues = self.Due._open_of(customers)
        today = self.Due._today()
        days = Counter((due.date - today).days for due in dues)
        self.assertEqual(days, {0: 1, 1: 2, 2: 2})
        self.assertEqual(set(dues.activity_id.mapped("summary")), {"WeChat · Test drive"})
        self.assertEqual(
            sorted(Counter(due.user_id for due in dues).values()), [2, 3]
        )
        self.assertRegex(self._plan("sales_a", customers), "^0 contacts planned")

    def test_for_me_and_balanced(self):
        self.customer_a.user_id = self.users["manager_a"]
        self._plan("sales_a", self.customer_a, who="me")
        due = self.Due._open_of(self.customer_a)
        self.assertEqual(due.user_id, self.users["sales_a"])
        due._close("skipped")
        self._plan("sales_a", self.customer_a, who="owner")
        self.assertEqual(self.Due._open_of(self.customer_a).user_id, self.users["manager_a"])

    def test_leads_and_vehicles(self):
        lead = self._lead(self.customer_a)
        vehicle = self._vehicle(self._customer(self.dealer_a))
        self._plan("sales_a", lead)
        self._plan("sales_a", vehicle)
        self.assertEqual(len(self.Due._open_of(self.customer_a | vehicle.partner_id)), 2)

    def test_beyond_the_cap(self):
        self._holds(self.customer_a, self._level("C", max_contacts_month=1))
        self.Log.create({"partner_id": self.customer_a.id, "summary": "x"})
        self._plan("sales_a", self.customer_a)
        due = self.Due._open_of(self.customer_a)
        self.assertEqual(due.date, self.Due._next_month(self.Due._today()))
        self.assertEqual(due.activity_id.date_deadline, due.date)

    def test_foreign_customers_are_left_out(self):
        self._plan("greedy_b", self.customer_b)
        wizard = self._as("greedy_b", self.env["crm.contact.plan"]).with_context(
            active_model="res.partner", active_ids=self.customer_a.ids
        )
        with self.assertRaisesRegex(UserError, "whom you may edit"):
            wizard.create({"note": "x"}).action_plan()
        self.assertFalse(self.Due._open_of(self.customer_a))

    def test_auditors_plan_nothing(self):
        for login in ("auditor", "credit", "clerk"):
            with self.assertRaises(AccessError), self.subTest(login=login):
                self._as(login, self.customer_a).action_plan_contacts()


@tagged("post_install", "-at_install")
class TestContactDay(ContactCommon):
    def test_periods_are_the_companys(self):
        period = self.Due._period("quarter", date(2026, 5, 20))
        self.assertEqual((period.first, period.after), (date(2026, 4, 1), date(2026, 7, 1)))
        self.assertEqual(period.start, datetime(2026, 3, 31, 16))
        self.assertEqual(self.Due._period("month", date(2026, 1, 3), -1).first, date(2025, 12, 1))
        self.assertEqual(self.Due._next_month(date(2026, 12, 5)), date(2027, 1, 1))
