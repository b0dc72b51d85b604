"""Who sees and does what with audits; a mystery visit is a secret (S9). Denials first."""

import base64
import io

from PIL import Image

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_audit import AuditFactories, picture

OEM_ONLY = (
    "crm.audit", "crm.audit.answer", "crm.audit.score", "crm.audit.photo", "crm.audit.checklist",
    "crm.audit.section", "crm.audit.item", "crm.audit.sample", "crm.audit.dialog",
    "crm.audit.plan",
)  # fmt: skip
RESULTS = ("crm.audit.result", "crm.audit.result.line", "crm.audit.result.photo")
NOBODY = ("sales_a", "sales_b", "clerk", "credit", "agent")
DEALERS = ("sales_a", "manager_a", "greedy_b", "homeless")


@tagged("post_install", "-at_install")
class TestAuditAccess(AuditFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def test_models_by_role(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        others = [portal, public, *(self.users[login] for login in (*NOBODY, "manager_a"))]
        for user in others:
            for model in OEM_ONLY:
                for right in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(right),
                                     (user.login, model, right))  # fmt: skip
        for user in [portal, public, *(self.users[login] for login in NOBODY)]:
            for model in RESULTS:
                self.assertFalse(self.env[model].with_user(user).has_access("read"),
                                 (user.login, model))  # fmt: skip

    def test_nobody_writes_results_and_managers_own_checklists(self):
        for login in ("manager_a", "auditor", "oem"):
            for model in RESULTS:
                for right in ("write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(self.users[login]).has_access(right))
        auditor = self.users["auditor"]
        for model in ("crm.audit.checklist", "crm.audit.section", "crm.audit.item"):
            for right in ("write", "create", "unlink"):
                self.assertFalse(self.env[model].with_user(auditor).has_access(right), model)
                self.assertTrue(self.env[model].with_user(self.users["oem"]).has_access(right))

    def test_dealers_role_beside_the_auditors_sees_no_audit(self):
        """Who works at a dealer sees results only, whatever other role comes with it."""
        audit = self._released(self._mystery())
        user = self.users["manager_a"]
        user.group_ids += self.env.ref("crm_dealer_grading.group_oem_manager")
        for model in ("crm.audit", "crm.audit.answer", "crm.audit.score", "crm.audit.sample"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)
        for step in ("action_finish", "action_release", "action_issue_notices"):
            with self.assertRaises(AccessError):
                getattr(audit.with_user(user), step)()
        with self.assertRaises(AccessError):
            self.Audit.with_user(user).create(
                {"dealer_id": self.dealer_b.id, "checklist_id": self.checklist.id}
            )

    def test_methods_that_rpc_may_call(self):
        audit = self._scored(self._audit())
        answer = audit.answer_ids[0]
        calls = [
            (audit, name, ())
            for name in ("action_start", "action_finish", "action_release", "action_reopen",
                         "action_cancel", "action_next_item", "action_open_items",
                         "action_open_findings", "action_issue_notices")
        ] + [(answer, "action_next", ()), (answer, "next_open_id", ()),
             (answer, "add_photo", (picture().decode(),)),
             (self.checklist, "action_new_version", ())]  # fmt: skip
        for login in ("sales_a", "manager_a", "greedy_b", "agent", "clerk", "credit"):
            for record, name, args in calls:
                if name in ("action_open_items", "action_open_findings"):
                    continue  # opens a list that rules leave empty; checked below
                with self.subTest(login=login, name=name), self.assertRaises(AccessError):
                    getattr(self._as(login, record), name)(*args)
        for name in ("_step", "_store", "_give_notice", "_faked_by_dealer", "_load_demo"):
            with self.assertRaises(AccessError):
                self._rpc("oem", "crm.audit", name, [audit.ids])

    def _rpc(self, login, model, method, args):
        from odoo.service.model import get_public_method

        user = self.users[login]
        return get_public_method(self.env[model].with_user(user), method)(*args)

    def test_another_auditor_does_not_score(self):
        other = new_test_user(
            self.env, "auditor_2", groups="crm_dealer_grading.group_oem_auditor"
        )
        audit = self._scored(self._audit(), 5, 1)
        theirs = audit.with_user(other)
        for change in (
            lambda: theirs.answer_ids[0].write({"points": 0}),
            lambda: theirs.answer_ids[0].add_photo(picture().decode()),
            theirs.action_finish, theirs.action_cancel,
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                change()
        self._as("oem", audit.answer_ids[0]).points = 3

    def test_release_of_a_mystery_visit_is_the_managers(self):
        audit = self._done(self._mystery())
        with self.assertRaises(AccessError):
            self._as("auditor", audit).action_release()
        self._as("oem", audit).action_release()

    # ------------------------------------------------------------ the secret

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
        from datetime import timedelta

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

    # ------------------------------------------------------------ on-site audits

    def test_announced_audit_is_shown_to_the_manager(self):
        hidden, shown = self._audit(), self._audit(is_announced=True)
        results = self.env["crm.audit.result"].with_user(self.users["manager_a"])
        self.assertEqual(results.search([]).ids, shown.ids)
        self.assertEqual(results.search([]).state, "announced")
        self.assertEqual(results.search([]).auditor_id, self.users["auditor"])
        self.assertFalse(results.with_user(self.users["greedy_b"]).search([]))
        self._done(shown, 1, 0, 1, 5)
        self.assertFalse(results.search([]), "done, but not released")
        self._as("auditor", shown).action_release()
        self.assertEqual(results.search([]).ids, shown.ids)
        shown.active = False
        self.assertFalse(results.search([("id", "=", hidden.id)]))

    def test_result_tells_what_the_audit_says(self):
        audit = self._released(self._audit(summary="Go on"), 4, None, 3, 5)
        result = self.env["crm.audit.result"].with_user(self.users["manager_a"]).browse(audit.id)
        self.assertAlmostEqual(result.score, audit.score, 9)
        self.assertEqual((result.summary, result.day), ("Go on", audit.done_on))
        lines = [(ln.is_section, ln.name, ln.state, ln.points) for ln in result.line_ids]
        self.assertEqual(
            lines,
            [(True, "Reception", "scored", 0), (False, "Reception 0", "scored", 4),
             (False, "Reception 1", "na", 0), (True, "Work", "scored", 0),
             (False, "Work 0", "scored", 3), (False, "Work 1", "scored", 5)],
        )  # fmt: skip
        with self.assertRaises(UserError):
            result.action_open_audit()
        self._as("auditor", result).action_open_audit()
