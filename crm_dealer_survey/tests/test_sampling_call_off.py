from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingCallOff(SamplingFactories, HttpCase):
    """Who says no gets none of the questions that wait (S2, P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls.people = cls._network(count=40)

    def _sent(self):
        sample = self._in_field(channel_1="email", channel_2=False, channel_4=False)
        return self._lines(sample, "sent")

    def test_messages_that_wait_are_called_off(self):
        lines = self._sent()
        line, other = lines.filtered("mail_id")[:2]
        self.assertEqual(line.mail_id.state, "outgoing")
        line.partner_id._stop_contacts("survey", "sms")
        self.assertEqual(line.state, "sent", "Another way")
        line.partner_id._stop_contacts("offer", "email")
        self.assertEqual(line.state, "sent", "Another purpose")
        line.partner_id._stop_contacts("survey", "email")
        self.assertEqual((line.state, line.reason, line.asked), ("skipped", "contact", False))
        self.assertEqual(line.mail_id.state, "cancel")
        self.assertEqual((other.state, other.mail_id.state), ("sent", "outgoing"))

    def test_what_went_out_stays(self):
        lines = self._sent()
        line = lines.filtered("mail_id")[:1]
        line.mail_id.state = "sent"
        line.partner_id._stop_contacts("survey")
        self.assertEqual(line.state, "sent")

    def test_invitations(self):
        invites = self.env["survey.invite"]
        person = self.people[:1]
        person.email = "person@example.com"
        ours = self.programme.version_ids.filtered(lambda v: v.state == "current").survey_id
        with self.assertRaises(UserError):
            invites.create({"survey_id": ours.id})._prepare_answers(person, [])
        other = self.env["survey.survey"].create({"title": "Another", "access_mode": "token"})
        role = self.users["oem"]
        role.group_ids += self.env.ref("survey.group_survey_user")
        invite = invites.with_user(role).create({"survey_id": other.id})
        self.assertTrue(invite._prepare_answers(person, []))
        person.contact_opt_out = True
        with self.assertRaises(UserError):
            invite._prepare_answers(person, [])
