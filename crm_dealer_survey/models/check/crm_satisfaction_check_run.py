from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.batches import step_by_step
from odoo.addons.crm_dealer_grading.tools.notification import notification

STAGES = [
    ("answers", "Answers one by one"),
    ("network", "Answers beside each other"),
    ("dealers", "Dealers beside each other"),
    ("todos", "To-dos"),
    ("done", "Done"),
]
_BATCH = 5000
_AT_ONCE = 3000  # so many answers a user waits for; more are checked by the job
_JOB = "Checks of answers"


class CrmSatisfactionCheckRun(models.Model):
    """A check of many answers, in steps: what is done stays done when it is killed (S9).

    Every night the answers since the quarter before this one; all answers to some versions when a
    manager asks for it.
    """

    _name = "crm.satisfaction.check.run"
    _description = "Check of Answers"
    _order = "id desc"
    _rec_name = "date"

    date = fields.Date(required=True, readonly=True)
    nightly = fields.Boolean(readonly=True)
    version_ids = fields.Many2many(
        "crm.satisfaction.version", string="Versions", readonly=True, help="Empty: all."
    )
    user_id = fields.Many2one(
        "res.users", string="Started By", readonly=True, default=lambda self: self.env.user
    )
    stage = fields.Selection(STAGES, required=True, readonly=True, default="answers")
    last_answer_id = fields.Integer(readonly=True, help="So far the answers were checked.")
    answer_count = fields.Integer(string="Answers", readonly=True)
    new_count = fields.Integer(string="New Flags", readonly=True)
    gone_count = fields.Integer(string="Withdrawn", readonly=True)
    finished_on = fields.Datetime(readonly=True)

    _nightly_uniq = models.UniqueIndex("(date) WHERE nightly")

    # -- By hand -----------------------------------------------------------------------------

    @api.model
    def _check_now(self, versions):
        """Check all answers to ``versions``, at once if they are few, else by the job.

        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: there are no versions; a run without any would look at all answers
        """
        versions._check_may_manage()
        if not versions:
            raise UserError(
                self.env._("The programme has no version yet. Create one, and open it.")
            )
        # sudo: nobody writes runs by hand; the right to start one was checked.
        run = self.sudo().create(
            {"date": self.env.company._today_here(), "version_ids": versions.ids}
        )
        domain = [("satisfaction_version_id", "in", versions.ids), ("state", "=", "done")]
        if self.env["survey.user_input"].sudo().search_count(domain) > _AT_ONCE:
            self.env.ref("crm_dealer_survey.ir_cron_check").sudo()._trigger()
            message = self.env._("There are many answers: the check goes on in the background.")
            return notification(message, "info")
        while run._step():
            continue
        message = self.env._(
            "%(answers)s answers checked: %(new)s new suspicions, %(gone)s withdrawn.",
            answers=run.answer_count,
            new=run.new_count,
            gone=run.gone_count,
        )
        return notification(message, "info")

    @api.model
    def action_check_all(self):
        """Let the job check the network now, as it does every night.

        :raise UserError: it does already
        """
        self.env["crm.satisfaction.version"]._check_may_manage()
        # sudo: as in _check_now.
        runs = self.sudo()
        if runs.search_count([("finished_on", "=", False), ("version_ids", "=", False)], limit=1):
            raise UserError(self.env._("A check of all answers is under way. Look again later."))
        runs.create({"date": self.env.company._today_here()})
        self.env.ref("crm_dealer_survey.ir_cron_check").sudo()._trigger()
        return notification(self.env._("The check goes on in the background."), "info")

    # -- Job ---------------------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Go on with runs that are under way, and do the one of the night."""
        self._begin_tonight()
        runs = self.search([("stage", "!=", "done")], order="id")
        step_by_step(self.env, runs, lambda run, _last: run._step(), _JOB)

    @api.model
    def _begin_tonight(self):
        """One run a day, by a unique key: whoever comes second finds it there."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_satisfaction_check_run (date, nightly, user_id, stage,
                          create_uid, write_uid, create_date, write_date)
                   VALUES (%(today)s, TRUE, %(uid)s, 'answers', %(uid)s, %(uid)s, %(now)s, %(now)s)
                   ON CONFLICT DO NOTHING""",
                today=self.env.company._today_here(),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )

    def _step(self, batch=_BATCH):
        """Do the next piece; whether there is more to do."""
        self.ensure_one()
        if self.stage != "done":
            new, gone = getattr(self, f"_step_{self.stage}")(batch)
            self.write({"new_count": self.new_count + new, "gone_count": self.gone_count + gone})
        return self.stage != "done"

    def _only(self):
        """Which answers ``survey_user_input i`` the run is about."""
        if self.version_ids:
            return SQL("i.satisfaction_version_id = ANY(%s)", self.version_ids.ids)
        return SQL("i.end_datetime >= %s", self._since())

    def _since(self):
        """First day that the run looks at; the day's hours are taken generously."""
        return self.env["crm.satisfaction.flag"]._since()

    def _step_answers(self, batch):
        self.env["survey.user_input"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.id FROM survey_user_input i
                    WHERE i.satisfaction_version_id IS NOT NULL AND i.state = 'done'
                      AND i.id > %s AND %s ORDER BY i.id LIMIT %s""",
                self.last_answer_id or 0,
                self._only(),
                batch,
            )
        )
        if not rows:
            self.stage = "network"
            return 0, 0
        ids = [row[0] for row in rows]
        self.last_answer_id = ids[-1]
        self.answer_count += len(ids)
        return self.env["crm.satisfaction.flag"]._check_answers(SQL("i.id = ANY(%s)", ids))

    def _step_network(self, _batch):
        self.stage = "dealers"
        return self.env["crm.satisfaction.flag"]._check_network(self._only())

    def _step_dealers(self, _batch):
        self.stage = "todos"
        flags = self.env["crm.satisfaction.flag"]
        if self.version_ids:
            period = {"only": self._only(), "versions": self.version_ids}
        else:
            since = self._since()
            # A day before: in which quarter an answer is, its company's clock decides.
            earlier = fields.Date.subtract(since, days=1)
            period = {"only": SQL("i.end_datetime >= %s", earlier), "since": since}
        found = [flags._check_gathered(**period), flags._check_tens(**period)]
        if not self.version_ids:
            found.append(flags._check_unreachable(since))
        return sum(new for new, _gone in found), sum(gone for _new, gone in found)

    def _step_todos(self, _batch):
        self.env["crm.satisfaction.flag"]._tell()
        self.write({"stage": "done", "finished_on": fields.Datetime.now()})
        return 0, 0

    @api.autovacuum
    def _gc_runs(self):
        """Runs of more than a year ago say nothing any more."""
        old = fields.Date.subtract(self.env.company._today_here(), years=1)
        self.search([("date", "<", old), ("stage", "=", "done")], limit=1000).unlink()
