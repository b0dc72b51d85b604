"""From the need to the certificate and the follow-up (S7)."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_training import TrainingFactories


@tagged("post_install", "-at_install")
class TestTrainingSteps(TrainingFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()

    def _todos(self, record, login):
        user = self.users[login]
        return record.sudo().activity_ids.filtered(lambda a: a.user_id == user)

    # ------------------------------------------------------------ sessions

    def test_a_session_is_announced_held_and_closed(self):
        session = self._session(people=["sales_a", "sales_b"])
        one, two = session.participant_ids.sorted(lambda p: p.dealer_id.name)
        oem = self._as("oem", session)
        self.assertFalse(one.invited_on)
        with self.assertRaises(UserError):  # not announced
            oem.action_hold()
        oem.action_announce()
        self.assertTrue(one.invited_on and two.invited_on)
        self.assertRegex(session.name, r"TR/\d{4}/\d{4}")
        mails = self.env["mail.mail"].search(
            [("recipient_ids", "in", (one + two).partner_id.ids)]
        )
        self.assertEqual(mails.recipient_ids, (one + two).partner_id)
        self.assertTrue(self._todos(one, "sales_a"))
        with self.assertRaises(UserError):  # once is enough
            oem.action_announce()
        oem.action_hold()
        with self.assertRaisesRegex(UserError, "Still open"):
            oem.action_close()
        self._as("oem", one).action_present()
        self._as("oem", two).action_absent()
        self._as("oem", one).hours = 3
        oem.action_close()
        self.assertEqual((session.attended_count, session.hours_attended), (1, 3))
        self.assertEqual(len(one.test_input_ids), 1)
        self.assertEqual((one.test_state, two.test_state), ("sent", "none"))
        self.assertEqual(one.follow_up_on, session.day + timedelta(30))
        self.assertFalse(two.follow_up_on)
        with self.assertRaises(UserError):
            oem.write({"date_begin": fields.Datetime.now()})
        oem.action_reopen()
        self._as("oem", one).hours = 2
        with self.assertRaises(UserError):
            self._as("oem", one).action_unregister()
        oem.action_close()
        with self.assertRaises(UserError):  # closed again
            self._as("oem", one).hours = 1

    def test_a_session_is_not_held_before_it_began(self):
        later = fields.Datetime.now() + timedelta(days=3)
        session = self._session("announced", ["sales_a"], date_begin=later)
        with self.assertRaisesRegex(UserError, "not begun"):
            self._as("oem", session).action_hold()
        self.assertEqual(session.date_end, later + timedelta(hours=4))

    def test_seats(self):
        session = self._session("announced", ["sales_a"], seats=1)
        self.assertEqual(session.seats_left, 0)
        with self.assertRaisesRegex(UserError, "1 seats"), self.env.cr.savepoint():
            self._registered(session, "manager_a", self.users["manager_a"])
        session.invalidate_recordset()
        one = session.participant_ids.filtered(lambda p: p.state == "registered")
        self._as("manager_a", one).action_unregister()
        two = self._registered(session, "manager_a", self.users["manager_a"])
        self.assertTrue(two.invited_on)
        with self.assertRaisesRegex(UserError, "1 seats"), self.env.cr.savepoint():
            self._as("manager_a", one).action_register_again()
        oem = self._as("oem", session)
        oem.seats = 2
        self._as("manager_a", one).action_register_again()
        with self.assertRaises(UserError):
            oem.seats = 1

    def test_a_person_is_registered_once(self):
        session = self._session("announced", ["sales_a"])
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._registered(session, "sales_a", self.users["manager_a"])

    def test_a_cancelled_session_tells_who_was_invited(self):
        need = self.env["crm.training.need"].create(
            {"name": "x", "dealer_id": self.dealer_a.id, "training_id": self.course.id,
             "person_ids": self.people["sales_a"].ids}
        )  # fmt: skip
        self._as("oem", need).action_plan()
        session = need.session_id
        self.assertEqual(session.invited_ids, self.dealer_a)
        self.assertEqual(session.participant_ids.person_id, self.people["sales_a"])
        self._as("oem", session).action_announce()
        self._as("oem", session).action_cancel()
        self.assertEqual(session.participant_ids.state, "cancelled")
        self.assertEqual((need.state, need.session_id.id), ("accepted", False))
        mails = self.env["mail.mail"].search([("subject", "=like", "Cancelled:%")])
        self.assertIn(self.people["sales_a"].partner_id, mails.recipient_ids)

    def test_day_is_the_companys(self):
        self.env.company.partner_id.tz = "Asia/Shanghai"
        session = self._session(date_begin="2026-06-30 17:00:00")
        self.assertEqual(str(session.day), "2026-07-01")

    # ------------------------------------------------------------ needs

    def test_need_of_a_manager(self):
        need = self._as("manager_a", self.env["crm.training.need"]).create({"name": "Calls"})
        with self.assertRaisesRegex(UserError, "course"):
            need.action_plan()
        need.training_id = self.plain
        need.person_ids = self.people["sales_a"]
        with self.assertRaises(ValidationError):
            self._as("oem", need).person_ids = self.people["sales_b"]
        need.invalidate_recordset()
        need.person_ids = self.people["sales_a"]
        need.action_plan()
        session = need.sudo().session_id
        self.assertEqual((need.state, session.dealer_id), ("planned", self.dealer_a))
        session.date_begin = fields.Datetime.now() - timedelta(hours=5)
        mine = self._as("manager_a", session)
        mine.action_announce()
        mine.action_hold()
        mine.participant_ids.action_present()
        mine.action_close()
        self.assertEqual(need.state, "done")
        # Without a test attendance certifies.
        one = session.participant_ids
        self.assertEqual((one.certified_on, one.test_state), (session.day, "none"))

    def test_need_of_a_notice_is_written_once(self):
        notices = self.env["crm.rectification"].with_user(self.users["auditor"])
        notice = notices.create(
            {"subject": "Nobody explained", "problem": "x", "dealer_id": self.dealer_a.id}
        )
        notice.action_issue()
        for login in ("manager_a", "auditor", "oem"):
            action = self._as(login, notice).action_ask_for_training()
            need = self.env["crm.training.need"].browse(action["res_id"])
            self.assertEqual((need.rectification_id, need.origin), (notice, "rectification"))
        self.assertEqual(self._as("manager_a", notice).training_need_count, 1)
        with self.assertRaises(UserError):
            self._as("sales_a", notice).action_ask_for_training()

    # ------------------------------------------------------------ plans

    def test_plan(self):
        plan = self.env["crm.training.plan"].with_user(self.users["oem"]).create(
            {"name": "2027", "dealer_id": False, "budget": 1000}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "no sessions"):
            plan.action_approve()
        self._session(plan_id=plan.id, cost_planned=400)
        two = self._session("held", ["sales_a"], plan_id=plan.id, cost_planned=500, cost=300)
        self._as("oem", two.participant_ids).action_present()
        plan.action_approve()
        plan.invalidate_recordset()
        self.assertEqual(
            (plan.session_count, plan.held_count, plan.cost_planned, plan.cost, plan.hours),
            (2, 1, 900, 300, 4),
        )
        with self.assertRaises(UserError):
            plan.budget = 2000
        for login, refusal in (("manager_a", AccessError), ("oem", ValidationError)):
            with self.assertRaises(refusal):
                self._session(login=login, dealer_id=self.dealer_a.id, plan_id=plan.id)

    # ------------------------------------------------------------ register

    def test_nobody_takes_anothers_people(self):
        """Neither who works elsewhere, nor who is the manufacturer's, nor one's own history."""
        self.people["sales_b"].unlink()
        for user in ("homeless", "auditor", "sales_b"):
            with self.assertRaises(ValidationError):
                self._as("manager_a", self.Person).create(
                    {"partner_id": self.users[user].partner_id.id}
                )
        employee = self.env["res.partner"].create({"name": "Without a user"})
        mine = self._as("manager_a", self.Person).create({"partner_id": employee.id})
        self.assertEqual(mine.dealer_id, self.dealer_a)
        self._session("held", ["sales_a"])
        with self.assertRaises(UserError):
            self._as("manager_a", self.people["sales_a"]).partner_id = employee

    def test_merged_contacts_are_one_person(self):
        partners = self.env["res.partner"].create([{"name": "One"}, {"name": "The same"}])
        self.people |= {
            str(number): self.Person.create({"partner_id": p.id, "dealer_id": self.dealer_a.id})
            for number, p in enumerate(partners)
        }
        kept, other = self.people["0"], self.people["1"]
        both = self._session("held", ["0", "1"])
        self._as("oem", both.participant_ids.filtered(lambda p: p.person_id == other)
                 ).action_present()  # fmt: skip
        passed = self._attended("1", "closed")
        self._take(passed)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            partners.ids, partners[0], extra_checks=False
        )
        self.assertEqual(kept.exists() + other.exists(), kept)
        self.assertEqual(kept.participant_ids, both.participant_ids + passed)
        self.assertEqual((both.participant_ids.state, len(both.participant_ids)), ("attended", 1))
        self.assertEqual((passed.test_state, passed.partner_id), ("passed", partners[0]))

    def test_register_follows_the_staff(self):
        self.users["homeless"].dealer_ids = self.dealer_a
        self._as("manager_a", self.Person).action_register_staff()
        new = self.Person.search([("partner_id", "=", self.users["homeless"].partner_id.id)])
        self.assertEqual(new.dealer_id, self.dealer_a)
        one = self._attended("sales_a", training_id=self.plain.id)
        self.users["sales_a"].dealer_ids = self.dealer_b
        self.Person._cron_follow()
        person = self.people["sales_a"]
        self.assertEqual((person.dealer_id, one.dealer_id), (self.dealer_b, self.dealer_a))
        before = self.Person.search_count([])
        self.Person._cron_follow()
        self.assertEqual(self.Person.search_count([]), before)
        # The certificate goes along: the new dealer's manager sees that it is there.
        self.role.training_ids += self.plain
        row = self._as("greedy_b", self.env["crm.training.standing"]).search(
            [("person_id", "=", person.id), ("training_id", "=", self.plain.id)]
        )
        self.assertEqual((row.status, row.valid_until), ("valid", one.valid_until))
        self.assertFalse(self._as("greedy_b", one).has_access("read"))
        self.assertTrue(self._as("manager_a", one).has_access("read"))
