from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityRegister(ActivityCase):
    """Who may have a seat, and how many there are (M4)."""

    def _refused(self, member, words, activity=None, **vals):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._register(member, activity, **vals)

    # -- Denials -----------------------------------------------------------------------------

    def test_only_members(self):
        nobody = self._customer(self.dealer_a)
        with self.assertRaisesRegex(UserError, "for members"):
            self.env["event.registration"].create(
                {"event_id": self.activity.id, "partner_id": nobody.id}
            )
        with self.assertRaisesRegex(UserError, "for members"):
            self.env["event.registration"].create({"event_id": self.activity.id, "name": "X"})
        with self.assertRaisesRegex(UserError, "for members"):
            self.env["event.registration"].with_context(
                default_event_id=self.activity.id, membership_id=self.member_a.id
            ).create({"name": "X", "membership_id": self.member_a.id})

    def test_no_member_any_more(self):
        self.member_a._store({"state": "suspended"})
        self._refused(self.member_a, "not active")

    def test_other_dealers_members(self):
        self._refused(self.member_b, "Only members of Test Dealer A")
        region = self._activity(dealer_id=False, club_region_id=self.region_north.id)
        self._refused(self.member_b, "Only members of", region)
        self._register(self.member_a, region)
        self.customer_b.serving_dealer_ids = self.dealer_a
        self._register(self.member_b)

    def test_tiers(self):
        only = self._activity(club_tier_ids=[self.tiers["S"].id, self.tiers["D"].id])
        lowest = self._activity(club_min_tier_id=self.tiers["G"].id)
        for code, fits in {"O": "", "S": "o", "G": "l", "D": "ol", "V": "l"}.items():
            [member] = self._members(1)
            member._store({"tier_id": self.tiers[code].id})
            for activity, letter in ((only, "o"), (lowest, "l")):
                with self.subTest(tier=code, activity=letter):
                    if letter in fits:
                        self._register(member, activity).action_cancel()
                    else:
                        self._refused(member, "Invited: ", activity)

    def test_deadline_and_end(self):
        self._refused(
            self.member_a,
            "ended on",
            self._activity(club_deadline=self.now - timedelta(hours=1)),
        )
        self._refused(self.member_a, "is over", self._activity(days=-3))
        cancelled = self._activity()
        cancelled.kanban_state = "cancel"
        self._refused(self.member_a, "cancelled", cancelled)

    def test_once_each(self):
        self._register(self.member_a)
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._register(self.member_a)
            self.env.flush_all()

    def test_guests(self):
        own = self._register(self.member_a, self._activity(seats_max=9))
        activity = own.event_id
        guest = self._register(self.member_a, activity, guest_of_id=own.id, name="Child")
        self.assertEqual(guest.membership_id, self.member_a)
        self.assertEqual(guest.partner_id, self.customer_a)
        self._refused(self.member_a, "at most 1", activity, guest_of_id=own.id, name="Child 2")
        self._refused(self.member_a, "A guest comes", self.activity, guest_of_id=own.id)
        self._refused(self.member_a, "A guest comes", activity, guest_of_id=guest.id)
        ordinary = self.env["event.event"].create(
            {"name": "Fair", "is_club_activity": False,
             "date_begin": self.now, "date_end": self.now}
        )  # fmt: skip
        self._refused(self.member_a, "club activities only", ordinary, guest_of_id=own.id)

    def test_a_seat_stays_where_it_is(self):
        own = self._register(self.member_a)
        other = self._activity()
        for vals in ({"event_id": other.id}, {"guest_of_id": own.copy_data()[0].get("x", own.id)}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "stays where it is"):
                own.write(vals)
        with self.assertRaisesRegex(UserError, "not passed on"):
            own.partner_id = self.customer_b
        own.action_cancel()
        for step in ("action_confirm", "action_set_draft", "action_set_done"):
            with self.subTest(step), self.assertRaisesRegex(UserError, "register anew"):
                getattr(own, step)()
        self._register(self.member_a)

    def test_nobody_writes_what_the_steps_write(self):
        own = self._register(self.member_a, env=self._as("sales_a"))
        own.write({"membership_id": self.member_b.id, "club_points": 500, "club_fee_points": -9})
        self.assertEqual(own.membership_id.id, self.member_a.id)
        self.assertFalse(own.club_points or own.club_fee_points)

    def test_seats(self):
        members = self._members(3)
        for member in members[:2]:
            self._register(member)
        self._refused(members[2], "not enough seats")
        waiting = self._register(members[2], state="draft")
        with self.assertRaisesRegex(UserError, "not enough seats"):
            waiting.action_confirm()

    def test_events_with_registrations_do_not_change_sides(self):
        self._register(self.member_a)
        with self.assertRaisesRegex(UserError, "Make a new event"):
            self.activity.is_club_activity = False

    # -- The member's own way ------------------------------------------------------------------

    def test_register_and_wait_and_move_up(self):
        first, second, third, fourth = self._members(4)
        self.activity._club_register(first, ["Child"])
        waiting = self.activity._club_register(second)
        party = self.activity._club_register(third, ["Child"])
        last = self.activity._club_register(fourth)
        self.assertEqual((waiting | party | last).mapped("state"), ["draft"] * 3)
        self.assertEqual(party.guest_ids.state, "draft")
        self.activity._club_cancel(first)
        # Two seats: the longest waiting gets one, the party of two is passed over.
        self.assertEqual([waiting.state, party.state, last.state], ["open", "draft", "open"])
        self.assertEqual(self.activity.seats_taken, 2)
        self.activity.seats_max = 4
        self.assertEqual((party | party.guest_ids).mapped("state"), ["open", "open"])

    def test_a_second_click_registers_nobody(self):
        self.activity._club_register(self.member_a)
        with self.assertRaisesRegex(UserError, "already"):
            self.activity._club_register(self.member_a, ["Child"])
        self.assertEqual(len(self.activity.registration_ids), 1)

    def test_guests_cancel_with_their_member(self):
        own = self.activity._club_register(self.member_a, ["Child", " "])
        self.assertEqual(len(own.guest_ids), 1)
        self.activity._club_cancel(self.member_a)
        self.assertEqual(own.guest_ids.state, "cancel")
        self.assertEqual(self.activity.seats_taken, 0)
        with self.assertRaisesRegex(UserError, "not registered"):
            self.activity._club_cancel(self.member_a)

    def test_too_many_guests_register_nobody(self):
        with self.assertRaisesRegex(UserError, "at most 1"), self.env.cr.savepoint():
            self.activity._club_register(self.member_a, ["One", "Two"])
        self.assertFalse(self.activity.registration_ids)

    def test_a_removed_seat_is_free(self):
        first, second = self._members(2)
        activity = self._activity(seats_max=1)
        own = activity._club_register(first)
        waiting = activity._club_register(second)
        own.unlink()
        self.assertEqual(waiting.state, "open")
        waiting.active = False
        self.assertEqual(activity.seats_taken, 0)

    def test_without_a_waiting_list(self):
        activity = self._activity(club_waiting_list=False, seats_max=1)
        activity._club_register(self.member_a)
        [member] = self._members(1)
        with self.assertRaisesRegex(UserError, "not enough seats"):
            activity._club_register(member)

    def test_offers(self):
        hidden = self._activity(club_announced=False)
        foreign = self._activity(dealer_id=self.dealer_b.id)
        better = self._activity(days=12, club_min_tier_id=self.tiers["G"].id)
        full = self._activity(days=13, seats_max=1)
        [other] = self._members(1)
        full._club_register(other)
        self.activity._club_register(self.member_a, ["Child"])
        offers = {
            o["event"]: o for o in self.env["event.event"]._club_activities_for(self.member_a)
        }
        self.assertFalse({hidden, foreign} & set(offers))
        mine = offers[self.activity]
        self.assertEqual((mine["state"], mine["guests"]), ("open", ["Child"]))
        self.assertEqual((mine["can_register"], mine["seats_left"]), (False, 0))
        self.assertFalse(offers[better]["can_register"])
        self.assertIn("Gold", offers[better]["reason"])
        self.assertTrue(offers[full]["can_register"] and offers[full]["waits"])
        with self.assertRaisesRegex(UserError, "not open"):
            hidden._club_register(self.member_a)

    def test_a_fee_is_taken_with_the_seat_and_given_back(self):
        activity = self._activity(club_fee_points=0, seats_max=1)
        self.assertFalse(activity._club_register(self.member_a).club_fee_points)
        paid = self._activity(days=5, club_fee_points=30, seats_max=1)
        first, second = self._members(2)
        for member in (first, second):
            if hasattr(member, "_post_points"):
                member._post_points("bonus", 100, description="Test")
        own, waiting = paid._club_register(first), paid._club_register(second)
        self.assertEqual([own.club_fee_points, waiting.club_fee_points], [30, 0])
        paid._club_cancel(first)
        self.assertEqual([own.club_fee_points, waiting.club_fee_points], [0, 30])

    def test_points_once_the_activity_is_over(self):
        activity = self._activity(club_points=50, seats_max=9)
        own = activity._club_register(self.member_a, ["Child"])
        [absent] = self._members(1)
        missed = activity._club_register(absent)
        (own | own.guest_ids).action_set_done()
        credit = self.env["event.registration"]._club_credit_attendance
        self.assertFalse(credit(activity))
        own.write({"state": "open"})
        own.write({"state": "done"})
        self._past(activity, 1)
        self.assertEqual(credit(activity), own)
        self.assertEqual(own.club_points, 50)
        self.assertFalse(own.guest_ids.club_points or missed.club_points)
        self.assertFalse(credit(activity))
        with self.assertRaisesRegex(UserError, "credited already"):
            own.action_cancel()

    # -- Merging -------------------------------------------------------------------------------

    def test_merged_members_keep_one_seat(self):
        first, second = self._members(2, email="twin@example.com")
        activity = self._activity(seats_max=9)
        only = self._activity(seats_max=9, days=20)
        for member in (first, second):
            activity._club_register(member, ["Child"])
        other = only._club_register(second)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first | second).partner_id.ids, first.partner_id)
        self.assertEqual(activity.seats_taken, 2)
        self.assertEqual(set(activity.registration_ids.membership_id.ids), {first.id})
        self.assertEqual((other.membership_id, other.state), (first, "open"))

    def test_statement_is_in_the_members_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer_a.lang = "zh_CN"
        activity = self._activity(club_points=50, club_fee_points=30)
        activity.with_context(lang="zh_CN").name = "自驾游"
        self.member_a._post_points("bonus", 100, description="Test")
        own = activity._club_register(self.member_a)
        activity._club_cancel(self.member_a)
        own = activity._club_register(self.member_a)
        own.action_set_done()
        self._past(activity, 1)
        self.env["event.registration"]._club_credit_attendance(activity)
        told = set(self.member_a.point_entry_ids.mapped("description"))
        told = {words.rpartition("：")[0] for words in told if words.endswith("自驾游")}
        self.assertEqual(told, {"活动积分", "退还活动积分", "出席活动"})
