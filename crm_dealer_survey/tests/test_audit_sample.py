"""Verification of sold vehicles: draw, result, what follows, who sees it (S9)."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools.draw import draw
from ..tools.verification import exact_interval, size_for_acceptance, size_for_margin
from .common_audit import AuditFactories

TICKS = ("wrong_name", "wrong_phone", "wrong_plate", "wrong_date", "is_fake")


@tagged("post_install", "-at_install")
class TestAuditSample(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()
        cls.sold = cls._sold(40)
        cls.other = cls._sold(5, dealer=cls.dealer_b) | cls._sold(3, day=date(2026, 4, 1))

    # ------------------------------------------------------------ rights

    def test_dealers_and_others_see_nothing(self):
        sample = self._sample()
        self._as("auditor", sample).action_draw()
        for login in ("sales_a", "manager_a", "greedy_b", "homeless", "clerk", "credit"):
            for record in (sample, sample.line_ids):
                with self.assertRaises(AccessError):
                    self._as(login, record).read(["state"])
            for model in ("crm.audit.sample", "crm.audit.sample.line"):
                records = self.env[model].with_user(self.users[login])
                self.assertFalse(records.has_access("read") and records.search([]), login)
            for name in ("action_draw", "action_done", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(self._as(login, sample), name)()
            for name in ("action_right", "action_wrong", "action_unchecked", "action_again"):
                with self.assertRaises(AccessError):
                    getattr(self._as(login, sample.line_ids), name)()
            self.assertEqual(self._as(login, self.dealer_a).audit_sample_count, 0)

    def test_call_centre_sees_its_own_lines(self):
        second = new_test_user(
            self.env, "agent_2", groups="crm_dealer_grading.group_call_centre"
        )
        agents = self.users["agent"] | second
        sample = self._sample(agent_ids=agents.ids, design="accept", max_wrong=10)
        self._as("auditor", sample).action_draw()
        lines = self.env["crm.audit.sample.line"].with_user(second)
        mine = lines.search([])
        self.assertEqual(mine.sudo().user_id, second)
        counts = [len(sample.line_ids.filtered(lambda ln, a=a: ln.user_id == a)) for a in agents]
        self.assertLessEqual(abs(counts[0] - counts[1]), 1)
        theirs = sample.line_ids.filtered(lambda ln: ln.user_id == self.users["agent"])
        with self.assertRaises(AccessError):
            theirs[0].with_user(second).action_right()
        for vals in ({"user_id": second.id}, {"state": "right"}, {"name_on_file": "x"},
                     {"checked_on": "2026-01-01"}, {"dealer_id": self.dealer_b.id}):  # fmt: skip
            with self.assertRaises(AccessError):
                mine[0].write(vals)
        for name in ("sample_id", "figure"):
            with self.assertRaises(AccessError):
                mine[0].read([name])
        with self.assertRaises(AccessError):
            sample.with_user(second).read(["seed"])
        with self.assertRaises(AccessError):
            lines.create({"dealer_id": self.dealer_a.id})
        with self.assertRaises(UserError):
            sample.line_ids[0].unlink()
        mine[0].way = "phone"
        mine[0].action_right()
        self.assertEqual((mine[0].state, mine[0].checked_by_id), ("right", second))

    def test_only_auditors_draw(self):
        with self.assertRaises(AccessError):
            self._as("agent", self._sample()).action_draw()
        for login in ("manager_a", "agent", "clerk"):
            with self.assertRaises(AccessError):
                self.env["crm.audit.sample"].with_user(self.users[login]).create(
                    {"dealer_id": self.dealer_a.id}
                )

    # ------------------------------------------------------------ draw

    def test_draw_against_oracle(self):
        """The vehicles of the smallest figures, of those sold; the same for the same seed."""
        sample = self._sample(margin=15)
        self.assertEqual((sample.population, sample.size), (40, size_for_margin(40, 15)))
        self._as("auditor", sample).action_draw()
        order = sorted(self.sold, key=lambda v: (draw("test", v.id), v.id))
        lines = sample.line_ids.sorted("place")
        self.assertEqual(lines.vehicle_id.ids, [v.id for v in order[: sample.size]])
        self.assertEqual(lines.mapped("place"), list(range(1, sample.size + 1)))
        for line in lines:
            buyer = line.vehicle_id.partner_id
            self.assertEqual(
                (line.partner_id, line.name_on_file, line.phone_on_file, line.plate_on_file),
                (buyer, buyer.name, buyer.phone, line.vehicle_id.plate),
            )
            self.assertAlmostEqual(line.figure, draw("test", line.vehicle_id.id), 9)
        again = self._sample(margin=15)
        self._as("auditor", again).action_draw()
        self.assertEqual(again.line_ids.sorted("place").vehicle_id, lines.vehicle_id)
        other = self._sample(margin=15, seed="another")
        self._as("auditor", other).action_draw()
        self.assertNotEqual(other.line_ids.sorted("place").vehicle_id.ids, lines.vehicle_id.ids)

    def test_sizes_of_both_designs(self):
        for share, accepted in ((10, 0), (20, 1), (5, 0)):
            sample = self._sample(design="accept", max_wrong=share, accept_number=accepted)
            self.assertEqual(sample.size, size_for_acceptance(40, share, accepted))
        with self.assertRaisesRegex(UserError, "Accept fewer"):
            sample = self._sample(design="accept", max_wrong=5, accept_number=3)
            self._as("auditor", sample).action_draw()
        with self.assertRaisesRegex(UserError, "handed no vehicle over"):
            sample = self._sample(date_from="2020-01-01", date_to="2020-02-01")
            self._as("auditor", sample).action_draw()

    def test_list_is_drawn_once_and_kept(self):
        sample = self._sample(margin=15)
        mine = self._as("auditor", sample)
        mine.action_draw()
        with self.assertRaises(UserError):
            mine.action_draw()
        line = sample.line_ids[0]
        line.partner_id.phone = "13999999999"
        self.assertNotEqual(line.phone_on_file, "13999999999")
        for vals in ({"seed": "x"}, {"date_to": "2026-05-01"}, {"margin": 1}, {"state": "draft"},
                     {"dealer_id": self.dealer_b.id}, {"line_ids": [(5,)]},
                     {"size": 1}):  # fmt: skip
            for record in (mine, sample):
                with self.assertRaises(UserError):
                    record.write(vals)
        for record in (line, self._as("auditor", line)):
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.vehicle_id, record.name_on_file = False, "x"

    def test_draw_is_one_statement(self):
        """As many statements for forty vehicles as for two hundred."""
        counts = []
        for extra in (0, 160):
            self._sold(extra)
            sample = self._as("auditor", self._sample(margin=1))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            sample._draw_lines()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------ result

    def test_result_against_oracle(self):
        results = ["wrong_phone", "is_fake", "unchecked", "wrong_plate"]
        sample = self._checked(self._sample(margin=15), *results)
        right = sample.size - 4
        self.assertEqual(
            (sample.right_count, sample.wrong_count, sample.fake_count, sample.unchecked_count),
            (right, 3, 1, 1),
        )
        self.assertAlmostEqual(sample.accuracy, 100.0 * right / (right + 3), 9)
        low, high = exact_interval(3, right + 3)
        self.assertAlmostEqual(sample.wrong_low, low, 6)
        self.assertAlmostEqual(sample.wrong_high, high, 6)
        self.assertIn(f"{low:.1f} %", sample.conclusion)

    def test_acceptance(self):
        sample = self._checked(self._sample(design="accept", max_wrong=10))
        self.assertIn("Accepted: at most 10.0 %", sample.conclusion)
        for result in ("wrong_name", "unchecked"):
            other = self._checked(self._sample(design="accept", max_wrong=10), result)
            self.assertIn("Not accepted", other.conclusion)

    def test_noting_results(self):
        sample = self._sample(margin=15)
        self._as("auditor", sample).action_draw()
        line = self._as("auditor", sample.line_ids[0])
        with self.assertRaisesRegex(UserError, "how it was checked"):
            line.action_right()
        line.way = "papers"
        with self.assertRaisesRegex(UserError, "Tick first"):
            line.action_wrong()
        line.wrong_date = True
        for refused in (line.action_right, line.action_unchecked):
            with self.assertRaisesRegex(UserError, "remove the ticks"):
                refused()
        line.action_wrong()
        with self.assertRaises(UserError):
            line.wrong_name = True
        with self.assertRaisesRegex(UserError, "noted already"):
            line.action_wrong()
        line.action_again()
        self.assertEqual((line.state, line.checked_on), ("open", False))
        with self.assertRaisesRegex(UserError, "still open"):
            self._as("auditor", sample).action_done()

    def test_nothing_is_made_before_the_end(self):
        """By phone: no call, no verification, no to-do of the dealer."""
        models = ("crm.followup.call", "crm.customer.verification", "mail.activity",
                  "crm.contact.log")  # fmt: skip
        before = [self.env[model].search_count([]) for model in models]
        sample = self._sample(margin=15)
        self._as("auditor", sample).action_draw()
        line = self._as("auditor", sample.line_ids[0])
        line.write({"way": "phone", "wrong_phone": True})
        line.action_wrong()
        self.assertEqual([self.env[model].search_count([]) for model in models], before)
        self._as("auditor", sample).action_cancel()
        self.assertEqual([self.env[model].search_count([]) for model in models], before)

    def test_wrong_data_are_told(self):
        sample = self._checked(self._sample(margin=15), "wrong_phone", "is_fake", "wrong_plate")
        phone, fake, plate = sample.line_ids.sorted("place")[:3]
        told = self.env["crm.customer.verification"].search([("note", "=", sample.name)])
        self.assertEqual(told.partner_id, phone.partner_id)
        self.assertEqual(
            [(ln.field_name, ln.verdict, ln.stands) for ln in told.line_ids],
            [("phone", "wrong", True)],
        )
        self.assertEqual(told.user_id, self.users["auditor"])
        self.assertEqual(plate.vehicle_id.activity_ids.user_id, self.users["manager_a"])
        self.assertFalse(fake.vehicle_id.activity_ids)

    def test_done_is_kept(self):
        sample = self._checked(self._sample(margin=15), "is_fake")
        line = self._as("auditor", sample.line_ids[0])
        for change in (line.action_again, lambda: line.write({"note": "x"}),
                       lambda: line.sudo().write({"is_fake": False}),
                       self._as("oem", sample).action_cancel, sample.unlink):  # fmt: skip
            with self.assertRaises(UserError):
                change()

    def test_faked_sales_are_confirmed_facts(self):
        sample = self._checked(self._sample(margin=15), "is_fake", "is_fake", "wrong_name")
        drawn = self._sample(margin=15)
        self._as("auditor", drawn).action_draw()
        line = self._as("auditor", drawn.line_ids[0])
        line.write({"way": "papers", "is_fake": True})
        line.action_wrong()  # of a verification that goes on: no fact yet
        dealers = self.dealer_a | self.dealer_b
        day = sample.done_on
        facts = self.Audit._faked_by_dealer(dealers, day, day + timedelta(1))
        self.assertEqual(facts, {self.dealer_a.id: 2})
        self.assertEqual(self.Audit._faked_by_dealer(self.dealer_b, day, day + timedelta(1)), {})
        self.assertEqual(self.Audit._faked_by_dealer(dealers, day - timedelta(9), day), {})

    def test_audit_of_the_same_dealer(self):
        with self.assertRaises(ValidationError):
            self._sample(audit_id=self._audit(dealer_id=self.dealer_b.id).id)

    def test_merged_buyers_keep_their_lines(self):
        """A line survives the buyer and the vehicle, with what was on file."""
        sample = self._checked(self._sample(margin=15))
        line = sample.line_ids[0]
        name = line.name_on_file
        vehicle = line.vehicle_id
        vehicle.ownership_ids.unlink()
        vehicle.sudo().unlink()
        line.invalidate_recordset()
        self.assertEqual((line.vehicle_id.id, line.name_on_file), (False, name))
