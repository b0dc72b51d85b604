from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.tools.retention import KEPT_BY_LAW

from .common_retention import RetentionCase

LOGINS = ("sales_a", "manager_a", "credit", "agent", "auditor", "clerk")


@tagged("post_install", "-at_install")
class TestRetention(RetentionCase):
    """Data go when their time is over, once the manufacturer's manager says so (P4)."""

    def test_each_batch_counts_as_progress(self):
        """Else the scheduler puts off for a day what is killed three times in a long rule."""
        told = []

        def progress(_self, processed=0, remaining=None):
            told.append((processed, remaining))
            return 60 if len(told) < 2 else 0

        self._switch_on(self.rule)
        self.patch(self.registry["ir.cron"], "_commit_progress", progress)
        self.rules._cron_apply(batch=1)
        self.assertEqual(told, [(0, 1), (1, 1)])

    # -- Rights --------------------------------------------------------------------------------

    def test_the_manufacturers_manager_alone(self):
        log = self._entry()
        for login in LOGINS:
            with self.subTest(login):
                for records in (self.rule, log):
                    with self.assertRaises(AccessError):
                        self._as(login, records).read(["id"])
                for name in ("action_preview", "action_switch_on", "action_switch_off"):
                    with self.assertRaises(AccessError):
                        getattr(self._as(login, self.rule), name)()
        self._switch_on(self._as("oem", self.rule))
        self.assertTrue(self.rule.is_on)

    def _entry(self):
        logs = self.env["crm.retention.log"].with_context(crm_retention_step=STEP)
        return logs.create(
            {
                "rule_id": self.rule.id, "rule_name": "R", "kind": "contact_log",
                "kind_name": "Log", "model": "crm.contact.log", "action": "clear",
                "before": "2020-01-01", "count": 3, "months": 30,
            }
        )  # fmt: skip

    def test_log_is_append_only(self):
        entry = self._entry().with_context(crm_retention_step=None)
        for login in ("oem",):
            with self.assertRaises(AccessError):
                self._as(login, entry).write({"count": 1})
            with self.assertRaises(AccessError):
                self._as(login, entry).unlink()
            with self.assertRaises(AccessError):
                self._as(login, entry).copy()
        for denied in (lambda: entry.sudo().write({"count": 1}), lambda: entry.sudo().unlink()):
            with self.assertRaises(AccessError):
                denied()
        for statement in (
            "UPDATE crm_retention_log SET count = 1 WHERE id = %s",
            "DELETE FROM crm_retention_log WHERE id = %s",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [entry.id])

    # -- Switching -----------------------------------------------------------------------------

    def test_shipped_rules_are_off(self):
        names = self.env["ir.model.data"].search(
            [("model", "=", "crm.retention.rule"), ("module", "like", "crm_dealer_")]
        )
        shipped = self.rules.browse(names.mapped("res_id"))
        self.assertGreaterEqual(len(shipped), 7)
        self.assertFalse(any(shipped.mapped("is_on")))
        self.assertEqual({rule.kind for rule in shipped}, set(self.rules._kinds()))

    def test_preview_before_switching_on(self):
        rule = self._as("oem", self.rule)
        with self.assertRaises(UserError):
            rule.action_switch_on()
        before = self.old.feedback
        rule.action_preview()
        self.assertGreaterEqual(rule.preview_count, 1)
        self.assertLessEqual(rule.preview_oldest, fields.Date.to_date(self.old.date))
        self.assertEqual(self.old.feedback, before)
        rule.months = 31
        with self.assertRaises(UserError):
            rule.action_switch_on()
        self._switch_on(rule)
        with self.assertRaises(UserError):
            rule.months = 24
        with self.assertRaises(UserError):
            rule.unlink()
        rule.action_switch_off()
        rule.months = 24

    def test_nobody_writes_what_the_preview_found(self):
        rule = self._as("oem", self.rule)
        rule.write({"is_on": True, "previewed_at": fields.Datetime.now(), "preview_count": 0})
        self.assertFalse(rule.is_on or rule.previewed_at)
        made = self._as("oem", self.rules).create(
            {"name": "N", "kind": "contact_log", "ground": "G", "action": "clear", "is_on": True}
        )
        self.assertFalse(made.is_on)

    def test_no_rule_is_switched_on_by_a_context(self):
        """Neither by somebody's, nor while the shipped ones are loaded."""
        defaults = {
            "default_is_on": True,
            "default_previewed_at": fields.Datetime.now(),
            "default_preview_count": 7,
        }
        vals = {"name": "N", "kind": "contact_log", "ground": "G", "action": "clear"}
        for rules in (self._as("oem", self.rules), self.rules.sudo()):
            made = rules.with_context(**defaults).create(vals)
            self.assertFalse(made.is_on or made.previewed_at or made.preview_count)
            self.assertFalse(made.with_context(**defaults).copy().is_on)

    def test_limits_of_kinds(self):
        for vals in ({"months": 3}, {"action": "files"}):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.rule.write(vals)
        for kind in self.rules._kinds().values():
            self.assertNotIn(kind.model, KEPT_BY_LAW)
            fields_ = self.env[kind.model]._fields
            self.assertLessEqual({kind.date, *kind.clear}, set(fields_))

    # -- Removing ------------------------------------------------------------------------------

    def test_nothing_while_off(self):
        self._apply(self.rule)
        self.assertEqual(self.old.feedback, "Much")

    def test_clear(self):
        self._switch_on(self.rule)
        self._apply(self.rule)
        self.assertEqual((self.old.summary, self.old.feedback), ("—", False))
        self.assertEqual((self.new.summary, self.new.feedback), ("Said so", "Much"))
        entry = self.env["crm.retention.log"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(self.rule.removed_count, sum(entry.mapped("count")))
        self.assertEqual(self.rule._preview(), (0, False), "Done is done")
        text = str(entry.read())
        self.assertNotIn("Said so", text)
        self.assertNotIn("Test Customer A", text)

    def test_delete(self):
        self.rule.action = "delete"
        self._switch_on(self.rule)
        self._apply(self.rule)
        self.assertFalse(self.old.exists())
        self.assertTrue(self.new.exists())

    def test_who_fails_does_not_stop_the_others(self):
        self.rule.action = "delete"
        self._switch_on(self.rule)
        other = self.old.copy({"date": self.old.date})
        old, unlink = self.old, type(self.old).unlink

        def stubborn(records):
            if old in records:
                raise UserError(self._testMethodName)
            return unlink(records)

        self.patch(type(self.old), "unlink", stubborn)
        with mute_logger("odoo.addons.crm_dealer_grading.tools.alone"):
            self._apply(self.rule)
        self.assertTrue(old.exists())
        self.assertFalse(other.exists())

    def test_access_log(self):
        rule = self.env.ref("crm_dealer_grading.retention_rule_access_log")
        log = self.env["crm.protected.access"]
        old, new = (log._log(self.customer_a, "id_number", why) for why in ("old", "new"))
        old.flush_recordset()
        self.env.cr.execute(
            "ALTER TABLE crm_protected_access DISABLE TRIGGER USER;"
            "UPDATE crm_protected_access SET date = date - interval '80 months' WHERE id = %s;"
            "ALTER TABLE crm_protected_access ENABLE TRIGGER USER",
            [old.id],
        )
        self.env.invalidate_all()
        self._switch_on(rule)
        self._apply(rule)
        self.assertEqual((old | new).exists(), new)
        with self.assertRaises(AccessError):
            new.sudo().unlink()

    def test_bookings(self):
        rule = self.env.ref("crm_dealer_grading.retention_rule_booking")
        vehicle = self.env["crm.vehicle"].create({"partner_id": self.customer_a.id})
        visits = self.env["crm.service.visit"].create(
            [
                {"vehicle_id": vehicle.id, "partner_id": self.customer_a.id, "note": "Private",
                 "dealer_id": self.dealer_a.id,
                 "date": fields.Datetime.now() - relativedelta(months=30), "stage": stage}
                for stage in ("cancelled", "delivered")
            ]
        )  # fmt: skip
        visits[0].message_post(body="Private too")
        self._switch_on(rule)
        self._apply(rule)
        self.assertEqual(visits.mapped("note"), [False, "Private"])
        self.assertFalse(visits[0].message_ids)

    def test_accounting_is_never_touched(self):
        kinds = self.rules._kinds()
        kind = kinds["contact_log"]._replace(model="account.move", date="invoice_date")
        self.patch(type(self.rules), "_kinds", lambda _self: {**kinds, "contact_log": kind})
        with self.assertRaises(UserError):
            self.rule._preview()
        with self.assertRaises(UserError):
            self.rule._concerned()
