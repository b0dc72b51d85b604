from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_satisfaction_version_step import MANAGER


class SurveyUserInput(models.Model):
    """Giving an answer, once, and leaving one out."""

    _inherit = "survey.user_input"

    def _satisfaction_link_state(self):
        """Whether the link still works: ``open``, ``used`` or ``expired``."""
        self.ensure_one()
        if self.state == "done":
            return "used"
        if self.deadline and self.deadline < self.env.cr.now():
            return "expired"
        return "open"

    def _submit_satisfaction(self, said):
        """Store the whole answer and complete it; the one way to answer a programme.

        Whoever sends it twice at once waits here, is repeated and finds it used.

        :param dict said: ``{question: number or text}`` of what was answered; the rest is left out
        :raise UserError: nothing is answered, or the link was used or has expired
        :raise ValidationError: a figure outside its scale, or another questionnaire's question
        """
        self.ensure_one()
        self.flush_recordset()
        touch(self)
        if self._satisfaction_link_state() != "open":
            raise UserError(
                self.env._("This questionnaire was answered already, or its time has passed.")
            )
        if not said:
            raise UserError(self.env._("Please answer one question at least."))
        self.env["survey.user_input.line"].create(
            [self._satisfaction_line(question, value) for question, value in said.items()]
        )
        self._mark_done()

    def _satisfaction_line(self, question, value):
        line = {"user_input_id": self.id, "question_id": question.id}
        if question.question_type == "scale":
            return {**line, "answer_type": "scale", "value_scale": value}
        return {**line, "answer_type": "text_box", "value_text_box": value}

    def _mark_done(self):
        result = super()._mark_done()
        self._after_satisfaction(self.filtered("satisfaction_version_id"))
        return result

    def _after_satisfaction(self, answers):
        """What follows answers to programmes; extend, e.g. to issue a notice or check for cheats.

        :param answers: those of ``self`` that belong to programmes, completed a moment ago
        """
        if not answers:
            return
        answers.filtered(lambda a: not a.test_entry).satisfaction_version_id._mark_used()
        self.env["crm.satisfaction.score"]._store(answers)

    def _exclude(self, reason):
        """Let answers count nowhere; only a person of the manufacturer decides that.

        Those that are left out already stay as they are.

        :param str reason: kept in the history of each answer
        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: no reason, or an answer that was not given to a programme
        """
        self._decide_to_count(True, reason)

    def _readmit(self, reason):
        """Let answers that were left out count again; raises as ``_exclude``."""
        self._decide_to_count(False, reason)

    def _decide_to_count(self, excluded, reason):
        self._check_may_decide(reason)
        # sudo: no role writes answers; who may leave one out was checked.
        answers = self.sudo().filtered(lambda answer: answer.satisfaction_excluded != excluded)
        touch(answers.satisfaction_version_id)  # meets a job that computes the scores again
        answers.satisfaction_excluded = excluded
        self.env["crm.satisfaction.score"].sudo()._store(answers)
        words = (
            self.env._("Left out: %s", reason)
            if excluded
            else self.env._("Counts again: %s", reason)
        )
        answers._message_log_batch(
            dict.fromkeys(answers.ids, words), author_id=self.env.user.partner_id.id
        )

    def _check_may_decide(self, reason):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only the manufacturer's manager decides that an answer does not count. "
                    "Ask that person."
                )
            )
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason: it is kept in the answer's history."))
        if self.filtered(lambda a: not a.satisfaction_version_id or a.state != "done"):
            raise UserError(
                self.env._(
                    "Only answers that customers have given to a programme count or are left "
                    "out. Choose among those."
                )
            )

    def get_start_url(self):
        """Of a programme the page of ours."""
        if self.satisfaction_version_id:
            return f"/satisfaction/{self.access_token}"
        return super().get_start_url()

    def _open_page(self):
        return {"type": "ir.actions.act_url", "url": self.get_start_url(), "target": "new"}
