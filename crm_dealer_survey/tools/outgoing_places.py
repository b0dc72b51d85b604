"""What of this addon reaches people; see ``outgoing.py`` of the grading addon."""

from odoo.addons.crm_dealer_grading.tools.outgoing import asked, staff

_DEALER = "people of the dealer"
_DRAWN = "_contact_refused_sql, at the draw and again when sending"

OUTGOING = {
    "models/assessment/crm_assessment_appeal.py:_tell_dealer": staff(_DEALER),
    "models/assessment/crm_assessment_appeal.py:_tell_owner": staff("who runs the assessment"),
    "models/assessment/crm_assessment_check.py:action_check": staff("note"),
    "models/assessment/crm_assessment_proposal.py:_tell_finance": staff("finance"),
    "models/assessment/crm_assessment_step.py:_step": staff("note"),
    "models/assessment/crm_assessment_step.py:_tell_dealers": staff(_DEALER),
    "models/audit/crm_audit_guard.py:_plan_todo": staff("the auditor"),
    "models/audit/crm_audit_sample_step.py:_tell_wrong_data": staff(_DEALER),
    "models/audit/crm_audit_step.py:_step": staff("note"),
    "models/audit/crm_audit_step.py:_tell_dealer": staff(_DEALER),
    "models/check/crm_satisfaction_flag_todo.py:_tell": staff("auditors"),
    "models/followup/crm_followup_call_make.py:": asked(
        ("phone",), "followup", "_follow_up, when handed out, and when the number is shown"
    ),
    "models/followup/crm_followup_call_result.py:_tell_wrong_phone": staff(_DEALER),
    "models/improvement/crm_improvement_measure_follow.py:_plan_todo": staff(_DEALER),
    "models/improvement/crm_improvement_meeting.py:_sync_event": staff("who takes part"),
    "models/improvement/crm_improvement_plan_follow.py:_after_step": staff("note"),
    "models/improvement/crm_improvement_plan_follow.py:_plan_todo": staff(_DEALER),
    "models/improvement/crm_improvement_plan_step.py:_next_round": staff("note"),
    "models/planning/crm_year_plan_status.py:_remind": staff(_DEALER),
    "models/planning/crm_year_plan_step.py:_after_step": staff(_DEALER),
    "models/rectification/crm_rectification_escalation.py:_tell": staff(_DEALER),
    "models/rectification/crm_rectification_follow.py:_after_step": staff("note"),
    "models/rectification/crm_rectification_follow.py:_mail_dealer": staff(_DEALER),
    "models/rectification/crm_rectification_follow.py:_plan": staff(_DEALER),
    "models/sampling/crm_satisfaction_sample_send.py:_ask_by_email": asked(
        ("email",), "survey", _DRAWN
    ),
    "models/sampling/crm_satisfaction_sample_send.py:_ask_by_sms": asked(
        ("sms",), "survey", _DRAWN
    ),
    "models/sampling/crm_satisfaction_sample_send.py:_give_up_waiting": staff("note"),
    "models/sampling/crm_satisfaction_sample_step.py:action_take_back": staff("note"),
    "models/training/crm_training_due.py:_tell_expiry": staff(_DEALER),
    "models/training/crm_training_participant_test.py:_mail": staff(_DEALER),
    "models/training/crm_training_participant_test.py:_plan": staff(_DEALER),
}
# Screens and jobs of the ERP that reach customers, as the surveys use them.
ERP = {
    "survey.invite by our roles": asked(
        ("email",), "survey", "wizard/survey_invite.py leaves out who said no"
    ),
}
# Templates by the beginning of their names: mail_template_<topic>…, sms_template_<topic>…
TEMPLATES = ("sample", "rectification", "training")
