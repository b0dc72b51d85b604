"""The draw against plain Python on random data, fair over seeds, never twice (S2)."""

import random
from collections import Counter
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from . import sampling_oracle
from .common_sampling import DAYS, SamplingFactories

FIGURES = ("frame", "unreachable", "refused", "resting", "double", "able", "quota")


@tagged("post_install", "-at_install")
class TestSamplingDraw(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls.people = cls._network()

    def _events(self, channels=("sms", "email"), resting=()):
        """The visits of the period as the oracle wants them."""
        zone = self.env.company.with_context(tz="Asia/Shanghai")
        found = []
        for visit in self.visits:
            moment = visit.date_delivered or visit.date
            day = fields.Datetime.context_timestamp(zone, moment).date()
            person = visit.partner_id
            in_period = self.today - timedelta(DAYS) <= day <= self.today
            if not in_period or visit.stage != "delivered":
                continue
            address = {"sms": person.phone, "phone": person.phone, "email": person.email}
            reason = None
            if not any(address[channel] for channel in channels):
                reason = "unreachable"
            elif person.contact_opt_out:
                reason = "refused"
            elif person.commercial_partner_id in resting:
                reason = "resting"
            found.append(
                {
                    "key": f"visit:{visit.id}",
                    "dealer": visit.dealer_id,
                    "stratum": visit.visit_type,
                    "customer": person.commercial_partner_id,
                    "number": person.phone_sanitized,
                    "moment": moment,
                    "reason": reason,
                }
            )
        return found

    def _compare(self, sample, events):
        picked, figures = sampling_oracle.drawn(
            events, sample.quota, sample.seed, sample.allocation, sample.reserve
        )
        found = {line.event_key: line.state == "drawn" for line in sample.line_ids}
        self.assertEqual(found, picked)
        self.assertEqual(
            {
                (row.dealer_id, row.stratum): {name: row[name] for name in FIGURES}
                for row in sample.stratum_ids
            },
            {group: {name: count[name] for name in FIGURES} for group, count in figures.items()},
        )
        for row in sample.stratum_ids:
            self.assertEqual(
                row.frame, row.unreachable + row.refused + row.resting + row.double + row.able
            )

    def test_equals_the_oracle(self):
        rng = random.Random(5)
        for person in rng.sample(list(self.people), 6):
            person.contact_opt_out = True
        for allocation, quota, reserve in (
            ("proportional", 8, 100),
            ("proportional", 1, 50),
            ("proportional", 500, 10),
            ("fixed", 2, 100),
            ("fixed", 3, 0),
        ):
            with self.subTest(allocation=allocation, quota=quota):
                sample = self._drawn(
                    allocation=allocation, quota=quota, reserve=reserve, channel_4=False,
                    seed=f"seed {quota}", cooling_days=0,
                )  # fmt: skip
                self._compare(sample, self._events())

    def test_one_phone_is_asked_once(self):
        """Duplicates that nobody has merged, and families: by one sample, and within the rest."""
        twins = self.people.filtered(lambda p: not p.parent_id)
        for number, person in enumerate(twins):
            person.phone = f"+86 177 5501 00{number // 3:02}"
        first = self._drawn(quota=3, channel_4=False, reserve=0)
        self._compare(first, self._events())
        asked = first.line_ids.commercial_partner_id
        twice = twins.filtered(lambda p: p.phone_sanitized in asked.mapped("phone_sanitized"))
        self.assertTrue(twice - asked)
        # Who was asked rests under each of the names.
        second = self._drawn(quota=500, channel_4=False, programme_id=self._twin().id)
        self._compare(second, self._events(resting=asked | twice))
        numbers = [n for n in second.line_ids.partner_id.mapped("phone_sanitized") if n]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertEqual(first.action_check_draw()["params"]["type"], "success")

    def test_who_was_asked_rests(self):
        """By another programme's sample, by an agent or by hand, and with a call to come."""
        first = self._drawn(quota=5, seed="winter", channel_4=False)
        asked = self._lines(first, "drawn").commercial_partner_id
        self.assertEqual(len(asked), 10)
        other = self._link(partner_id=self.people[0].id).commercial_partner_id
        old = self._link(partner_id=self.people[1].id)
        test = self._link(partner_id=self.people[2].id, test_entry=True)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET create_date = create_date - interval '61 day'"
            " WHERE id = %s",
            [old.id],
        )
        second = self._drawn(seed="summer", channel_4=False, programme_id=self._twin().id)
        self._compare(second, self._events(resting=asked | other))
        self.assertNotIn(other, second.line_ids.commercial_partner_id)
        for free in (old | test).commercial_partner_id - asked - other:
            able = {e["customer"] for e in self._events(resting=asked | other) if not e["reason"]}
            self.assertEqual(free in able, any(p.phone or p.email for p in free))

    def test_a_call_to_come_is_enough(self):
        """Who will be asked on the telephone is not drawn; a call without questions is none."""
        rules = self.env["crm.followup.rule"].create(
            [
                {"name": "Asks", "event": "recall", "caller": "call_centre",
                 "programme_id": self.programme.id},
                {"name": "Only greets", "event": "recall", "caller": "call_centre"},
            ]
        )  # fmt: skip
        people = (self.people[3], self.people[4])
        for rule, person in zip(rules, people, strict=True):
            self.env["crm.followup.call"].create(
                {"rule_id": rule.id, "caller": "call_centre", "event_key": f"visit:-{person.id}",
                 "partner_id": person.id, "dealer_id": self.dealer_a.id,
                 "event_date": self.today, "date_due": self.today, "lapses_on": self.today,
                 "date_next": fields.Datetime.now()}
            )  # fmt: skip
        sample = self._drawn(quota=500, channel_4=False)
        self._compare(sample, self._events(resting=people[0].commercial_partner_id))

    def test_the_database_refuses_to_ask_twice(self):
        sample = self._drawn(quota=3)
        line = self._lines(sample, "drawn")[0]
        other = self._drawn(quota=3, programme_id=self._twin().id)
        self.assertFalse(
            self._lines(sample, "drawn").commercial_partner_id
            & self._lines(other, "drawn").commercial_partner_id
        )
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE crm_satisfaction_sample_line SET commercial_partner_id = %s,"
                    " asked_on = asked_on + 59 WHERE id = %s",
                    [line.commercial_partner_id.id, other.line_ids[0].id],
                )
        self.env.cr.execute(
            "UPDATE crm_satisfaction_sample_line SET commercial_partner_id = %s,"
            " asked_on = asked_on + 60 WHERE id = %s",
            [line.commercial_partner_id.id, self._lines(other, "drawn")[0].id],
        )

    def test_the_same_seed_draws_the_same(self):
        one = self._drawn(cooling_days=0)
        self._link(partner_id=self.people[5].id, test_entry=True)
        two = self._drawn(cooling_days=0)
        three = self._drawn(cooling_days=0, seed="autumn")
        keys = [
            {(line.event_key, line.state, line.place) for line in sample.line_ids}
            for sample in (one, two, three)
        ]
        self.assertEqual(keys[0], keys[1])
        self.assertNotEqual(keys[0], keys[2])
        self.assertEqual(one.stratum_ids.mapped("digest"), three.stratum_ids.mapped("digest"))

    def test_every_customer_is_as_likely(self):
        """Over seeds each customer of a group is drawn as often as the group's share says."""
        sample = self._sample(allocation="fixed", quota=4, channel_4=False, reserve=0)
        seeds, times, shares = 150, Counter(), {}
        for number in range(seeds):
            sample.seed = f"seed {number}"
            sample.drawn_at = fields.Datetime.now()
            times.update(sample._redraw().keys())
        for row in sample._preview():
            shares[row["dealer_id"], row["stratum"]] = (row["quota"], row["able"])
        groups = Counter()
        for key, count in times.items():
            visit = self.env["crm.service.visit"].browse(int(key.split(":")[1]))
            quota, able = shares[visit.dealer_id.id, visit.visit_type]
            groups[visit.dealer_id.id, visit.visit_type] += 1
            share = quota / able
            spread = (seeds * share * (1 - share)) ** 0.5
            # 4.5 standard deviations: one of some hundred customers in a hundred thousand.
            self.assertLessEqual(abs(count - seeds * share), 4.5 * spread + 0.001)
        for group, (_quota, able) in shares.items():
            self.assertEqual(groups[group], able, "somebody is never drawn")

    def test_a_draw_is_one_statement(self):
        sample = self._sample()
        sample.drawn_at = fields.Datetime.now()
        self.env.flush_all()
        sample._draw_sql("SELECT 1", sample.drawn_at)  # what is read beforehand is known now
        before = self.env.cr.sql_log_count
        sample._store_draw()
        # What says who is refused asks for purposes of consent beforehand.
        self.assertLess(self.env.cr.sql_log_count - before, 16)
        self.assertGreater(len(sample.line_ids), 16)

    def test_preview_writes_nothing_and_is_right(self):
        sample = self._sample(minimum=9)
        action = sample.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(self.Line.search([("sample_id", "=", sample.id)]))
        sums = {name: preview[name] for name in FIGURES}
        self.assertIn(self.dealer_a.name, preview.short_dealers)
        preview.action_draw()
        self.assertEqual({n: sum(sample.stratum_ids.mapped(n)) for n in FIGURES}, sums)
        self.assertEqual(sample.line_count, sums["quota"])
        self.assertEqual(sample.frame_count, sums["frame"])
        self.assertEqual(sample.short_count, 2)

    def test_dealers_of_whom_nobody_is_drawn_are_too_few(self):
        """Named or not; not those that sell alone, where they were not named."""
        silent, seller = self.env["crm.dealer"].create(
            [
                {"name": f"Silent {kind}", "code": f"T-SILENT-{kind}", "dealer_type": kind}
                for kind in ("both", "sales")
            ]
        )
        self.programme.sample_source = "visit"
        named = self._sample(dealer_ids=(self.dealer_a | silent | seller).ids, minimum=1)
        of_all = self._sample(dealer_ids=False, minimum=1, cooling_days=0)
        self.assertEqual((named.short_count, of_all.short_count), (0, 0), "not drawn yet")
        for sample, told, count in ((named, True, 2), (of_all, False, None)):
            action = sample.action_preview()
            preview = self.env[action["res_model"]].browse(action["res_id"])
            self.assertIn(silent.name, preview.short_dealers)
            self.assertEqual(seller.name in preview.short_dealers, told)
            self.assertNotIn(self.dealer_a.name, preview.short_dealers)
            preview.action_draw()
            if count is None:
                count = len(preview.short_dealers.split(", "))
            self.assertEqual(sample.short_count, count)

    def test_steps(self):
        sample = self._sample()
        for step in (sample.action_send, sample.action_close, sample.action_take_back):
            with self.assertRaises(UserError):
                step()
        sample.action_draw()
        with self.assertRaises(UserError):
            sample.action_draw()
        with self.assertRaises(UserError):
            sample.quota = 3
        with self.assertRaises(UserError):
            sample.unlink()
        self.assertEqual(sample.version_id, self.version)
        sample.action_take_back()
        self.assertFalse(sample.line_ids or sample.stratum_ids)
        self.assertIn("spring", "".join(sample.message_ids.mapped("body")))
        sample.quota = 3
        sample.action_draw()
        self.assertEqual(sample.line_count, 6)
        self.version.action_close()
        with self.assertRaises(UserError):
            sample.action_send()

    def test_nobody_to_draw(self):
        with self.assertRaises(UserError):
            self._drawn(date_from="2001-01-01", date_to="2001-02-01")
        self.version.action_close()
        with self.assertRaises(UserError):
            self._drawn()
