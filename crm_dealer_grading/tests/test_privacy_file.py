"""The file of a person, and that no model of ours is forgotten (P4)."""

import base64
import json
from datetime import date, timedelta
from unittest.mock import patch

import pytz
from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_privacy import LOGIN, NAME, PLATE, SAID, VIN, PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyFile(PrivacyCase):
    def _file(self):
        action = self._as("oem", self.person).action_privacy_file()
        return self._as("oem", self.env[action["res_model"]]).browse(action["res_id"])

    # -- Registry

    def test_no_model_is_forgotten(self):
        """Whatever points to a contact is in the file, or named with the reason why not."""
        named = {kind.model for kind in self._kinds()} | set(
            self.env["res.partner"]._privacy_left_out()
        )
        forgotten = [
            model._name
            for model in self.env.values()
            if model._original_module.startswith("crm_dealer_")
            if model._auto and not model._abstract and not model._transient
            if any(
                field.store and field.comodel_name == "res.partner"
                for field in model._fields.values()
            )
            and model._name not in named
        ]
        self.assertFalse(forgotten)

    def test_kinds_name_what_there_is(self):
        kinds = self._kinds()
        keys = [kind.key for kind in kinds]
        self.assertEqual(len(keys), len(set(keys)))
        for kind in kinds:
            if kind.model not in self.env:
                continue
            fields = self.env[kind.model]._fields
            with self.subTest(kind=kind.key):
                self.assertFalse([n for n in kind.names + kind.clear if n not in fields])
                self.assertIn(kind.fate, ("anonymise", "delete", "keep", "share"))
                for hook in (kind.section, kind.also, kind.why):
                    self.assertTrue(not hook or hasattr(self.person, hook))

    # -- Content

    def test_content(self):
        file = self._file()
        data = json.loads(base64.b64decode(file.machine))
        self.assertEqual(next(iter(data)), "person")
        self.assertEqual(data["person"]["rows"][0]["email"], LOGIN)
        self.assertEqual(data["vehicles"]["rows"][0]["vin"], VIN)
        self.assertEqual(data["ownerships"]["rows"][0]["plate"], PLATE)
        self.assertEqual(data["contacts"]["rows"][0]["summary"], SAID)
        self.assertEqual(data["leads"]["rows"][0]["name"], SAID)
        self.assertEqual(data["orders"]["rows"][0]["name"], self.order.name)
        self.assertTrue(data["messages"]["rows"])
        page = base64.b64decode(file.readable).decode()
        for word in (NAME, VIN, PLATE, self.order.name):
            self.assertIn(word, page)
        self.assertNotIn("<script", page)

    def test_the_page_is_for_people(self):
        """No cell slips to another column, no zone, no list of what there is not."""
        logs = self.env["crm.contact.log"].search([("partner_id", "=", self.person.id)])
        logs += logs.create({"partner_id": self.person.id, "way": "phone", "summary": "Second"})
        page = html.fromstring(base64.b64decode(self._file().readable).decode())
        tables = page.xpath("//table[thead]")
        self.assertTrue(tables)
        for table in tables:
            wide = len(table.xpath("thead//th"))
            self.assertEqual({len(row.xpath("td")) for row in table.xpath("tbody/tr")}, {wide})
        words = page.text_content()
        self.assertNotRegex(words, r"\d\d:\d\d:\d\d")
        self.assertNotRegex(words, r"\+\d\d:\d\d")
        self.assertEqual(words.count("Nothing Is Kept"), 1)

    def test_times_are_the_readers(self):
        file = self.person.with_context(tz="Asia/Shanghai")._privacy_file()
        at = file["orders"]["rows"][0]["date_order"]
        self.assertEqual(at.utcoffset(), timedelta(hours=8))
        self.assertEqual(at, pytz.utc.localize(self.order.date_order))

    def test_the_page_has_a_title_in_its_language(self):
        file = self.env["crm.privacy.file"].with_user(self.users["oem"])._make(
            self.person.with_context(lang="zh_CN")
        )
        page = base64.b64decode(file.readable).decode()
        self.assertIn("<title>个人信息</title>", page)

    def test_nobody_else_is_in_it(self):
        self._vehicle(self.customer_a, vin="LSVAU2180N2183295")
        self._lead(self.customer_a, name="Lead of another")
        text = base64.b64decode(self._file().machine).decode()
        self.assertNotIn("LSVAU2180N2183295", text)
        self.assertNotIn("Lead of another", text)

    def test_plate_of_the_next_owner_is_not_told(self):
        self.vehicle.partner_id = self.customer_b
        self.vehicle.plate = "沪C99999"
        text = base64.b64decode(self._file().machine).decode()
        self.assertIn(VIN, text)
        self.assertIn(PLATE, text)
        self.assertNotIn("沪C99999", text)

    def test_own_download_has_no_notes_of_colleagues(self):
        own = self.person._privacy_file(own=True)
        self.assertIn("person", own)
        for key in ("contacts", "messages", "levels", "credit_assessments", "notices"):
            self.assertNotIn(key, own)

    # -- Its end

    def test_deletes_itself(self):
        self.env["ir.config_parameter"].set_param("crm_dealer_grading.privacy_file_days", "3")
        file = self._file()
        self.assertEqual((file.deleted_on - date.today()).days, 3)
        self.env["crm.privacy.file"]._gc_files()
        self.assertTrue(file.exists())
        file.sudo().deleted_on = date.today()
        self.env["crm.privacy.file"]._gc_files()
        self.assertFalse(file.exists())
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "crm.privacy.file"), ("res_id", "=", file.id),
                 ("res_field", "!=", False)]
            )
        )  # fmt: skip

    def test_without_a_program_for_pdf(self):
        file = self._file()
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "get_wkhtmltopdf_state", lambda _self: "install"):
            with self.assertRaisesRegex(UserError, "wkhtmltopdf"):
                file.action_print()
        with patch.object(report, "get_wkhtmltopdf_state", lambda _self: "ok"):
            self.assertEqual(file.action_print()["report_type"], "qweb-pdf")

    def test_printed_form(self):
        file = self._file()
        name = "crm_dealer_grading.crm_privacy_file_report"
        html, _kind = self._as("oem")["ir.actions.report"]._render_qweb_html(name, file.ids)
        self.assertIn(VIN, html.decode())
