from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common_care import CareCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestCareText(CareCase):
    """What customers read: in their language, and nothing that they must not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def _refused(self, record, values, *words):
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            record.write(values)
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_placeholders_of_sms(self):
        sms = self.sms_text.copy()
        for bad in (
            "object.partner_id.credit_limit",
            "object.partner_id.id_number",
            "object.env['res.users'].search([])",
            "object.no_such_field",
            "user.name",
            "1/0",
        ):
            self._refused(sms, {"body": "Hello {{ " + bad + " }}"}, bad, "object.person_name")
        sms.body = "Hello {{ object.person_name }}"

    def test_placeholders_of_mail(self):
        mail = self.mail_text.copy()
        for bad in (
            '<p t-out="object.partner_id.comment"></p>',
            '<t t-if="object.partner_id.credit_limit">x</t>',
            '<a t-att-href="object.partner_id.website">x</a>',
            '<t t-foreach="object.env" t-as="x"></t>',
            '<p>{{ object.partner_id.vat }}</p>',
        ):
            self._refused(mail, {"body_html": f"<div>{bad}</div>"})
        self._refused(mail, {"subject": "{{ object.log_id.summary }}"}, "object.log_id.summary")
        mail.body_html = '<div><b><t t-out="object.person_name"></t></b></div>'

    def test_in_each_language(self):
        """A translation is a text as well."""
        sms = self.sms_text.copy()
        chinese = sms.with_context(lang="zh_CN")
        self._refused(chinese, {"body": "您好 {{ object.partner_id.vat }}"}, "partner_id.vat")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            sms.update_field_translations("body", {"zh_CN": "您好 {{ user.password }}"})
        self._refused(
            self.rule.with_context(lang="zh_CN"), {"todo_summary": "{{ object.mail_id }}"}
        )

    def test_texts_of_others_are_free(self):
        """Templates of other models are none of ours."""
        self.env["mail.template"].create(
            {
                "name": "Other",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "{{ object.vat }}",
                "body_html": '<p t-if="object.vat" t-out="object.comment"></p>',
            }
        )

    def test_rule_needs_a_text(self):
        for channel in ("sms", "email"):
            self._refused(
                self.rule, {"channel": channel, f"{'mail' if channel == 'email' else 'sms'}"
                            "_template_id": False}, "needs a text",
            )  # fmt: skip

    def test_language_of_the_customer(self):
        self.customer_b.lang = "zh_CN"
        self.sms_text = self.sms_text.copy({"body": "Hello {{ object.person_name }}"})
        self.sms_text.with_context(lang="zh_CN").body = "您好 {{ object.person_name }}"
        self.rule.sms_template_id = self.sms_text
        bodies = self._run().sms_id.sorted("id").mapped("body")
        self.assertEqual(bodies, ["Hello Test Customer A", "您好 Test Customer B"])

    def test_shipped_texts(self):
        """Every shipped rule has its texts, and they pass the check."""
        rules = self.env["crm.care.rule"].with_context(active_test=False)
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_dealer_club"), ("model", "=", "crm.care.rule")]
        )
        rules = rules.browse(data.mapped("res_id"))
        triggers = {key for key, _label in rules._fields["trigger"].selection}
        self.assertEqual(set(rules.mapped("trigger")), triggers)
        rules._check_texts()
        for rule in rules:
            self.assertTrue(rule.short_text and rule.purpose_id, rule.name)

    def test_mail(self):
        self.customer_a.name = "Li <b>Wei</b>"
        self.rule.channel = "email"
        self._rule(name="Second", sequence=90, short_text="Look <i>here</i>")
        self._run()
        reminder = self.env["crm.care.reminder"].search(
            [("partner_id", "=", self.customer_a.id), ("merged_into_id", "=", False)]
        )
        mail = reminder.mail_id
        self.assertIn("care0@example.com", mail.email_to)
        self.assertEqual((mail.model, mail.res_id), ("res.partner", self.customer_a.id))
        self.assertIn("Li &lt;b&gt;Wei&lt;/b&gt;", mail.body_html)
        self.assertIn("Look &lt;i&gt;here&lt;/i&gt;", mail.body_html)
        self.assertNotIn("<i>", mail.body_html)
        self.assertIn("/club/stop/", mail.body_html)
        self.assertIn("List-Unsubscribe", mail.headers)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(reminder.log_id.way, "email")

    def test_text_that_fails(self):
        """One broken text does not hold the others up."""
        other = self._rule(name="Fine", channel="activity", sequence=90)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE sms_template SET body = jsonb_build_object('en_US', '{{ object.x }}')"
            " WHERE id = %s", [self.sms_text.id],
        )  # fmt: skip
        self.env.invalidate_all()
        self._run()
        self.assertEqual(
            set(self._of(self.customer_a)),
            {("failed", "no_text", "sms"), ("sent", False, "activity")},
        )
        self.assertEqual(set(other.reminder_ids.mapped("state")), {"sent"})

    # -- The link ------------------------------------------------------------------------------

    def test_stop(self):
        consents = self.env["crm.club.consent"]
        purpose = self.env.ref("crm_dealer_club.consent_purpose_reminder")
        url = consents._stop_url(self.customer_a, purpose, "email")
        token = url.rpartition("/")[2]
        person, purposes, channel = consents._from_stop_token(token)
        self.assertEqual((person, purposes, channel), (self.customer_a, purpose, "email"))
        for forged in (
            "", "a", "1.1.email", "1.1.email." + "0" * 32, token[:-1], token + "x",
            token.replace("email", "sms"), f"{self.customer_b.id}.{token.partition('.')[2]}",
            "9" * 40 + token, "²." + token.partition(".")[2], token.replace(".", "..", 1),
        ):  # fmt: skip
            self.assertIsNone(consents._from_stop_token(forged), forged)
        consents.sudo()._stop(person, purposes, channel)
        self.assertEqual(
            self.env["crm.care.gate"]._refused(self.customer_a, "reminder", "email"),
            {self.customer_a.id: "consent"},
        )
        self.assertFalse(consents.sudo()._stop(person, purposes, channel), "once is enough")
        self.assertEqual(self.env["crm.care.gate"]._refused(self.customer_a, "reminder", "sms"), {})
