"""Rows that hold an address of an erased person, and name nobody (P4)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_privacy import LOGIN, NAME, NATIONAL, PHONE, PrivacyCase

_OTHER_MAIL = "Someone <someone.else@example.com>"


@tagged("post_install", "-at_install")
class TestPrivacyAddresses(PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sale.order"].search([("partner_id", "=", cls.person.id)])._action_cancel()
        cls.nobody = cls.env["res.partner"]
        cls.sms, cls.other_sms = cls.env["sms.sms"].create(
            [{"number": number, "body": "Due"} for number in ("138-0013-7319", "13800137318")]
        )
        cls.mail, cls.other_mail = cls.env["mail.mail"].create(
            [
                {"email_to": address, "body_html": f"Dear {address}", "subject": "Due"}
                for address in (f'"Q. Z." <{LOGIN.upper()}>', _OTHER_MAIL)
            ]
        )
        cls.enquiry = cls._lead(cls.nobody, phone=NATIONAL, contact_name="Q. Z.")
        cls.enquiry.country_id = cls.env.ref("base.cn")
        cls.env["mail.blacklist"]._add(LOGIN)
        cls.env["phone.blacklist"]._add([cls.person.phone_sanitized])
        cls.env.flush_all()

    def _refused(self):
        """The addresses of the person on the lists of refusals."""
        lists = (
            ("mail.blacklist", "email", LOGIN), ("phone.blacklist", "number", f"+86{NATIONAL}"),
        )  # fmt: skip
        return [name for name, *rest in lists if self.env[name].search([(rest[0], "=", rest[1])])]

    def _in_china(self, **vals):
        return self._customer(self.dealer_b, country_id=self.env.ref("base.cn").id, **vals)

    def _erase(self):
        self._as("oem", self.person)._privacy_erase("Letter")

    def _lines(self, fate):
        erases = self._as("oem", self.env["crm.privacy.erase"])
        erase = erases.create({"partner_id": self.person.id})
        return erase.line_ids.filtered(lambda line: line.fate == fate)

    def test_rows_with_an_address_alone(self):
        letter = self.mail.mail_message_id
        self._erase()
        self.assertEqual((self.sms | self.other_sms).exists(), self.other_sms)
        self.assertEqual((self.mail | self.other_mail).exists(), self.other_mail)
        self.assertFalse(letter.exists())
        self.enquiry.invalidate_recordset()
        self.assertFalse(self.enquiry.phone or self.enquiry.contact_name)
        self.assertFalse(self._refused())

    def test_shared_address_is_for_somebody_to_look_at(self):
        """A brother has the phone: whose the enquiry was, nobody knows."""
        self._in_china(name="Brother", phone=PHONE)
        [line] = self._lines("hand").filtered(lambda line: self.enquiry.name in line.why)
        self.assertEqual(line.count, 1)
        self._erase()
        self.enquiry.invalidate_recordset()
        self.assertEqual((self.enquiry.phone, self.enquiry.contact_name), (NATIONAL, "Q. Z."))
        self.assertTrue(self.sms.exists())
        self.assertFalse(self.mail.exists(), "Nobody else has the e-mail")
        self.assertEqual(self._refused(), ["phone.blacklist"])

    def test_what_is_for_somebody_to_look_at_opens(self):
        """More than the five that are named, archived ones too; what one may not read does not."""
        self._in_china(name="Brother", phone=PHONE)
        more = [
            self._lead(self.nobody, phone=NATIONAL, country_id=self.env.ref("base.cn").id)
            for _ in range(5)
        ]
        more[-1].active = False
        enquiries = self.env["crm.lead"].union(self.enquiry, *more)
        lines = {line.name: line for line in self._lines("hand")}
        kinds = self.nobody._privacy_kinds()
        names = {kind.key: self.person._privacy_title(kind) for kind in kinds}
        line = lines[names["leads"]]
        with self.assertRaises(AccessError):
            self._as("manager_a", line).action_open_records()
        self.assertTrue(line.can_open)
        action = line.action_open_records()
        opened = self._as("oem", self.env[action["res_model"]]).with_context(**action["context"])
        self.assertEqual(opened.search(action["domain"]), enquiries.with_user(opened.env.user))
        self.assertFalse(lines[names["texts"]].can_open)
        self.assertFalse(self._lines("anonymise").filtered("can_open"))

    def test_opening_asks_for_no_reason(self):
        """Before a button of the form acts, the form is saved: nothing may be missing then."""
        action = self._as("oem", self.person).action_privacy_erase()
        erase = self._as("oem", self.env[action["res_model"]]).browse(action["res_id"])
        Form(erase).save()

    def test_enquiry_with_somebody_elses_phone(self):
        """Of a couple the one wrote from the other's e-mail; its refusal stays with the row."""
        other = self._in_china(name="Wife", phone="13900137000")
        self.enquiry.write({"phone": other.phone, "email_from": LOGIN})
        self._erase()
        self.enquiry.invalidate_recordset()
        self.assertEqual(self.enquiry.email_from, LOGIN)
        self.assertEqual(self._refused(), ["mail.blacklist"])

    def test_own_file_without_what_may_be_anothers(self):
        names = {row["contact_name"] for row in self.person._privacy_file()["leads"]["rows"]}
        self.assertIn("Q. Z.", names)
        self._in_china(name=NAME, phone=PHONE)
        names = {row["contact_name"] for row in self.person._privacy_file()["leads"]["rows"]}
        self.assertNotIn("Q. Z.", names)
