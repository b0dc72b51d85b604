"""Removing what is too old, in batches that are committed with their entry in the log (P4)."""

from collections import Counter
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.alone import each_alone
from ...tools.batches import step_by_step
from ...tools.retention import begin_removal, end_removal

BATCH = 500
_QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_activity_quick_update": True,
}


class CrmRetentionRule(models.Model):
    _inherit = "crm.retention.rule"

    @api.model
    def _cron_apply(self, batch=BATCH):
        """Scheduled action: apply what is switched on.

        Each batch and its entry in the log are one transaction: a killed job has removed what
        the log says, and the next run goes on with what is left.
        """
        rules = self.search([("is_on", "=", True)])
        step_by_step(
            self.env, rules, lambda rule, last: rule._apply_batch(batch, last), "Retention"
        )

    def _apply_batch(self, limit, last):
        """Remove some records and note it.

        :param int last: the id after which to look, if any; what failed before is not tried again
        :return: the last id that was looked at; 0: nothing is left
        """
        self.ensure_one()
        self.invalidate_recordset(["is_on"])
        if not self.is_on or not self._kind():
            return 0
        domain = self._concerned() & fields.Domain("id", ">", last or 0)
        found = self._records().search(domain, order="id", limit=limit)
        # Others may be working on some: these are left to the next night.
        mine = found.try_lock_for_update().with_context(**_QUIET)
        gone = Counter()
        failed = each_alone(
            self.env, partial(self._remove, gone=gone), mine, "Retention: cannot remove"
        )
        if done := len(mine) - len(failed):
            self._note(self.kind, done)
        for code, count in gone.items():
            self._note(code, count)
        return found[-1:].id or 0

    def _remove(self, records, gone):
        """Do to ``records`` what the rule says, with what goes the same way.

        :param Counter gone: how many of other kinds went along, by the code of the kind
        """
        code, kind, others = self._along(records.ids)
        count = len(others)
        if others:
            self._treat(others.with_context(**_QUIET), kind)
        self._treat(records, self._kind())
        if count:
            # At the end: what fails is taken back.
            gone[code] += count

    def _treat(self, records, kind):
        """Do to ``records`` of a kind what the rule says, with what hangs on them."""
        if self.action == "delete":
            self._delete(records, kind)
            return
        if self.action == "clear":
            getattr(records, kind.writer)(dict(kind.clear))
            if kind.forget:
                self._forget_messages(records)
        if self.action == "files" or kind.forget:
            self._remove_files(records)
        self.env.flush_all()

    def _delete(self, records, kind):
        begin_removal(self.env.cr)
        if kind.by_sql:
            records.flush_model()
            self._forget_messages(records)
            self._remove_files(records)
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    records.ids,
                )
            )
            self.env.invalidate_all(flush=False)
        else:
            records.unlink()
            self.env.flush_all()
        end_removal(self.env.cr)

    @api.model
    def _forget_messages(self, records):
        """What was written about the records says the same in other words."""
        if "message_ids" not in records._fields:
            return
        messages = self.env["mail.message"].sudo().search(
            [("model", "=", records._name), ("res_id", "in", records.ids)]
        )  # fmt: skip
        messages.unlink()

    @api.model
    def _remove_files(self, records):
        files = self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                # Without this the ERP finds no files of fields.
                "|", ("res_field", "=", False), ("res_field", "!=", False),
            ]
        )  # fmt: skip
        files.unlink()
        records.invalidate_recordset()

    def _note(self, code, count):
        kind = self._kinds()[code]
        log = self.env["crm.retention.log"]._stepping()
        log.create(
            {
                "rule_id": self.id,
                "rule_name": self.name,
                "kind": code,
                "kind_name": kind.label,
                "model": kind.model,
                "action": self.action,
                "ground": self.ground,
                "months": self.months,
                "before": self._before(),
                "count": count,
            }
        )

    def action_open_log(self):
        """Open what was removed by this rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_retention_log_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
