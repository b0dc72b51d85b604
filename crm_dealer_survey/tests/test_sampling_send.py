"""Asking, answering, reminding, refusing, replacing: each way of asking (S2)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_sampling import SamplingFactories

LOG = "crm.contact.log"


@tagged("post_install", "-at_install")
class TestSamplingSend(SamplingFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls.people = cls._network(count=40)

    def _logs(self, lines):
        return self.env[LOG].search([("partner_id", "in", lines.partner_id.ids)])

    def test_each_way(self):
        sample = self._in_field(channel_1="email", channel_2="sms", channel_4=False)
        lines = self._lines(sample, "sent")
        self.assertEqual(len(lines), 16)
        self.assertEqual(sample.state, "field")
        self.assertEqual(set(lines.mapped("channel")), {"email", "sms"})
        for line in lines:
            message = line.mail_id.body_html if line.mail_id else line.sms_id.body
            self.assertEqual(line.channel, "email" if line.partner_id.email else "sms")
            self.assertIn(line.answer_id.access_token, message)
            self.assertIn(self.dealer_a.name if line.dealer_id == self.dealer_a
                          else self.dealer_b.name, message)  # fmt: skip
            self.assertEqual(line.answer_id.satisfaction_channel, line.channel)
            self.assertEqual(line.answer_id.visit_id, line.visit_id)
        mailed = lines.filtered("mail_id")
        self.assertEqual(
            mailed.mapped("mail_id.email_to"), mailed.mapped("partner_id.email_formatted")
        )
        self.assertEqual(
            set(mailed.mapped("mail_id.email_from")), {self.env.company.email_formatted}
        )
        self.assertEqual(mailed.mail_id.author_id, self.env.company.partner_id)
        self.assertFalse(self._logs(lines), "until they answer nobody knows whom to coach")
        self.assertEqual(len(lines), len(set(lines.mapped("answer_id.id"))))
        # The same again sends nothing.
        mails = self.env["mail.mail"].search_count([])
        self._work(sample)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for name, field in (("mail", "subject"), ("sms", "body")):
            template = self.env.ref(f"crm_dealer_survey.{name}_template_sample")
            template.with_context(lang="zh_CN")[field] = "您满意吗？ {{ object.link }}"
        self.people.lang = "zh_CN"
        self.people[::2].lang = "en_US"
        lines = self._lines(self._in_field(channel_1="email", channel_2="sms"), "sent")
        self.assertEqual(set(lines.partner_id.mapped("lang")), {"zh_CN", "en_US"})
        for line in lines.filtered(lambda line: line.channel in ("sms", "email")):
            text = line.mail_id.subject or line.sms_id.body
            self.assertEqual("您满意吗？" in text, line.partner_id.lang == "zh_CN")

    def test_an_answer_on_the_page(self):
        sample = self._in_field()
        line = self._lines(sample, "sent")[0]
        page = self.url_open(line.answer_id.get_start_url())
        self.assertIn(self._question("satisfaction").title, page.text)
        self._say(line.answer_id)
        self.assertEqual(line.state, "answered")
        self.assertEqual(sample.answered_count, 1)
        self.assertEqual(sample.response_rate, 1 / 16)
        [log] = self._logs(line)
        self.assertEqual((log.way, log.date), (line.channel, line.sent_at))
        self.assertEqual(log.visit_id, line.visit_id)
        self.assertEqual(sample.action_open_answers()["domain"][0][2], line.answer_id.ids)
        # Nobody is replaced who answered.
        self._work(sample)
        self.assertEqual(len(self._lines(sample, "sent", "answered")), 16)

    def test_a_reminder_once(self):
        sample = self._in_field(channel_1="sms", channel_2="email", channel_4=False)
        answered = self._lines(sample, "sent")[0]
        self._say(answered.answer_id)
        self._later(sample, 4)
        self._work(sample)
        self.assertFalse(sample.line_ids.filtered("reminded_at"))
        first = {line: (line.mail_id, line.sms_id) for line in sample.line_ids}
        refuses = self._lines(sample, "sent")[0]
        refuses.partner_id.contact_opt_out = True
        self._later(sample, 1)
        for _turn in range(2):
            self._work(sample)
        for line in self._lines(sample, "sent"):
            self.assertTrue(line.reminded_at)
            again = (line.mail_id, line.sms_id) != first[line]
            self.assertEqual(again, line != refuses)
            if again:
                text = line.mail_id.body_html or line.sms_id.body
                self.assertIn(line.answer_id.access_token, text)
        self.assertFalse(answered.reminded_at)

    def test_one_that_fails_does_not_stop_the_others(self):
        """Neither when asking nor when reminding; nor a sample that does not go on at all."""
        sample = self._drawn(channel_1="sms", channel_2="email", channel_4=False)
        sample.action_send()
        bad = self._lines(sample, "drawn")[3]
        right = type(bad)._request

        def request(line):
            if line == bad:
                raise ValueError("This one cannot be asked")
            return right(line)

        with (
            patch.object(type(bad), "_request", request),
            mute_logger("odoo.addons.crm_dealer_grading.tools.alone"),
        ):
            sample._send_batch()
        self.assertEqual((bad.state, bad.reason, bad.asked), ("failed", "error", False))
        self.assertFalse(bad.answer_id)
        self.assertEqual(len(self._lines(sample, "sent")), 15)
        self.assertEqual(len(self._lines(sample, "drawn")), 1)  # who steps in
        with mute_logger("odoo.addons.crm_dealer_grading.tools.alone"):
            self.assertEqual(sample._work_alone(lambda batch: batch // 0, 5), 0)
        self.assertEqual(sample._work_alone(sample._send_batch, 5), 1)

    def test_without_an_answer(self):
        sample = self._in_field(reminder_days=0)
        line = self._lines(sample, "sent")[0]
        self._later(sample, self.programme.deadline_days + 1)
        self._work(sample)
        self.assertEqual(len(self._lines(sample, "expired")), 16, "nobody steps in for silence")
        self.assertEqual(sample.state, "closed")
        self.assertTrue(self._logs(line))
        self.assertIn("expired", self.url_open(line.answer_id.get_start_url()).text)

    def test_lost_ones_are_replaced_from_their_group(self):
        sample = self._in_field(channel_1="email", channel_2="sms", channel_4=False)
        waiting = self._lines(sample, "reserve").sorted("place")
        mailed = self._lines(sample, "sent").filtered("mail_id")[0]
        texted = self._lines(sample, "sent").filtered("sms_id")[0]
        mailed.mail_id.state = "exception"
        texted.sms_id.state = "error"
        bounced = self._lines(sample, "sent").filtered("mail_id")[1]
        bounced._message_receive_bounce(bounced.partner_id.email, bounced.partner_id)
        self._work(sample)
        lost = mailed | texted | bounced
        self.assertEqual(set(lost.mapped("state")), {"failed"})
        self.assertFalse(any(lost.mapped("asked")), "nobody read the question")
        stepped = waiting.filtered(lambda line: line.state == "sent")
        wanted = waiting.browse()
        for line in lost:
            row = waiting.filtered(lambda w, line=line: w.stratum_id == line.stratum_id) - wanted
            wanted |= row[:1]
        self.assertEqual(stepped, wanted)
        self.assertEqual(sample.asked_count, 13 + len(stepped))
        self._work(sample)
        self.assertEqual(waiting.filtered(lambda line: line.state == "sent"), stepped)
        self.assertFalse(self._logs(lost))

    def test_contact_refused_after_the_draw(self):
        sample = self._drawn()
        line = self._lines(sample, "drawn")[0]
        line.partner_id.contact_opt_out = True
        other = self._lines(sample, "drawn").filtered(
            lambda w: w.channel == "sms" and w.partner_id.email and w != line
        )[0]
        self.env["phone.blacklist"]._add([other.partner_id.phone_sanitized])
        sample.action_send()
        self._work(sample)
        self.assertEqual((line.state, line.reason), ("skipped", "contact"))
        self.assertFalse(line.answer_id)
        self.assertEqual((other.state, other.channel), ("sent", "email"))

    def test_a_questionnaire_out_of_use_stops_its_sample_alone(self):
        sample = self._drawn()
        sample.action_send()
        self.env.flush_all()
        self.version.action_close()
        self._work(sample)
        lines = sample.line_ids.filtered(lambda line: line.state != "reserve")
        self.assertEqual(set(lines.mapped("state")), {"skipped"})
        self.assertEqual((sample.state, set(lines.mapped("reason"))), ("closed", {"closed"}))
        self.assertIn("16", sample.message_ids[0].body)
        self.assertFalse(lines.answer_id)

    def test_a_message_taken_from_the_queue_reached_nobody(self):
        sample = self._in_field(channel_1="email", channel_2="sms", channel_4=False)
        mailed = self._lines(sample, "sent").filtered("mail_id")[0]
        texted = self._lines(sample, "sent").filtered("sms_id")[0]
        mailed.mail_id.cancel()
        texted.sms_id.state = "canceled"
        self.Sample._follow_up()
        self.assertEqual(set((mailed | texted).mapped("state")), {"failed"})

    def test_an_event_taken_back(self):
        sample = self._drawn()
        line = self._lines(sample, "drawn")[0]
        line.visit_id.active = False
        sample.action_send()
        self._work(sample)
        self.assertEqual((line.state, line.reason), ("skipped", "event"))

    def test_a_late_answer_of_who_was_given_up(self):
        """It counts, whoever asks the customer meanwhile."""
        sample = self._in_field()
        line = self._lines(sample, "sent")[0]
        line._lose("failed", "bounced")
        other = self._sample(programme_id=self.programme.copy({"code": "TWIN"}).id, quota=500)
        self._version(other.programme_id).action_open()
        other.action_draw()
        again = other.line_ids.filtered(lambda w: w.partner_id == line.partner_id)
        self.assertEqual(again.state, "drawn")
        self._say(line.answer_id)
        self.env.flush_all()
        self.assertEqual((line.state, again.state), ("answered", "drawn"))
        self.assertTrue(line.asked)

    def test_merged_customers_rest_once(self):
        sample = self._in_field()
        other = self._sample(programme_id=self.programme.copy({"code": "TWIN"}).id, quota=3)
        self._version(other.programme_id).action_open()
        other.action_draw()
        one, two = self._lines(sample, "sent").filtered(
            lambda line: line.partner_id == line.commercial_partner_id
        )[:2]
        drawn = self._lines(other, "drawn").filtered(
            lambda line: line.partner_id == line.commercial_partner_id
        )[0]
        self._say(two.answer_id)
        kept = one.partner_id
        for duplicate in (two.partner_id, drawn.partner_id):
            self.env["base.partner.merge.automatic.wizard"].create({})._merge(
                (kept | duplicate).ids, kept
            )
        self.env.invalidate_all()
        self.assertFalse(one.exists(), "of a sample what came furthest stays")
        self.assertEqual((two.commercial_partner_id, two.state), (kept, "answered"))
        self.assertEqual((drawn.commercial_partner_id, drawn.state), (kept, "skipped"))
        self.assertEqual(drawn.reason, "double")

    def test_at_a_decent_hour(self):
        sample = self._drawn(hour_from=9, hour_to=20)
        noon = fields.Datetime.now().replace(hour=4, minute=0)  # in Shanghai noon
        for moment, may in ((noon, True), (noon + timedelta(hours=9), False)):
            with patch.object(fields.Datetime, "now", lambda moment=moment: moment):
                self.assertEqual(sample._may_send_now(), may)

    def test_on_the_portal(self):
        user = self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Owner",
                "login": "owner",
                "password": "owner-owner",
                "partner_id": self.people[0].id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )  # fmt: skip
        self._visit(self.people[0].vehicle_ids, date=fields.Datetime.now() - timedelta(1))
        sample = self._in_field(channel_1="portal", channel_2=False, channel_4=False)
        line = self._lines(sample, "sent")
        self.assertEqual((line.partner_id, line.channel), (user.partner_id, "portal"))
        self.authenticate("owner", "owner-owner")
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["satisfaction_count"]})
        self.assertEqual(counters["satisfaction_count"], 1)
        page = self.url_open("/my/questionnaires").text
        self.assertIn(line.answer_id.get_start_url(), page)
        self.assertIn("/my/questionnaires", self.url_open("/my").text)
        self._say(line.answer_id)
        self.assertNotIn(line.answer_id.access_token, self.url_open("/my/questionnaires").text)
        self.assertFalse(self._logs(line), "nobody was contacted")

    def test_strangers_see_no_questionnaire_of_others(self):
        sample = self._in_field()
        new = self.env["res.users"].with_context(no_reset_password=True)
        new.create({"name": "Stranger", "login": "stranger", "password": "stranger-stranger",
                    "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]})  # fmt: skip
        self.authenticate("stranger", "stranger-stranger")
        page = self.url_open("/my/questionnaires").text
        for line in self._lines(sample, "sent"):
            self.assertNotIn(line.answer_id.access_token, page)
        self.authenticate(None, None)
        page = self.url_open("/my/questionnaires", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
