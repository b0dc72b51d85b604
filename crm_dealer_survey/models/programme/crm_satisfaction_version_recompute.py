from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR
from odoo.addons.crm_dealer_grading.tools.again import again

_BATCH = 5_000  # answers that are written in one transaction: some seconds
_CRON = "crm_dealer_survey.ir_cron_recompute"


class CrmSatisfactionVersion(models.Model):
    """Writing all scores anew, by a job that tells how far it is (S1).

    Needed when dealers change their region, or the statement that makes scores has changed.
    """

    _inherit = "crm.satisfaction.version"

    recompute_asked_on = fields.Datetime(
        string="Asked to Compute Again", readonly=True, copy=False, help="Empty when it is done."
    )
    recompute_last_id = fields.Integer(
        string="Answer Computed Last", readonly=True, copy=False, aggregator=None, groups=AUDITOR
    )
    recompute_total = fields.Integer(
        string="Answers to Compute", readonly=True, copy=False, aggregator=None, groups=AUDITOR
    )
    recompute_done = fields.Integer(
        string="Answers Computed", readonly=True, copy=False, aggregator=None, groups=AUDITOR
    )
    recompute_progress = fields.Float(
        string="Progress",
        compute="_compute_recompute_progress",
        compute_sudo=True,  # how far it is, is no secret; how many answers the network has, is
        help="In percent.",
    )
    recomputed_on = fields.Datetime(string="Computed Again On", readonly=True, copy=False)

    @api.depends("recompute_done", "recompute_total")
    def _compute_recompute_progress(self):
        for version in self:
            total = version.recompute_total
            version.recompute_progress = min(100.0 * version.recompute_done / total, 100) \
                if total else 0.0  # fmt: skip

    def action_recompute(self):
        """Ask the job to write all scores of the versions anew, from the beginning.

        :raise AccessError: by anybody but the manufacturer's manager
        """
        self._check_may_manage()
        # sudo: figures follow the answers, whoever asks.
        counts = dict(
            self.env["survey.user_input"].sudo()._read_group(
                [("satisfaction_version_id", "in", self.ids)],
                ["satisfaction_version_id"],
                ["__count"],
            )
        )  # fmt: skip
        for version in self.sudo()._stepping():
            version.write(
                {
                    "recompute_asked_on": fields.Datetime.now(),
                    "recompute_last_id": 0,
                    "recompute_done": 0,
                    "recompute_total": counts.get(version, 0),
                }
            )
        self.env.ref(_CRON).sudo()._trigger()
        return True

    @api.model
    def _cron_recompute(self, batch=_BATCH):
        """Write scores anew in batches that commit; a killed job goes on after the last one."""
        cron = self.env["ir.cron"]
        versions = self.search(
            [("recompute_asked_on", "!=", False)], order="recompute_asked_on, id"
        )
        # Answers that came since it was asked for are done as well: more than the total.
        left = sum(max(v.recompute_total - v.recompute_done, 0) for v in versions)
        cron._commit_progress(remaining=left)
        for version in versions:
            while version.recompute_asked_on:
                done = again(
                    self.env, lambda v=version: v._recompute_some(batch), "Satisfaction scores"
                )
                if not cron._commit_progress(done):
                    return
        cron._commit_progress(remaining=0)

    def _recompute_some(self, batch):
        """Write the scores of the next answers; return how many they were.

        It writes the version's row: who leaves an answer out meanwhile meets that, and either of
        them is repeated.
        """
        self.ensure_one()
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM survey_user_input
                    WHERE satisfaction_version_id = %s AND id > %s
                    ORDER BY id LIMIT %s""",
                self.id,
                self.recompute_last_id,
                batch,
            )
        )
        ids = [row[0] for row in rows]
        self.env["crm.satisfaction.score"]._store(self.env["survey.user_input"].browse(ids))
        vals = {"recompute_done": self.recompute_done + len(ids)}
        if ids:
            vals["recompute_last_id"] = ids[-1]
        if len(ids) < batch:
            now = fields.Datetime.now()
            vals.update(recompute_asked_on=False, recomputed_on=now)
        self._stepping().write(vals)
        return len(ids)
