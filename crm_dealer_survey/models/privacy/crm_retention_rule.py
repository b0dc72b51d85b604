from odoo import api, models

from odoo.addons.crm_dealer_grading.tools.retention import CLEAR, DELETE, EMPTY, RetentionKind

_WORDS = ("answer_type", "in", ("text_box", "char_box"))


class CrmRetentionRule(models.Model):
    """What surveys, calls and audits keep of people, and until when it is needed (P4).

    Figures stay: scores and shares name nobody in particular.
    """

    _inherit = "crm.retention.rule"

    @api.model
    def _kinds(self):
        return {
            **super()._kinds(),
            "answer_text": RetentionKind(
                label=self.env._("Words in answers to satisfaction surveys"),
                model="survey.user_input.line",
                date="create_date",
                domain=(("question_id.satisfaction_version_id", "!=", False), _WORDS),
                actions=(CLEAR,),
                clear={"value_text_box": EMPTY, "value_char_box": EMPTY},
                months=12,
                writer="_empty_words",
            ),
            "call_note": RetentionKind(
                label=self.env._("Notes on follow-up calls"),
                model="crm.followup.attempt",
                date="date",
                actions=(CLEAR,),
                clear={"note": False},
                months=12,
            ),
            "audit_photo": RetentionKind(
                label=self.env._("Photos of audits that are done"),
                model="crm.audit.photo",
                date="create_date",
                domain=(("audit_id.state", "in", ("done", "cancelled")),),
                actions=(DELETE,),
                # A year's assessments and their appeals refer to them.
                months=24,
                by_sql=True,
            ),
        }
