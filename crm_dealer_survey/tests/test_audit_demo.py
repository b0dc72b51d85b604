"""The story of the demo network holds, told by the addon's own steps (S9)."""

from odoo.tests import TransactionCase, loaded_demo_data, tagged

STORY = {
    "SH01": ("onsite", "done", True, False),
    "TJ01": ("onsite", "done", True, True),
    "GZ01": ("mystery", "done", True, True),
    "SZ01": ("mystery", "done", False, False),
    "BJ01": ("onsite", "in_progress", False, False),
    "HZ01": ("onsite", "planned", False, False),
    "QD01": ("mystery", "planned", False, False),
}  # dealer: kind, state, whether released, whether a must was missed


@tagged("post_install", "-at_install")
class TestAuditDemo(TransactionCase):
    def test_story(self):
        if not loaded_demo_data(self.env):
            self.skipTest("There is no demo network.")
        audits, samples = self.env["crm.audit"], self.env["crm.audit.sample"]
        before, drawn = audits.search([]), samples.search([])
        audits._load_demo()
        audits, samples = audits.search([]) - before, samples.search([]) - drawn
        told = {
            audit.dealer_id.code: (
                audit.kind, audit.state, bool(audit.released_on), audit.missed_must
            )
            for audit in audits
        }  # fmt: skip
        self.assertEqual(told, STORY)
        for audit in audits:
            manager = audit.dealer_id.manager_id
            shown = self.env["crm.audit.result"].with_user(manager).search_count(
                [("id", "=", audit.id)]
            )
            announced = audit.is_announced and audit.state != "done"
            self.assertEqual(bool(shown), bool(audit.released_on) or announced, audit.name)
            released = audit.finding_count if audit.released_on else 0
            self.assertEqual(audit.rectification_count, released)
            self.assertFalse(audit.answer_ids.filtered("photo_missing"))
        self.assertEqual(set(samples.mapped("state")), {"done", "drawn"})
        self.assertEqual(samples.filtered(lambda s: s.state == "done").fake_count, 2)
