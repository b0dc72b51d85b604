from odoo.tests import tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityReport(ActivityCase):
    """Attendance and cost, in every group."""

    def test_cost_per_participant(self):
        members = self._members(4)
        large = self._activity(seats_max=9, club_cost=900.0)
        small = self._activity(seats_max=9, club_cost=100.0)
        nobody = self._activity(seats_max=9, club_cost=70.0)
        for member in members:
            own = large._club_register(member, ["Child"] if member == members[0] else [])
            if member != members[3]:
                (own | own.guest_ids).action_set_done()
        small._club_register(members[0]).action_set_done()
        nobody._club_register(members[0])
        for activity in (large, small, nobody):
            self._past(activity, 2)
        self.assertAlmostEqual(large.club_cost_per_person, 225.0)
        self.assertAlmostEqual(large.club_attendance_rate, 80.0)
        self.env.flush_all()
        report = self.env["crm.club.activity.report"]
        domain = [("event_id", "in", (large | small | nobody).ids)]
        aggregates = [
            "registered:sum", "attended:sum", "guests:sum", "no_show:sum", "cost:sum",
            "cost_per_person:avg", "attendance_rate:avg",
        ]  # fmt: skip
        rows = {
            event: values for event, *values in report._read_group(domain, ["event_id"], aggregates)
        }
        self.assertEqual(rows[large], [5, 4, 1, 1, 900.0, 225.0, 80.0])
        self.assertEqual(rows[small], [1, 1, 0, 0, 100.0, 100.0, 100.0])
        self.assertEqual(rows[nobody][:5], [1, 0, 0, 1, 70.0])
        [total] = report._read_group(domain, [], aggregates)
        self.assertAlmostEqual(total[4], 1070.0)
        self.assertAlmostEqual(total[5], (900 + 100) / 5)
        opened = report.search([*domain, ("attended", "=", 1)]).action_open_registrations()
        self.assertEqual(opened["res_model"], "event.registration")

    def test_rows_of_others_are_out_of_sight(self):
        network = self._activity(dealer_id=False, seats_max=9)
        for member in (self.member_a, self.member_b):
            self._register(member, network)
        self.env.flush_all()
        seen = self._as("sales_a")["crm.club.activity.report"].search(
            [("event_id", "=", network.id), ("registration_id", "!=", False)]
        )
        self.assertEqual(seen.membership_id.ids, self.member_a.ids)
