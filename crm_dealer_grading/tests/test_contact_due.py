"""Due contacts against plain Python, and how they are dealt out (G12)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.contact.crm_contact_due_sql import required_by
from .common_contact import TODAY, ContactCommon

MODULE = "crm_dealer_grading"
# What is said of a contact beside its day.
KINDS = ({}, {}, {"deep": True}, {"missed": True}, {"direction": "in"})


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
        held, days, skips = self._random_past(rng, levels, customers)
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

    def _random_past(self, rng, levels, customers):
        """Write levels, contacts and skips; return them by customer."""
        held, days, skips = {}, {}, {}
        for customer in customers:
            chosen = rng.sample(levels, rng.randint(0, 2))
            held[customer] = list({level.scheme_id: level for level in chosen}.values())
            since = TODAY - timedelta(rng.randint(0, 60))
            for level in held[customer]:
                self._holds(customer, level, since)
            days[customer] = [
                (TODAY - timedelta(rng.randint(0, 120)), rng.choice(KINDS))
                for _i in range(rng.choice((0, 0, 1, 2, 5)))
            ]
            if rng.random() < 0.2:
                skips[customer] = TODAY - timedelta(rng.randint(0, 80))
            held[customer] = (held[customer], since)
        self.Log.create(
            [
                {"partner_id": c.id, "summary": "x", "date": f"{day} 15:59:59", **kind}
                for c, several in days.items()
                for day, kind in several
            ]
        )
        self.Due.create(
            [
                {"partner_id": c.id, "state": "skipped", "closed_on": day, "date": day}
                for c, day in skips.items()
            ]
        )
        return held, days, skips

    def _random_level(self, rng, number):
        return self._level(
            f"R{number}",
            (self.scheme, self.other_scheme)[number % 2],
            contact_interval_days=rng.choice((0, 10, 30, 45)),
            max_contacts_month=rng.choice((0, 0, 1, 2)),
            min_contacts=rng.choice((0, 1, 2)),
            min_contacts_period=rng.choice(("month", "quarter")),
            min_contacts_deep=rng.random() < 0.4,
        )

    def _expected(self, levels, since, contacts, skip):
        """``(date, origin, level)`` or None."""
        month, quarter = date(2026, 5, 1), date(2026, 4, 1)
        reached = [(day, kind) for day, kind in contacts if "missed" not in kind]
        days = [day for day, _kind in reached]
        in_month = sum(day >= month and "direction" not in kind for day, kind in reached)
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
        for period, first, length in (("month", month, 31), ("quarter", quarter, 91)):
            for deep in (True, False):
                needed = [
                    (required_by(lv.min_contacts, (TODAY - first).days + 1, length), lv.id, lv)
                    for lv in levels
                    if lv.min_contacts_period == period and lv.min_contacts_deep == deep
                ]
                most, _id, level = max(needed, default=(0, 0, None))
                had = sum(day >= first and (not deep or "deep" in kind) for day, kind in reached)
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

    def test_what_counts_as_a_contact(self):
        """Whom nobody reached is still to be contacted; who calls is not called too often."""
        customer = self.customer_a
        level = self._level("W", max_contacts_month=1, min_contacts=1, min_contacts_deep=True)
        self._holds(customer, level)

        def told():
            customer.invalidate_recordset()
            names = ("contacts_this_month", "below_min_contacts", "last_contact_date")
            return tuple(bool(customer[name]) for name in names)

        with freeze_time("2026-05-28 04:00:00"):
            self._contact(customer, "2026-05-03", missed=True)
            self.assertEqual(told(), (False, True, False))
            self._contact(customer, "2026-05-04", direction="in")
            self.assertEqual(told(), (False, True, True))
            self.assertFalse(customer.contact_warning)
            self.assertTrue(self._found(customer, date(2026, 5, 28)))
            self._contact(customer, "2026-05-05", deep=True)
            self.assertEqual(told(), (True, False, True))
            self.assertTrue(customer.contact_warning)

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


@tagged("post_install", "-at_install")
class TestContactDay(ContactCommon):
    def test_periods_are_the_companys(self):
        period = self.Due._period("quarter", date(2026, 5, 20))
        self.assertEqual((period.first, period.after), (date(2026, 4, 1), date(2026, 7, 1)))
        self.assertEqual(period.start, datetime(2026, 3, 31, 16))
        self.assertEqual(self.Due._period("month", date(2026, 1, 3), -1).first, date(2025, 12, 1))
        self.assertEqual(self.Due._next_month(date(2026, 12, 5)), date(2027, 1, 1))
