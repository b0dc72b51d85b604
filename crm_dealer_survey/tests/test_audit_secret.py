"""A mystery visit is a secret until it is released; who made it stays one (S9)."""

import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_audit import OEM_ONLY, AuditFactories, picture

DEALERS = ("sales_a", "manager_a", "greedy_b", "homeless")


@tagged("post_install", "-at_install")
class TestAuditSecret(AuditFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def _told_of(self, audit, login):
        """All that a dealer's user finds that leads to an audit, by whatever route."""
        user = self.users[login]
        env = self.env(user=user.id, su=False)
        found = {}
        paths = {"crm.audit.result": "id", "crm.audit.result.line": "result_id",
                 "crm.audit.result.photo": "line_id.result_id"}  # fmt: skip
        about = [("res_model", "=", "crm.audit"), ("res_id", "in", audit.ids)]
        wanted = {model: [(path, "in", audit.ids)] for model, path in paths.items()}
        wanted |= {model: [] for model in OEM_ONLY}
        wanted["mail.activity"] = about
        wanted["mail.message"] = [("model", "=", "crm.audit"), ("res_id", "in", audit.ids)]
        wanted["ir.attachment"] = [("id", "in", self._files(audit).ids)]
        for model, domain in wanted.items():
            try:
                found[model] = env[model].search(domain)
            except AccessError:
                continue
        for file in self._files(audit).with_env(env):
            with self.assertRaises(AccessError):
                file.read(["raw"])
        followers = self.env["mail.followers"].search(about)
        found["followers"] = followers.filtered(lambda f: f.partner_id == user.partner_id)
        found["notices"] = env["crm.rectification"].search([("origin", "=", "audit")])
        found["notifications"] = self.env["mail.notification"].search(
            [("res_partner_id", "=", user.partner_id.id),
             ("mail_message_id.model", "=", "crm.audit")]
        )  # fmt: skip
        found["to-dos"] = self.env["mail.activity"].search(
            [("user_id", "=", user.id), ("summary", "ilike", audit.name)]
        )
        return {name: records for name, records in found.items() if records}

    def _files(self, audit):
        """What is attached to an audit and its photos, thumbnails included."""
        photos = audit.answer_ids.photo_ids
        return self.env["ir.attachment"].search(
            ["|", "&", ("res_model", "=", "crm.audit"), ("res_id", "in", audit.ids),
             "&", ("res_model", "=", "crm.audit.photo"), ("res_id", "in", photos.ids),
             ("res_field", "in", [False, "image", "image_256"])]
        )  # fmt: skip

    def test_mystery_visit_is_invisible_until_released(self):
        """Planned, begun, with photos and files, done: no dealer hears of it by any route."""
        audit = self._mystery()
        stages = [
            lambda: None,
            lambda: self._scored(audit, 2, 0, 3, 1),
            lambda: self._fill(audit),
            lambda: self._as("auditor", audit).action_finish(),
        ]
        for number, stage in enumerate(stages):
            stage()
            self.env.flush_all()
            for login in DEALERS:
                with self.subTest(stage=number, login=login):
                    self.assertEqual(bool(self._files(audit)), number > 1)
                    self.assertEqual(self._told_of(audit, login), {})
                    self.assertEqual(self._as(login, self.dealer_a).audit_count, 0)
        kpi = self.env.ref("crm_dealer_survey.kpi_mystery_score")
        figure = kpi.figures(audit.done_on, self._tomorrow())["dealer", self.dealer_a.id]
        self.assertIsNone(figure.value)
        self._as("oem", audit).action_release()
        told = self._told_of(audit, "manager_a")
        self.assertIn("crm.audit.result", told)
        self.assertEqual(self._as("manager_a", self.dealer_a).audit_count, 1)
        self.assertEqual(self._told_of(audit, "greedy_b"), {})
        self.assertEqual(self._told_of(audit, "homeless"), {})

    def _tomorrow(self):
        return self.today + timedelta(1)

    def _fill(self, audit):
        """What an auditor leaves behind: photos, a message, a file."""
        mine = self._as("auditor", audit)
        answer = mine.answer_ids.filtered("is_finding")[-1:]
        self._photo(answer, image=picture(tag_315="Test auditor"), name="auditor.jpg")
        for other in mine.answer_ids.filtered("photo_missing"):
            self._photo(other)
        mine.message_post(body="Seen at the desk")
        self.env["ir.attachment"].with_user(self.users["auditor"]).create(
            {"name": "Notes", "raw": b"x", "res_model": "crm.audit", "res_id": audit.id}
        )

    def test_who_made_it_is_never_told(self):
        """After the release: no name, no author, no file name, nothing the camera wrote."""
        audit = self._scored(self._mystery(), 2, 0, 3, 1)
        self._fill(audit)
        self._as("auditor", audit).action_finish()
        self._as("oem", audit).action_release()
        manager = self.users["manager_a"]
        result = self.env["crm.audit.result"].with_user(manager).browse(audit.id)
        auditor = self.users["auditor"]
        names = [n for n, f in result._fields.items() if result._has_field_access(f, "read")]
        said = str(result.read(names)) + str(result.line_ids.read()) + str(result._print_rows())
        for word in (auditor.name, auditor.email, "auditor.jpg"):
            self.assertNotIn(word, said)
        self.assertFalse(result.auditor_id)
        self.assertFalse({"create_uid", "write_uid", "message_ids"} & set(result._fields))
        for model, record in (("crm.audit", audit), ("crm.audit.photo", audit.answer_ids.photo_ids),
                              ("crm.audit.answer", audit.answer_ids)):  # fmt: skip
            with self.assertRaises(AccessError):
                self.env[model].with_user(manager).browse(record.ids).read(["create_uid"])
        for file in self._files(audit).with_user(manager):
            with self.assertRaises(AccessError):
                file.read(["name"])
        photo = result.line_ids.photo_ids[0]
        image = Image.open(io.BytesIO(base64.b64decode(photo.image)))
        self.assertFalse(dict(image.getexif()))
        raw = base64.b64decode(audit.answer_ids.photo_ids[0].image)
        self.assertIn("Test auditor", dict(Image.open(io.BytesIO(raw)).getexif()).values())
        todo = self.env["mail.activity"].search(
            [("user_id", "=", manager.id), ("summary", "ilike", audit.name)]
        )
        self.assertEqual(todo.res_model, "crm.dealer")
        self.assertEqual(todo.create_uid.id, SUPERUSER_ID)

    def test_nobody_outside_is_told_by_mail_or_todo(self):
        """Mentions, followers and to-dos would carry the words past the rules."""
        audit = self._mystery()
        mine = self._as("auditor", audit)
        self.dealer_a.partner_id = self.customer_a
        outsiders = [self.users[login].partner_id for login in ("manager_a", "agent", "clerk")]
        for partner in (*outsiders, self.customer_a):
            with self.assertRaisesRegex(UserError, "Audits are internal"):
                mine.message_post(body="Look", partner_ids=partner.ids)
            for record in (mine, audit):
                record.message_subscribe(partner_ids=partner.ids)
                self.assertNotIn(partner, audit.message_follower_ids.partner_id)
            mine.message_notify(body="Look", partner_ids=partner.ids)
        told = self.env["mail.notification"].search(
            [("mail_message_id.model", "=", "crm.audit"),
             ("mail_message_id.res_id", "=", audit.id)]
        )  # fmt: skip
        self.assertFalse(told)
        for login in ("manager_a", "agent", "clerk"):
            with self.assertRaises(ValidationError):
                mine.activity_schedule("mail.mail_activity_data_todo", summary="Look",
                                       user_id=self.users[login].id)  # fmt: skip
        mine.message_post(body="Look", partner_ids=self.users["oem"].partner_id.ids)
        self.assertIn(self.users["oem"].partner_id, audit.message_ids.notified_partner_ids)

    def test_shopper_gives_no_notice(self):
        audit = self._released(self._mystery(), 0, 0, 4, 5)
        with self.assertRaisesRegex(AccessError, "mystery visit"):
            self._as("auditor", audit).action_issue_notices()
        self._as("oem", audit).action_issue_notices()
        notices = self.env["crm.rectification"].with_user(self.users["manager_a"]).search(
            [("origin", "=", "audit")]
        )
        self.assertEqual(len(notices), 2)
        partners = notices.message_follower_ids.partner_id | notices.message_ids.author_id
        self.assertNotIn(self.users["auditor"].partner_id, partners.sudo())
        self.assertNotIn(self.users["auditor"], notices.sudo().mapped("create_uid"))

    def test_pages_give_nothing_away(self):
        """The routes of files, pictures and reports, as the web client asks them."""
        audit = self._scored(self._mystery(), 2, 0, 3, 1)
        self._fill(audit)
        photo = audit.answer_ids.photo_ids[0]
        stored = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.audit.photo"), ("res_id", "=", photo.id),
             ("res_field", "=", "image")]
        )  # fmt: skip
        self.env.flush_all()
        self.authenticate("manager_a", "manager_a")
        secret = base64.b64decode(photo.image)
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_binary"):
            for url in (f"/web/image/crm.audit.photo/{photo.id}/image",
                        f"/web/content/{stored.id}",
                        f"/web/image/crm.audit.result.photo/{photo.id}/image",
                        f"/report/html/crm_dealer_survey.audit_report/{audit.id}",
                        f"/report/html/crm_dealer_survey.audit_result_report/{audit.id}"):
                answer = self.url_open(url)
                self.assertNotIn(secret, answer.content, url)
                self.assertNotIn(audit.name.encode(), answer.content, url)
        self._as("auditor", audit).action_finish()
        self._as("oem", audit).action_release()
        self.env.flush_all()
        answer = self.url_open(f"/web/image/crm.audit.result.photo/{photo.id}/image")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("image/"))
        answer = self.url_open(f"/report/html/crm_dealer_survey.audit_result_report/{audit.id}")
        self.assertIn(audit.name.encode(), answer.content)
