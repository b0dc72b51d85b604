from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestConsentTexts(ClubCase):
    """Wordings have numbered versions, and decisions name the one that was read (P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consents = cls.env["crm.club.consent"]
        cls.purpose = cls.env["crm.club.consent.purpose"].create(
            {"name": "Tests", "code": "tests", "description": "First words."}
        )

    def _say(self, given=True, env=None, **vals):
        said = {"partner_id": self.customer_a.id, "purpose_id": self.purpose.id, "channel": "sms"}
        said |= {"given": given, "how": "form"}
        return (env or self.env)["crm.club.consent"].create({**said, **vals})

    def _reword(self, words, in_substance=False):
        self.purpose._reword({"en_US": words}, in_substance, "Test")

    def test_nobody_writes_versions(self):
        text = self.purpose.text_ids
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            with self.subTest(login):
                self.assertEqual(self._as(login, text).number, 1)
                with self.assertRaises(AccessError):
                    self._as(login, text).write({"wording": "Other"})
                with self.assertRaises(AccessError):
                    self._as(login, text).unlink()
        for denied in (
            lambda: text.sudo().write({"wording": "Other"}),
            lambda: text.sudo().unlink(),
            lambda: text.sudo().copy({"number": 9}),
        ):
            with self.assertRaises(AccessError):
                denied()
        with self.assertRaises(AccessError):
            self._as("manager_a", self.purpose).action_reword()

    def test_decisions_name_the_version(self):
        first = self._say()
        self.assertEqual((first.text_number, first.text_id.wording), (1, "First words."))
        self._reword("Second words.")
        self.assertEqual(self.purpose.text_number, 2)
        self.assertEqual(self._say().text_number, 2)
        self.assertEqual(first.text_id.wording, "First words.")
        self.assertFalse(self.purpose.fresh_number)
        self.assertTrue(self.consents._allowed(self.customer_a, "tests", "sms"))

    def test_direct_change_is_a_version_too(self):
        self._as("oem", self.purpose).description = "Third words."
        self.assertEqual(self.purpose.text_ids[:1].wording, "Third words.")
        self._as("oem", self.purpose).description = "Third words."
        self.assertEqual(self.purpose.text_number, 2, "The same words are no new version")

    def test_translation_is_added(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.purpose.with_context(lang="zh_CN")
        chinese.description = "第一版"
        self.assertEqual(self.purpose.text_number, 1)
        self.assertEqual(chinese.text_ids.wording, "第一版")
        chinese.description = "第二版"
        self.assertEqual(self.purpose.text_number, 2)
        self.assertEqual(chinese.text_ids[-1:].wording, "第一版")

    def test_change_in_substance_asks_anew(self):
        self._say()
        self.customer_b.phone = "13800138123"
        self._say(False, partner_id=self.customer_b.id)
        self._reword("We also tell our partners.", in_substance=True)
        both = self.customer_a | self.customer_b
        self.assertFalse(self.consents._allowed(both, "tests", "sms"))
        self.assertFalse(self.customer_a._contact_allowed("tests", "sms"))
        refused = self.env["crm.care.gate"]._refused(self.customer_a, "tests", "sms")
        self.assertEqual(refused, {self.customer_a.id: "consent"})
        self.assertEqual(self.consents._outdated(self.customer_a), {(self.purpose.id, "sms")})
        [asked] = [a for a in self.consents._asked(self.customer_a) if a["purpose"] == self.purpose]
        self.assertTrue(asked["anew"])
        self.assertFalse(any(on for _key, _label, on in asked["choices"]))
        self._say()
        self.assertTrue(self.customer_a._contact_allowed("tests", "sms"))
        self.assertFalse(self.consents._outdated(self.customer_a))

    def _outdated_and_allowed(self):
        """The customer agreed to the first wording by SMS; without a decision it is allowed."""
        self.purpose.write({"given_by_default": True, "on_profile": True})
        self._say()
        self._reword("We also tell our partners.", in_substance=True)
        self.assertTrue(self.consents._allowed(self.customer_a, "tests", "sms"))

    def _decisions(self):
        said = [("partner_id", "=", self.customer_a.id), ("purpose_id", "=", self.purpose.id)]
        return self.consents.search(said, order="id").mapped(
            lambda one: (one.channel, one.given, one.text_number)
        )

    def test_agreeing_anew_where_it_is_allowed_without_a_decision(self):
        self._outdated_and_allowed()
        allowed = {
            key
            for asked in self.consents._asked(self.customer_a)
            for key, _label, on in asked["choices"]
            if on
        }
        self.consents.sudo()._decide(self.customer_a, allowed)
        self.assertEqual(self._decisions(), [("sms", True, 1), ("sms", True, 2)])
        self.assertFalse(self.consents._outdated(self.customer_a))
        self.assertFalse(self.consents.sudo()._decide(self.customer_a, allowed), "Said already")

    def test_staff_hear_that_somebody_agrees_anew(self):
        self._outdated_and_allowed()
        entries = self._as("sales_a", self.env["crm.club.consent.entry"])

        def lines():
            action = self._as("sales_a", self.customer_a).action_record_consents()
            entry = entries.browse(action["res_id"])
            return entry, entry.line_ids.filtered(lambda line: line.purpose_id == self.purpose)

        entry, asked = lines()
        self.assertEqual(asked.filtered("anew").mapped("channel"), ["sms"])
        entry.action_record()
        self.assertEqual(self._decisions(), [("sms", True, 1)], "Nobody said so")
        entry, asked = lines()
        asked.filtered("anew").agrees = True
        entry.action_record()
        self.assertEqual(self._decisions(), [("sms", True, 1), ("sms", True, 2)])

    def test_refusal_outlives_any_wording(self):
        self.purpose.given_by_default = True
        self._say(False)
        self._reword("Much better.", in_substance=True)
        self.assertFalse(self.customer_a._contact_allowed("tests", "sms"))
        self.assertTrue(self.customer_b._contact_allowed("tests", "sms"))

    def test_dialog(self):
        action = self._as("oem", self.purpose).action_reword()
        reword = self._as("oem", self.env["crm.club.consent.reword"]).browse(action["res_id"])
        with self.assertRaises(UserError):
            reword.action_change()
        reword.line_ids.filtered(lambda line: line.lang == "en_US").wording = "By dialog."
        reword.write({"in_substance": True, "note": "WeChat"})
        reword.action_change()
        text = self.purpose.text_ids[:1]
        self.assertEqual((text.number, text.wording, text.note), (2, "By dialog.", "WeChat"))
        self.assertEqual(text.user_id, self.users["oem"])
        self.assertEqual(self.purpose.fresh_number, 2)

    def test_used_purpose_is_kept(self):
        self._say()
        with self.assertRaises(UserError):
            self._as("oem", self.purpose).unlink()

    def test_standing(self):
        standing = self.env["crm.club.consent.standing"]
        self._say()
        self._say(False, partner_id=self.customer_b.id)

        def state(who):
            self.env.flush_all()
            self.env.invalidate_all()
            found = standing.search(
                [("partner_id", "=", who.id), ("purpose_id", "=", self.purpose.id)]
            )
            return found.state, found.text_number

        self.assertEqual(state(self.customer_a), ("given", 1))
        self.assertEqual(state(self.customer_b), ("refused", 1))
        self._reword("Otherwise.", in_substance=True)
        self.assertEqual(state(self.customer_a), ("outdated", 1))
        self._say(False)
        self.assertEqual(state(self.customer_a), ("withdrawn", 2))
        lately = [("state", "=", "withdrawn"), ("date", ">=", "-30d")]
        self.assertIn(self.customer_a, standing.search(lately).partner_id)
        mine = self._as("manager_a", standing).search([("purpose_id", "=", self.purpose.id)])
        self.assertEqual(mine.partner_id, self.customer_a, "Own dealer's only")
        counts = self._as("oem", standing).formatted_read_group(
            [("purpose_id", "=", self.purpose.id)], ["state"], ["count:sum"]
        )
        self.assertEqual({c["state"]: c["count:sum"] for c in counts}["withdrawn"], 1)

    # -- Staff and imports ---------------------------------------------------------------------

    def test_staff_say_how_they_learnt_of_it(self):
        with self.assertRaises(UserError):
            self._say(env=self._as("sales_a"), how=False)
        said = self._say(env=self._as("sales_a"), text_number=99)
        self.assertEqual((said.source, said.text_number), ("staff", 1))

    def test_entry(self):
        for login in ("sales_b", "auditor", "credit"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.customer_a).action_record_consents()
        entries = self.env["crm.club.consent.entry"]
        action = self._as("sales_a", self.customer_a).action_record_consents()
        entry = self._as("sales_a", entries).browse(action["res_id"])
        line = entry.line_ids.filtered(
            lambda line: line.purpose_id == self.purpose and line.channel == "email"
        )
        self.assertFalse(line.given)
        line.given = True
        entry.how = "phone"
        entry.action_record()
        made = self.consents.search([("partner_id", "=", self.customer_a.id)])
        self.assertEqual(
            (made.channel, made.how, made.user_id), ("email", "phone", self.users["sales_a"])
        )
        action = self._as("sales_a", self.customer_a).action_record_consents()
        self._as("sales_a", entries).browse(action["res_id"]).action_withdraw_all()
        for code in ("tests", "reminder", "offer", "survey", "followup", "advisor"):
            for channel in ("phone", "sms", "email", "wechat"):
                allowed = self.consents._allowed(self.customer_a, code, channel)
                self.assertFalse(allowed, (code, channel))

    def test_import_keeps_a_later_no(self):
        self._say(False)
        load = {"import_file": True, "tz": "UTC"}
        names = ["partner_id/.id", "purpose_id/.id", "channel", "given", "date", "how"]
        row = [self.customer_a.id, self.purpose.id, "sms", "1", "2020-03-01 10:00:00", "form"]
        consents = self._as("manager_a", self.consents).with_context(**load)
        result = consents.load(names, [[str(value) for value in row]])
        self.assertTrue(result["ids"], result["messages"])
        made = self.consents.browse(result["ids"])
        self.assertEqual((made.source, made.user_id), ("import", self.users["manager_a"]))
        self.assertEqual(made.date, fields.Datetime.to_datetime("2020-03-01 10:00:00"))
        self.assertFalse(made.text_number, "Nobody knows what was read then")
        self.assertFalse(self.customer_a._contact_allowed("tests", "sms"), "The later no holds")
        late = [*map(str, row[:4]), "2999-01-01 10:00:00", "form"]
        self.assertTrue(consents.load(names, [late])["messages"])

    def test_salespeople_do_not_import(self):
        with self.assertRaises(UserError):
            self._say(env=self._as("sales_a"), source="import", date="2020-01-01 00:00:00")
