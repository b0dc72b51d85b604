"""Published results: recomputed bit by bit, tampering is found, nothing changes (S9)."""

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from .common_assessment import AssessmentFactories


@tagged("post_install", "-at_install")
class TestAssessmentFrozen(AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()

    # -- Checking --------------------------------------------------------------------------------

    def test_recomputed_bit_by_bit(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("published")
        self.env.invalidate_all()
        self.assertEqual(assessment.with_user(self.users["auditor"])._differences(), [])
        self.env["crm.followup.call"].search([]).unlink()
        self.assertEqual(assessment._differences(), [])

    def test_tampering_is_found(self):
        """Each column of lines, parts and proposals, the stored texts, and rows that go."""
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("published")
        self.env.flush_all()
        line = self._line(assessment, self.dealers[1])
        tampered = [
            ("crm_assessment", assessment, "inputs_json", assessment.inputs_json + " "),
            ("crm_assessment", assessment, "policy_json",
             assessment.policy_json.replace('"19"', '"29"')),
            ("crm_assessment", assessment, "result_hash", "0" * 64),
            ("crm_assessment_part", line.part_ids[0], "value", 71),
            ("crm_assessment_part", line.part_ids[0], "score", 70.01),
            ("crm_assessment_proposal", assessment.proposal_ids[0], "amount", 301),
            ("crm_assessment_proposal", assessment.proposal_ids[0], "significance", "no"),
            ("crm_assessment_line", line, "detail", line.detail.replace("70", "71")),
        ]  # fmt: skip
        for name in ("score", "score_low", "mark", "rank", "ranked_count", "region_rank"):
            tampered.append(("crm_assessment_line", line, name, 3))
        for table, record, name, value in tampered:
            with self.subTest(table=table, name=name):
                self._tamper(assessment, table, record, name, value)
        self._lose(assessment, assessment.proposal_ids[0])

    def _tamper(self, assessment, table, record, name, value):
        """Without the trigger, as only the database's owner could."""
        with self.env.cr.savepoint() as savepoint:
            self._without_trigger(table)
            self.env.cr.execute(
                SQL("UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(table),
                    SQL.identifier(name), value, record.id)
            )  # fmt: skip
            self.env.invalidate_all()
            self.assertTrue(assessment._differences())
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertEqual(assessment._differences(), [])

    def _lose(self, assessment, record):
        with self.env.cr.savepoint() as savepoint:
            self._without_trigger(record._table)
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
            )
            self.env.invalidate_all()
            self.assertTrue(assessment._differences())
            savepoint.rollback()

    def _without_trigger(self, table):
        self.env.cr.execute(
            SQL("ALTER TABLE %s DISABLE TRIGGER %s", SQL.identifier(table),
                SQL.identifier(f"{table}_frozen"))
        )  # fmt: skip

    # -- Frozen ----------------------------------------------------------------------------------

    def test_published_nothing_changes(self):
        """By no one, no method of the ERP, and not in the database."""
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("published")
        line, proposal = assessment.line_ids[0], assessment.proposal_ids[0]
        tries = [
            (assessment, {"result_hash": "0"}),
            (assessment, {"state": "draft"}),
            (assessment, {"policy_id": self.policy.id}),
            (line, {"score": 1}),
            (line.part_ids[0], {"value": 1}),
            (proposal, {"amount": 1}),
            (proposal, {"state": "approved"}),
        ]
        for user in (self.users["oem"], self.env.user, self.env.ref("base.user_root")):
            for record, vals in tries:
                for mine in (record.with_user(user), record.with_user(user).sudo()):
                    with self.subTest(user=user.login, record=record, vals=vals):
                        forged = mine.with_context(crm_assessment_step=True)
                        with self.assertRaises(UserError):
                            forged.write(vals)
        for record in (assessment, line, line.part_ids[0], proposal):
            with self.assertRaises(UserError):
                record.unlink()
        mine = assessment.with_user(self.users["oem"])
        for step in (mine.compute, mine.action_show, mine.action_publish):
            with self.assertRaises(UserError):
                step()

    def test_the_database_refuses_too(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("published")
        self.env.flush_all()
        line, proposal = assessment.line_ids[0], assessment.proposal_ids[0]
        for record, name in ((line, "score"), (line.part_ids[0], "value"), (proposal, "amount")):
            table = SQL.identifier(record._table)
            update = SQL("UPDATE %s SET %s = 1 WHERE id = %s", table, SQL.identifier(name),
                         record.id)  # fmt: skip
            for statement in (update, SQL("DELETE FROM %s WHERE id = %s", table, record.id)):
                self._refused(statement)
        self._refused(SQL("UPDATE crm_assessment SET state = 'draft' WHERE id = %s", assessment.id))
        self._refused(SQL("DELETE FROM crm_assessment WHERE id = %s", assessment.id))

    def _refused(self, statement):
        with (
            self.subTest(statement=statement.code),
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement)

    def test_a_used_policy_is_frozen_and_goes_on_as_a_new_version(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        self._brought_to("published")
        rule = self.policy.rule_ids[0]
        tries = [
            lambda: self.policy.write({"share": 20}),
            lambda: self.policy.component_ids[0].write({"weight": 2}),
            lambda: rule.write({"amount": 2}),
            lambda: rule.step_ids[0].write({"reward": 2}),
            lambda: rule.step_ids[0].unlink(),
            lambda: rule.unlink(),
            lambda: self.env["crm.assessment.step"].create(
                {"rule_id": rule.id, "up_to": 99, "reward": 1}
            ),
            self.policy.unlink,
        ]
        for attempt in tries:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        mine = self.policy.with_user(self.users["oem"])
        new = self.env["crm.assessment.policy"].browse(mine.action_new_version()["res_id"])
        self.assertEqual((new.number, new.code, new.previous_id), (2, "T-POLICY", self.policy))
        self.assertFalse(self.policy.active)
        self.assertEqual(len(new.rule_ids.step_ids), 2)
        new.share = 20
