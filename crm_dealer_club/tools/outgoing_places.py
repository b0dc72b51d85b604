"""What of this addon reaches people; see ``outgoing.py`` of the grading addon."""

from odoo.addons.crm_dealer_grading.tools.outgoing import asked, service, staff

_HANDLING = "the customer asked for it: what becomes of a complaint or a rescue (M7, M8)"
_CARD = "part of the membership that the customer agreed to (M1, M3)"
_GATE = "crm.care.gate, when planned and again when sent"

OUTGOING = {
    "models/activity/event_event_seats.py:_club_pay_or_wait": staff("note on the registration"),
    "models/activity/event_event_seats.py:_club_seat": staff("note on the registration"),
    "models/benefit/crm_club_merchant_expiry.py:_remind": staff("who looks after the merchant"),
    "models/campaign/crm_purchase_candidate_find.py:": asked(
        ("phone",), "advisor", "_found_sql, and again when a card is made; offers count as well"
    ),
    "models/campaign/mailing_mailing_send.py:_make_ready": staff("note on the mailing"),
    "models/campaign/mailing_trace.py:_search_of_own_dealer": staff("looks, sends nothing"),
    "models/campaign/utm_campaign.py:_compute_dealer_mailing_count": staff("counts only"),
    "models/care/crm_care_rule_find.py:": asked(
        ("phone", "sms", "email"), "purpose of the rule", _GATE
    ),
    "models/care/crm_care_reminder_send.py:_make_mails": asked(
        ("email",), "purpose of the rule", _GATE
    ),
    "models/care/crm_care_reminder_send.py:_make_sms": asked(
        ("sms",), "purpose of the rule", _GATE
    ),
    "models/care/crm_care_reminder_send.py:_make_todos": asked(
        ("phone",), "purpose of the rule", _GATE
    ),
    "models/complaint/helpdesk_ticket_call_back.py:_note_early_call": staff("note"),
    "models/complaint/helpdesk_ticket_call_back.py:action_complaint_called": staff("note"),
    "models/complaint/helpdesk_ticket_step.py:_complaint_again": staff("note"),
    "models/points/crm_club_membership.py:_move_points": staff("note on the membership"),
    "models/points/loyalty_card_steps.py:_send_expiry_notice": service(("email",), _CARD),
    "models/portal/crm_service_visit.py:_cancel_online": staff("note on the visit"),
    "models/portal/helpdesk_ticket.py:_member_messages": staff("looks, sends nothing"),
    "models/portal/helpdesk_ticket.py:_member_says": staff("what the member wrote"),
    "models/portal/helpdesk_ticket.py:_member_wrote": staff("who handles it"),
    "models/portal/helpdesk_ticket_rescue_again.py:_rescue_called_again": staff(
        "note and to-do for who sends help"
    ),
    "models/referral/crm_club_referral_portal.py:_tell_dealer": service(
        ("phone",), "the recommended person agreed to be called, which the referral keeps"
    ),
    "models/referral/crm_club_referral_reward.py:_reward": staff("note on the referral"),
    "models/rescue/helpdesk_ticket_rescue_unneeded.py:_rescue_ask_about_order": staff("to-do"),
    "models/rescue/helpdesk_ticket_rescue_unneeded.py:_rescue_drop_order": staff("note"),
    "models/ticket/helpdesk_ticket_clock.py:action_answered": staff("note"),
    "models/ticket/helpdesk_ticket_escalate.py:_notify_escalation": staff("next level"),
    "models/ticket/helpdesk_ticket_escalate.py:_plan_escalation": staff("next level"),
    "models/ticket/helpdesk_ticket_notice.py:_mail_text": service(("email",), _HANDLING),
    "models/ticket/helpdesk_ticket_notice.py:_plan_call": service(("phone",), _HANDLING),
    "models/ticket/helpdesk_ticket_notice.py:_send_sms": service(("sms",), _HANDLING),
    "models/ticket/helpdesk_ticket_notice.py:_tell": service(("email",), _HANDLING),
    "models/tier/crm_club_membership_notice.py:_mail_notices": service(("email",), _CARD),
    "models/tier/crm_club_membership_notice.py:_plan_notices": staff("who looks after the member"),
    "models/winback/crm_winback_case_open.py:": asked(
        ("phone",), "advisor", "_keep_in_touch_sql; offers count as well"
    ),
}
# Screens and jobs of the ERP that reach customers, as the club uses them.
ERP = {
    "mailing.mailing of a customer campaign": asked(
        ("email", "sms"), "offer", "crm.care.gate, when made ready and in both composers"
    ),
    "other mailing.mailing by our roles": asked(
        ("email", "sms"), "offer", "left out in both composers, see models/consent"
    ),
    "sms.composer": service(
        ("sms",), "a person writes; whoever wants no advertising is named above the text"
    ),
    "event.mail": service(("email",), "the activity that the member registered for (M4)"),
    "rating of tickets": asked(
        ("email",), "survey", "models/consent/helpdesk_ticket.py leaves out who said no"
    ),
    "portal.wizard, signup": service(("email",), "the access that the customer asked for"),
}
_TEMPLATE = {
    "care": "crm.care.reminder asks the purpose of the rule",
    "tier": _CARD,
    "points": _CARD,
    "complaint": _HANDLING,
}
# Templates by the beginning of their names: mail_template_<topic>…, sms_template_<topic>…
TEMPLATES = tuple(_TEMPLATE)
