from odoo import fields, models

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR


class SurveyUserInput(models.Model):
    """An answer is checked when it comes in."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "crm.satisfaction.flagged"]
    _flag_link = "user_input_id"

    satisfaction_flag_ids = fields.One2many(
        "crm.satisfaction.flag", "user_input_id", string="Suspicions", copy=False, groups=AUDITOR
    )

    # What comes right after each other is found by it, and what is checked every night.
    _satisfaction_answered = models.Index(
        "(dealer_id, end_datetime) WHERE satisfaction_version_id IS NOT NULL"
    )

    def _after_satisfaction(self, answers):
        result = super()._after_satisfaction(answers)
        real = answers.filtered(lambda answer: answer.dealer_id and not answer.test_entry)
        if real:
            # sudo: suspicions follow the answers, whoever gives them.
            self.env["crm.satisfaction.flag"].sudo()._check_just_answered(real)
        return result

    def action_leave_out_flagged(self):
        """Confirm what is suspected of the answer, and leave it out; asks why."""
        return self._decide_flags("leave_out", lambda flag: flag.state == "new")

    def action_dismiss_flagged(self):
        """Dismiss what is suspected of the answer; asks why."""
        return self._decide_flags("dismiss", lambda flag: flag.state == "new")

    def action_count_flagged_again(self):
        """Dismiss what was confirmed, and let the answer count again; asks why."""
        return self._decide_flags("count_again", lambda flag: flag.state == "confirmed")

    def _decide_flags(self, decision, wanted):
        flags = self.env["crm.satisfaction.flag"].search([("user_input_id", "in", self.ids)])
        return flags.filtered(wanted)._ask(decision)
