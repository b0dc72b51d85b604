"""Audits from plan to result: steps, scores, what is kept, notices (S9)."""

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .common_audit import SECTIONS, AuditFactories, picture


@tagged("post_install", "-at_install")
class TestAuditSteps(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()

    def test_plan_to_release(self):
        audit = self._audit(planned_on="2026-03-10")
        self.assertRegex(audit.name, r"AU/\d{4}/\d{5}")
        self.assertEqual(audit.activity_ids.user_id, self.users["auditor"])
        mine = self._as("auditor", audit)
        action = mine.action_start()
        self.assertEqual(action["res_id"], audit.answer_ids.sorted("place")[0].id)
        self.assertEqual((audit.state, len(audit.answer_ids), len(audit.score_ids)),
                         ("in_progress", 4, 2))  # fmt: skip
        self.assertFalse(audit.activity_ids)
        with self.assertRaisesRegex(UserError, "4 items are still open"):
            mine.action_finish()
        self._scored(audit, 4, 1, 4, 3)
        mine.action_finish()
        self.assertEqual((audit.state, audit.done_on), ("done", self.today))
        with self.assertRaisesRegex(UserError, "release the audit"):
            mine.action_issue_notices()
        mine.action_release()
        self.assertEqual(audit.released_on, self.today)
        with self.assertRaisesRegex(UserError, "released already"):
            mine.action_release()

    def test_score_against_oracle(self):
        """Weights of the sections in use; what does not apply counts nowhere."""
        cases = [(4, 1, 4, 3), (0, 1, 3, None), (None, None, 4, 5), (5, 0, None, 5)]
        for points in cases:
            audit = self._scored(self._audit(), *points)
            sections, said = [], iter(points)
            for weight, items in SECTIONS.values():
                shares = [(item[0], next(said), item[2]) for item in items]
                known = [(w, 100 * p / most) for w, p, most in shares if p is not None]
                if known:
                    whole = sum(w for w, _s in known)
                    sections.append((weight, sum(w * s for w, s in known) / whole))
            whole = sum(weight for weight, _share in sections)
            wanted = sum(weight * share for weight, share in sections) / whole
            self.assertAlmostEqual(audit.score, wanted, 6, points)

    def test_must_limits_the_total(self):
        audit = self._scored(self._audit(), 5, 1, 2, 5)  # 2 of 4 is below 60 %
        self.assertTrue(audit.missed_must)
        self.assertEqual((audit.score, audit.is_passed), (59.0, False))
        self._scored(audit, 5, 1, 3, 5)
        self.assertFalse(audit.missed_must)
        self.assertTrue(audit.is_passed)

    def test_limit_is_no_finding(self):
        """3 of 5 is 60 %: at the limit, not below it."""
        audit = self._scored(self._audit(), 3, 1, 4, 2)
        findings = audit.answer_ids.filtered("is_finding")
        self.assertEqual(findings.mapped("name"), ["Work 1"])
        self.assertEqual(audit.finding_count, 1)

    def test_nothing_applies(self):
        audit = self._scored(self._audit(), None, None, None, None)
        self.assertFalse(audit.has_score)
        with self.assertRaisesRegex(UserError, "Nothing of the checklist applies"):
            self._as("auditor", audit).action_finish()

    def test_na_only_where_it_may(self):
        self.checklist.item_ids[0].may_na = False
        audit = self._audit()
        with self.assertRaises(ValidationError):
            self._scored(audit, None)

    def test_points_on_the_scale(self):
        audit = self._audit()
        self._as("auditor", audit).action_start()
        for points in (-1, 6):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), \
                    self.cr.savepoint():
                self._as("auditor", audit.answer_ids)[0].points = points
                self.env.flush_all()

    def test_photo_of_a_finding(self):
        audit = self._scored(self._audit(), 5, 1, 4, 1)
        mine = self._as("auditor", audit)
        with self.assertRaisesRegex(UserError, "1 photos are missing"):
            mine.action_finish()
        answer = mine.answer_ids.filtered("photo_missing")
        answer.add_photo(picture().decode(), "x.jpg")
        self.assertEqual((answer.photo_count, answer.photo_missing), (1, False))
        mine.action_finish()
        photo = audit.answer_ids.photo_ids
        for change in (photo.unlink, lambda: photo.write({"name": "y"}),
                       lambda: self._photo(answer)):  # fmt: skip
            with self.assertRaises(UserError):
                change()

    def test_done_is_kept(self):
        """By nobody, superuser included; not by parts of the checklist either."""
        audit = self._done(self._audit(), 4, 1, 3, 5)
        answer, score = audit.answer_ids[0], audit.score
        for user in ("auditor", "oem"):
            for record in (self._as(user, answer), answer, answer.sudo()):
                for vals in ({"points": 0}, {"state": "na"}, {"remark": "x"}):
                    with self.assertRaises(UserError):
                        record.write(vals)
            for vals in ({"summary": "x"}, {"dealer_id": self.dealer_b.id}, {"state": "planned"},
                         {"score": 100}, {"done_on": "2020-01-01"}, {"answer_ids": [(5,)]},
                         {"released_on": "2020-01-01"}):  # fmt: skip
                for record in (self._as(user, audit), audit):
                    with self.assertRaises(UserError):
                        record.write(vals)
        for part in (self.checklist.section_ids[0], self.checklist.item_ids[0]):
            with self.assertRaises(UserError):
                part.weight = 99
            with self.assertRaises(UserError):
                part.unlink()
        with self.assertRaises(UserError):
            audit.score_ids[0].write({"sequence": 9})
        with self.assertRaises(UserError):
            audit.unlink()
        forged = audit.with_context(crm_audit_step=True)
        with self.assertRaises(AccessError):
            forged.write({"state": "planned"})
        self.assertEqual(audit.score, score)

    def test_reopen_before_release_only(self):
        audit = self._done()
        with self.assertRaises(AccessError):
            self._as("auditor", audit).action_reopen()
        with self.assertRaisesRegex(UserError, "reason"):
            self._as("oem", audit)._step("reopen")
        self._as("oem", audit)._step("reopen", "A section was forgotten")
        self.assertEqual((audit.state, audit.done_on), ("in_progress", False))
        self._released(audit)
        with self.assertRaises(UserError):
            self._as("oem", audit)._step("reopen", "Too late")

    def test_cancel_by_dialog(self):
        audit = self._audit()
        action = self._as("auditor", audit).action_cancel()
        dialog = self.env["crm.audit.dialog"].with_user(self.users["auditor"])
        dialog = Form(dialog.with_context(**action["context"]))
        dialog.reason = "Flood"
        dialog.save().action_confirm()
        self.assertEqual(audit.state, "cancelled")
        with self.assertRaises(UserError):
            self._as("auditor", audit).action_start()

    def test_next_item(self):
        audit = self._audit()
        self._as("auditor", audit).action_start()
        first, second, third, fourth = self._as("auditor", audit.answer_ids.sorted("place"))
        second.points = 1
        self.assertEqual(first.next_open_id(), third.id)
        self.assertEqual(fourth.next_open_id(), first.id)
        first.points = third.points = fourth.points = 3
        self.assertFalse(first.next_open_id())
        self.assertEqual(audit.progress, 100.0)

    def test_versions(self):
        """A used version stays; its copy is the next one, with all its parts."""
        with self.assertRaises(UserError):
            self.checklist.used_on = self.today
        self.checklist.name = "Another Name"  # not used yet
        self._scored(self._audit())
        self.assertEqual(self.checklist.used_on, self.today)
        for vals in ({"name": "x"}, {"pass_score": 1}, {"kind": "other"}, {"used_on": False},
                     {"section_ids": [(5,)]}):  # fmt: skip
            with self.assertRaises(UserError):
                self.checklist.write(vals)
        with self.assertRaises(UserError):
            self.checklist.unlink()
        action = self._as("oem", self.checklist).action_new_version()
        new = self.env["crm.audit.checklist"].browse(action["res_id"])
        self.assertEqual((new.version, new.code, new.used_on), (2, "T-A", False))
        self.assertEqual(len(new.item_ids), 4)
        self.assertFalse(new.item_ids & self.checklist.item_ids)
        new.item_ids[0].weight = 7
        self.assertEqual(self.checklist.copy().version, 3)
        self.checklist.active = False

    def test_conditions_of_planning(self):
        with self.assertRaisesRegex(ValidationError, "not announced"):
            self._mystery(is_announced=True)
        for login in ("sales_a", "clerk", "agent"):
            with self.assertRaises(ValidationError):
                self._audit(auditor_id=self.users[login].id)
        self.users["manager_a"].group_ids += self.env.ref("crm_dealer_grading.group_oem_auditor")
        with self.assertRaises(ValidationError):
            self._audit(auditor_id=self.users["manager_a"].id)
        empty = self.env["crm.audit.checklist"].create({"name": "Empty", "code": "T-E"})
        with self.assertRaisesRegex(UserError, "has no items"):
            self._as("auditor", self._audit(checklist_id=empty.id)).action_start()

    # ------------------------------------------------------------ notices

    def test_findings_become_notices_once(self):
        audit = self._audit()
        self._scored(audit, 0, 0, 2, 5)
        kept = audit.answer_ids.filtered(lambda a: a.name == "Reception 1")
        self._as("auditor", kept).notice_wanted = False
        self._as("auditor", audit).action_finish()
        self._as("auditor", audit).action_release()
        action = self._as("auditor", audit).action_issue_notices()
        notices = self.env["crm.rectification"].search(action["domain"])
        self.assertEqual(set(notices.mapped("subject")), {"Reception 0", "Work 0"})
        self.assertEqual({n.severity for n in notices}, {"major", "critical"})
        self.assertEqual({(n.state, n.origin, n.source_name) for n in notices},
                         {("issued", "audit", audit.name)})  # fmt: skip
        self.assertEqual(audit.rectification_count, 2)
        self.assertEqual(audit.answer_ids.rectification_id, notices)
        with self.assertRaisesRegex(UserError, "No finding is left"):
            self._as("auditor", audit).action_issue_notices()
        self._as("auditor", kept).notice_wanted = True
        self._as("oem", audit).action_issue_notices()
        self.assertEqual(audit.rectification_count, 3)
        # Both ways, for the manufacturer and for the dealer's manager.
        back = self._as("auditor", notices[0]).action_open_source()
        self.assertEqual((back["res_model"], back["res_id"]), ("crm.audit", audit.id))
        back = self._as("manager_a", notices[0]).action_open_source()
        self.assertEqual((back["res_model"], back["res_id"]), ("crm.audit.result", audit.id))
        self._as("manager_a", notices[0]).action_accept()

    # ------------------------------------------------------------ planning many

    def test_planned_is_no_zero(self):
        done = self._released(self._audit())
        planned = self._audit(dealer_id=self.dealer_b.id)
        groups = dict(
            self.Audit._read_group(
                [("id", "in", (done | planned).ids)], ["state"], ["score:avg"]
            )
        )
        self.assertFalse(groups["planned"])
        self.assertIsNot(groups["planned"], 0.0)
        [(mean,)] = self.Audit._read_group([("id", "in", (done | planned).ids)], [], ["score:avg"])
        self.assertAlmostEqual(mean, done.score)

    def test_planning_begins_with_a_checklist(self):
        audits = self.env["crm.audit.plan"].with_user(self.users["auditor"])
        last = self._audit()
        form = Form(audits)
        self.assertEqual(form.checklist_id, last.checklist_id)
        self.assertTrue(form.dealer_ids)

    def test_plan_many(self):
        dealers = self.env["crm.dealer"].create(
            [{"name": f"Plan {n}", "code": f"P-{n}", "region_id": self.region_north.id}
             for n in range(5)]
        )  # fmt: skip
        recent = self._released(self._audit(dealer_id=dealers[0].id))
        self._audit(dealer_id=dealers[1].id)
        self._mystery(dealer_id=dealers[2].id)  # of another kind: does not count
        form = Form(self.env["crm.audit.plan"].with_user(self.users["auditor"]))
        form.checklist_id = self.checklist
        form.region_ids.add(self.region_north)
        form.date_from, form.date_to = "2099-03-02", "2099-03-13"
        form.months = 6
        plan = form.save()
        # What was made long before that day, is no reason any more.
        self.assertIn(recent.dealer_id, plan.dealer_ids)
        self.assertNotIn(dealers[1], plan.dealer_ids)
        plan.date_from, plan.date_to = self.today, self.today
        self.assertEqual(plan.dealer_ids & dealers, dealers[2:])
        plan.write({"date_from": "2099-03-02", "date_to": "2099-03-13",
                    "dealer_ids": dealers[2:].ids,
                    "auditor_ids": (self.users["auditor"] | self.users["oem"]).ids})  # fmt: skip
        action = plan.action_plan()
        audits = self.Audit.search(action["domain"])
        self.assertEqual(audits.dealer_id, dealers[2:])
        self.assertEqual(len(audits.auditor_id), 2)
        days = audits.sorted("planned_on").mapped("planned_on")
        self.assertEqual(len(set(days)), 3)
        self.assertTrue(all(day.weekday() < 5 for day in days))

    def test_print(self):
        audit = self._audit()
        self._scored(audit, 1, 0, 4, 5)
        self._photo(audit.answer_ids[0])
        self._as("auditor", audit).action_finish()
        self._as("auditor", audit).action_release()
        report = self.env["ir.actions.report"]
        for name, login in (("audit_report", "auditor"), ("audit_result_report", "manager_a")):
            html, _kind = report.with_user(self.users[login])._render_qweb_html(
                f"crm_dealer_survey.{name}", audit.ids
            )
            score = f"<strong>{audit.score:.1f}</strong>"
            for words in (audit.name, "Reception 0", "data:image", "Work", "Test auditor", score):
                self.assertIn(words, html.decode(), name)
