from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmGradingPending(models.Model):
    """Customers whose data changed while a full run held the scheme; graded right after it."""

    _name = "crm.grading.pending"
    _description = "Customer Waiting for Grading"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")

    _partner_uniq = models.Constraint("UNIQUE(partner_id)", "The customer waits already.")

    @api.model
    def _push(self, partner_ids):
        """Let customers wait for the job."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_grading_pending (partner_id) SELECT id FROM res_partner"
                " WHERE id IN %s ON CONFLICT DO NOTHING",
                tuple(partner_ids),
            )
        )
        self.env.ref("crm_dealer_grading.ir_cron_regrade_pending").sudo()._trigger()

    @api.model
    def _cron_regrade_pending(self, batch=1000):
        """Grade the waiting customers in batches; two workers take different ones."""
        Scheme = self.env["crm.grading.scheme"]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count([]))
        while waiting := self.search([], limit=batch).try_lock_for_update():
            partner_ids = waiting.partner_id.ids
            ranked = Scheme._with_manual_levels(partner_ids) - Scheme._at_once()
            schemes = Scheme._at_once() | ranked
            if not all(scheme._lock(shared=True, wait=False) for scheme in schemes):
                # A full run still holds a scheme; look again when it may be done.
                job = self.env.ref("crm_dealer_grading.ir_cron_regrade_pending").sudo()
                job._trigger(at=fields.Datetime.now() + timedelta(minutes=1))
                return
            done = len(waiting)
            waiting.unlink()
            Scheme._regrade_now(partner_ids)
            ranked._apply_manual(partner_ids)
            if not self.env["ir.cron"]._commit_progress(done):
                break
