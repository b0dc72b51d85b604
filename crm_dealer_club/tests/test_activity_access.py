from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityAccess(ActivityCase):
    """Who sees and changes activities and registrations: denials first."""

    def test_users_without_any_role_see_no_events(self):
        user = new_test_user(self.env, "nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.activity.with_user(user).read(["name"])

    def test_another_dealers_activity_is_out_of_sight(self):
        registration = self._register(self.member_a)
        for login in ("sales_b", "greedy_b", "homeless"):
            with self.subTest(login):
                env = self._as(login)
                events = env["event.event"].search([("id", "=", self.activity.id)])
                self.assertFalse(events)
                found = env["event.registration"].search([("id", "=", registration.id)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    self._as(login, registration).read(["name"])

    def test_parts_of_another_dealers_activity_are_out_of_sight(self):
        """Prices, times and reminders tell the activity's name."""
        self.activity.is_multi_slots = True
        part = {"event_id": self.activity.id}
        begin = self.activity.date_begin.astimezone(ZoneInfo("Asia/Shanghai"))
        self.activity.date_end = self.activity.date_begin + timedelta(days=2)
        slot = {"date": begin.date() + timedelta(days=1), "start_hour": 0.1, "end_hour": 0.2}
        parts = (
            self.env["event.event.ticket"].create({**part, "name": "Family"}),
            self.env["event.slot"].create({**part, **slot}),
            self.activity.event_mail_ids[:1],
        )
        for record in parts:
            self.assertTrue(record, record._name)
            for login in ("sales_b", "greedy_b", "homeless", "sales_a", "manager_a", "oem"):
                with self.subTest(record._name, login=login):
                    mine = self._as(login, record)
                    own = login in ("sales_a", "manager_a", "oem")
                    self.assertEqual(mine.has_access("read"), own)
                    if own or mine.browse().has_access("read"):
                        found = mine.search([("id", "in", record.ids)])
                        self.assertEqual(bool(found), own)

    def test_other_events_stay_closed_to_dealers(self):
        event = self.env["event.event"].create(
            {
                "name": "Board Meeting",
                "is_club_activity": False,
                "date_begin": self.now,
                "date_end": self.now,
            }
        )
        seat = self.env["event.registration"].create({"event_id": event.id, "name": "Somebody"})
        # Where event_sale is installed every salesperson may read events, and mark attendance.
        for login in ("auditor", "agent"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, event).read(["name"])
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, seat).read(["name"])
        for login in ("sales_a", "manager_a", "greedy_b", "agent", "oem"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, event).write({"name": "Ours"})
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, seat).unlink()
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login)["event.event"].create(
                    {"name": "Ours", "is_club_activity": False,
                     "date_begin": self.now, "date_end": self.now}
                )  # fmt: skip

    def test_event_users_notice_nothing(self):
        user = new_test_user(
            self.env, "planner", groups="base.group_user,event.group_event_manager"
        )
        event = (
            self.env["event.event"]
            .with_user(user)
            .create({"name": "Fair", "date_begin": self.now, "date_end": self.now})
        )
        self.assertFalse(event.is_club_activity)
        self.assertFalse(event.dealer_id)
        seat = event.registration_ids.create({"event_id": event.id, "name": "Somebody"})
        seat.action_set_done()
        event.invalidate_recordset()
        seat.invalidate_recordset()
        self.assertTrue(event.read())
        self.assertTrue(seat.read())
        seat.unlink()
        event.unlink()

    def test_staff_register_but_do_not_plan(self):
        env = self._as("sales_a")
        with self.assertRaises(AccessError):
            self._as("sales_a", self.activity).write({"seats_max": 99})
        with self.assertRaises(AccessError):
            env["event.event"].create(
                {"name": "Mine", "date_begin": self.now, "date_end": self.now}
            )
        registration = self._register(self.member_a, env=env)
        self.assertEqual(registration.membership_id.id, self.member_a.id)
        registration.action_set_done()
        self.assertEqual(registration.state, "done")
        with self.assertRaises(AccessError):
            registration.unlink()

    def test_manager_plans_for_the_own_dealer_alone(self):
        env = self._as("manager_a")
        form = Form(env["event.event"].with_context(club_activity=True), "event.view_event_form")
        form.name = "Winter Check Day"
        form.club_guests_max = 2
        event = form.save()
        self.assertTrue(event.is_club_activity)
        self.assertEqual(event.dealer_id, self._as("manager_a", self.dealer_a))
        event.action_club_announce()
        for dealer in (self.dealer_b, self.env["crm.dealer"]):
            with self.subTest(dealer.name), self.assertRaises(AccessError):
                event.dealer_id = dealer.id
        self.assertTrue(event.event_mail_ids)
        theirs = self._activity(dealer_id=self.dealer_b.id).event_mail_ids
        with self.assertRaises(AccessError):
            self._as("manager_a", theirs).write({"interval_nbr": 9})
        network = self._activity(dealer_id=False)
        self.assertTrue(self._as("manager_a", network).read(["name", "club_cost"]))
        with self.assertRaises(AccessError):
            self._as("manager_a", network).write({"seats_max": 99})

    def test_auditor_only_reads(self):
        registration = self._register(self.member_a)
        self.assertTrue(self._as("auditor", registration).read(["name"]))
        for record in (registration, self.activity):
            with self.assertRaises(AccessError):
                self._as("auditor", record).write({"name": "Changed"})

    def test_staff_do_not_register_customers_of_others(self):
        network = self._activity(dealer_id=False)
        with self.assertRaises(AccessError):
            self._register(self.member_b, network, env=self._as("sales_a"))
        theirs = self._register(self.member_b, network)
        self.assertEqual(theirs.dealer_id, self.dealer_b)
        with self.assertRaises(AccessError):
            self._register(self.member_a, network, env=self._as("sales_a"), guest_of_id=theirs.id)
        ours = self._register(self.member_a, network, env=self._as("sales_a"))
        self.assertEqual(ours.dealer_id.id, self.dealer_a.id)
        seen = self._as("sales_a")["event.registration"].search([("event_id", "=", network.id)])
        self.assertEqual(seen, ours)

    def test_seats_of_others_count_all_the_same(self):
        network = self._activity(dealer_id=False, seats_max=1)
        self._register(self.member_b, network)
        self.assertEqual(self._as("sales_a", network).seats_taken, 1)
        with self.assertRaises(UserError):
            self._register(self.member_a, network, env=self._as("sales_a"))

    def test_screens_open_for_every_role(self):
        registration = self._register(self.member_a)
        for login in ("sales_a", "manager_a", "auditor", "agent", "oem"):
            env = self._as(login)
            with self.subTest(login):
                Form(registration.with_env(env), "event.view_event_registration_form")
                Form(self.activity.with_env(env), "event.view_event_form")
                self._as(login, self.member_a).activity_count  # noqa: B018 - readable
                for xmlid in ("crm_club_activity_report_action", "crm_club_effect_action"):
                    model = self.env.ref(f"crm_dealer_club.{xmlid}").res_model
                    env[model].search_read([])
