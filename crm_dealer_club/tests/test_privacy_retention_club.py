from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_dealer_grading.tests.common_retention import RetentionRun

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestRetentionClub(RetentionRun, ClubCase):
    """What the club keeps of people goes when its time is over (P4)."""

    def _run(self, name):
        self._apply(self._switch_on(self.env.ref(f"crm_dealer_club.retention_rule_{name}")))

    def _ticket(self, kind):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Test", "description": "Test", "partner_id": self.customer_a.id,
                "crm_kind": kind,
                "team_id": self.env["helpdesk.ticket.team"]._crm_team(kind).id,
            }
        )  # fmt: skip
        closed = ticket.team_id._get_applicable_stages().filtered("closed")[:1]
        ticket._store({"stage_id": closed.id})
        ticket._store({"closed_date": fields.Datetime.now() - relativedelta(months=70)})
        return ticket

    def test_places_of_rescues(self):
        ticket = self._ticket("rescue")
        ticket._store(
            {"rescue_place": "Under the bridge", "rescue_latitude": 31.2, "rescue_longitude": 121.4}
        )
        ticket.message_post(body="He is under the bridge")
        self._run("rescue_place")
        self.assertFalse(ticket.rescue_place or ticket.rescue_latitude or ticket.message_ids)
        self.assertTrue(ticket.stage_id.closed)

    def test_files_of_complaints(self):
        ticket = self._ticket("complaint")
        file = self.env["ir.attachment"].create(
            {"name": "photo.jpg", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id}
        )
        self._run("complaint_file")
        self.assertFalse(file.exists())
        self.assertTrue(ticket.exists().description)

    def test_reminders(self):
        rule = self.env["crm.care.rule"].with_context(active_test=False).search([], limit=1)
        old = fields.Date.today() - relativedelta(months=70)
        lines = self.env["crm.care.reminder"].create(
            [
                {"rule_id": rule.id, "partner_id": self.customer_a.id, "due_date": day,
                 "date": day, "state": "sent"}
                for day in (old, fields.Date.today())
            ]
        )  # fmt: skip
        self._run("care_reminder")
        self.assertEqual(lines.exists(), lines[1])

    def test_recommended_people(self):
        referral = self.env["crm.club.referral"].create(
            {
                "recommender_id": self.customer_a.id, "person_name": "Friend",
                "phone": "13800138111", "refusal": "self",
            }
        )  # fmt: skip
        referral.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_club_referral SET date = date - interval '30 months', told_name = 'F',"
            " state = 'refused' WHERE id = %s",
            [referral.id],
        )
        self.env.invalidate_all()
        self._run("referral")
        self.assertEqual((referral.person_name, referral.phone), ("—", False))
        self.assertFalse(referral.told_name or referral.phone_key)
