"""Files that tell of a person leave a row in the log, however they are opened (P4)."""

import base64

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DealerFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestPrivacyAccessFiles(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        application = cls.env["crm.credit.application"].create({"partner_id": cls.customer_a.id})
        cls.paper = cls.env["crm.credit.paper"].create(
            {
                "application_id": application.id,
                "type_id": cls.env["crm.credit.paper.type"].search([], limit=1).id,
                "document": base64.b64encode(b"licence"),
                "document_name": "licence.txt",
            }
        )
        cls.env.flush_all()
        cls.attachment = cls.env["ir.attachment"].search(
            [("res_model", "=", "crm.credit.paper"), ("res_field", "=", "document"),
             ("res_id", "=", cls.paper.id)]
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.log = self.env["crm.protected.access"]

    def _sign_in(self, login):
        self.authenticate(self.users[login].login, self.users[login].login.ljust(8, "x"))

    def _rows(self, kind):
        return self.log.search([("kind", "=", kind)])

    def _read(self, model, record, names, **context):
        return self._call(model, "read", [record.id], names, context=context)

    def test_opened_papers_are_logged(self):
        self._sign_in("sales_a")
        url = f"/web/content/crm.credit.paper/{self.paper.id}/document"
        answer = self.url_open(url)
        self.assertEqual(answer.content, b"licence")
        [row] = self.env["crm.protected.access"].search([("kind", "=", "paper")])
        self.assertEqual(row.user_id, self.users["sales_a"])
        self.assertEqual(row.partner_id, self.customer_a)
        self.assertEqual(row.address, "127.0.0.1")
        self._sign_in("sales_b")
        with mute_logger("odoo.http"):
            self.assertNotEqual(self.url_open(url).content, b"licence")
        self.assertEqual(len(self.env["crm.protected.access"].search([("kind", "=", "paper")])), 1)

    def test_papers_read_by_call_are_opened_too(self):
        self._sign_in("sales_a")
        log = self.env["crm.protected.access"]
        content = base64.b64encode(b"licence").decode()
        for context, rows in (({"bin_size": True}, 0), ({}, 1), ({"bin_size_document": True}, 2)):
            [read] = self._read("crm.credit.paper", self.paper, ["document"], **context)
            self.assertEqual(read["document"] == content, bool(rows), context)
            self.assertEqual(log.search_count([("kind", "=", "paper")]), rows)

    def test_attachment_of_a_paper_over_rpc(self):
        self._sign_in("sales_b")
        self._denied("ir.attachment", "read", [self.attachment.id], ["datas"])
        self.assertFalse(self._rows("paper"))
        self._sign_in("sales_a")
        for names, context, rows in (
            (["name", "mimetype"], {}, 0),
            (["datas", "db_datas"], {"bin_size": True}, 0),
            (["datas"], {}, 1),
            (["raw"], {"bin_size": True}, 2),
        ):
            self._read("ir.attachment", self.attachment, names, **context)
            self.assertEqual(len(self._rows("paper")), rows, names)
        row = self._rows("paper")[0]
        self.assertEqual(row.user_id, self.users["sales_a"])
        self.assertEqual((row.partner_id, row.model_name), (self.customer_a, "crm.credit.paper"))

    def test_attachment_of_a_paper_by_its_address(self):
        self._sign_in("sales_a")
        answer = self.url_open(f"/web/content/{self.attachment.id}")
        self.assertEqual(answer.content, b"licence")
        self.assertEqual(self._rows("paper").partner_id, self.customer_a)

    def test_exported_attachment(self):
        self.users["sales_a"].group_ids += self.env.ref("base.group_allow_export")
        self._as("sales_a", self.attachment).export_data(["name"])
        self.assertFalse(self._rows("paper"))
        self._as("sales_a", self.attachment).export_data(["name", "datas"])
        self.assertEqual(self._rows("paper").partner_id, self.customer_a)

    def test_other_files_leave_no_row(self):
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"x", "public": True})
        self._sign_in("sales_a")
        self._read("ir.attachment", other, ["datas"])
        self.assertFalse(self.log.search([("model_name", "=", "crm.credit.paper")]))

    # -- The file of a person ----------------------------------------------------------------

    def _file(self):
        action = self._as("oem", self.customer_a).action_privacy_file()
        self.env.flush_all()
        return self.env["crm.privacy.file"].browse(action["res_id"])

    def test_file_read_over_rpc(self):
        file = self._file()
        self._sign_in("oem")
        self._read("crm.privacy.file", file, ["readable"], bin_size=True)
        self.assertFalse(self._rows("download"))
        self._read("crm.privacy.file", file, ["readable", "machine"])
        [row] = self._rows("download")
        self.assertEqual((row.partner_id, row.field_name), (self.customer_a, "readable, machine"))

    def test_file_is_printed(self):
        """Whether by the button or by the report's own address."""
        file = self._file()
        self._sign_in("oem")
        url = f"/report/html/crm_dealer_grading.crm_privacy_file_document/{file.id}"
        self.assertIn("Test Customer A", self.url_open(url).text)
        [row] = self._rows("download")
        self.assertEqual((row.partner_id, row.field_name), (self.customer_a, "print"))

    def test_the_file_is_downloaded_by_the_oem_manager_alone(self):
        action = self._as("oem", self.customer_a).action_privacy_file()
        url = f"/web/content/crm.privacy.file/{action['res_id']}/machine"
        self.env.flush_all()
        for login in ("sales_a", "manager_a", "auditor", "clerk"):
            self._sign_in(login)
            with mute_logger("odoo.http"):
                self.assertNotIn("Test Customer A", self.url_open(url).text)
        self._sign_in("oem")
        self.assertIn("Test Customer A", self.url_open(url).text)
        self.assertTrue(self.env["crm.protected.access"].search([("kind", "=", "download")]))
