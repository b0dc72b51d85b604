from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.notification import notification
from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from ..programme.crm_satisfaction_version_step import MANAGER


class CrmSatisfactionSample(models.Model):
    """Steps of a sample: drawn, sent, closed; each checks rights and state itself (S2)."""

    _inherit = "crm.satisfaction.sample"

    def _step(self, state):
        """The sample with all rights, its row taken; whoever comes second is repeated.

        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: the sample is not in ``state``
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Samples are drawn by the manufacturer's manager. Ask that person.")
            )
        self.check_access("write")
        take(self)
        check_at(self, [state])
        # sudo: no role writes states and customers; who takes the step was checked.
        return self.sudo()

    def action_preview(self):
        """Show what a draw would find, before it is made."""
        self.ensure_one()
        self.check_access("write")
        return self.env["crm.satisfaction.sample.preview"]._open(self)

    def action_draw(self):
        """Draw the customers.

        :raise UserError: no questionnaire is in use, or nobody can be drawn
        """
        sample = self._step("draft")
        version = sample.programme_id.current_version_id
        if not version:
            raise UserError(
                self.env._(
                    "%s has no questionnaire in use. Put a version to use first.",
                    sample.programme_id.display_name,
                )
            )
        sample.write({"drawn_at": fields.Datetime.now(), "version_id": version.id})
        if not sample._store_draw() and not sample.plan_id:
            raise UserError(
                self.env._(
                    "Nobody can be drawn: look at the preview, then change the period, the "
                    "ways of asking or the days of rest. Who gave no consent to questions is "
                    "not asked."
                )
            )
        sample.state = "drawn"
        return True

    def action_take_back(self):
        """Give a draw back, before anybody was asked; the history keeps that there was one."""
        sample = self._step("drawn")
        sample.message_post(
            body=self.env._(
                "The draw of seed %(seed)s was taken back: %(count)s customers.",
                seed=sample.seed,
                count=sample.line_count,
            ),
            author_id=self.env.user.partner_id.id,
        )
        sample.line_ids.unlink()
        sample.stratum_ids.unlink()
        sample.write({"state": "draft", "drawn_at": False, "version_id": False})
        return True

    def action_send(self):
        """Ask the customers who were drawn: the job sends in batches."""
        sample = self._step("drawn")
        if sample.version_id.state != "current":
            raise UserError(
                self.env._(
                    "%s is not in use any more. Take the draw back and draw anew.",
                    sample.version_id.display_name,
                )
            )
        sample.write({"state": "field", "sent_at": fields.Datetime.now()})
        sample._wake()
        return True

    def action_close(self):
        """End the sample: nobody more is asked; links that are out work until their deadline."""
        sample = self._step("field")
        sample._close()
        return True

    def _leave_out_waiting(self):
        """Whoever was to be asked is not; nobody of the reserve steps in."""
        waiting = self.line_ids.filtered(lambda line: line.state == "drawn")
        waiting.write({"state": "skipped", "reason": "closed", "replaced": True})
        return waiting

    def _close(self):
        self._leave_out_waiting()
        self.write({"state": "closed", "closed_at": fields.Datetime.now()})

    def _wake(self):
        """Let the job run soon."""
        # sudo: who may send lets the job run.
        job = self.env.ref("crm_dealer_survey.ir_cron_sample_field", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    def action_check_draw(self):
        """Draw once more by the seed and tell whether it is the same (for auditors).

        Events and consents are those of today, so what was changed since shows as well.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the draw looks at all customers; the caller learns figures alone.
        sample = self.sudo()
        then = {line.event_key: line.place <= line.stratum_id.quota for line in sample.line_ids}
        now = sample._redraw()
        taken = {key for key, yes in then.items() if yes}
        same = len(taken & {key for key, yes in now.items() if yes})
        title = self.env._("The draw by seed %s, once more", sample.seed)
        message = self.env._(
            "%(same)s of %(drawn)s customers are drawn again; with the reserve %(all)s of "
            "%(kept)s. Others come from events or consents that changed since.",
            same=same,
            drawn=len(taken),
            all=sum(now.get(key) == yes for key, yes in then.items()),
            kept=len(then),
        )
        kind = "success" if now == then else "warning"
        return notification(message, kind, then=None, title=title, sticky=True)
