"""What of this addon reaches people; see ``outgoing.py``."""

from .outgoing import asked, service, staff

OUTGOING = {
    "models/application/crm_credit_application_review.py:_announce_turn": staff("who is next"),
    "models/application/crm_credit_application_review.py:_refuse": staff("who filed it"),
    "models/application/crm_credit_application_steps.py:_log_step": staff("note"),
    "models/cleaning/crm_cleaning_list.py:_tell": staff("the dealer's list of the month"),
    "models/contact/crm_contact_due_deal.py:": asked(
        ("phone", "sms", "email", "wechat"), "advisor", "_may_be_contacted_sql, at each search"
    ),
    "models/contact/crm_contact_due.py:_hand_out": asked(
        ("phone", "sms", "email", "wechat"), "advisor", "of those just found; a later no closes it"
    ),
    "models/contact/crm_contact_log_follow.py:_plan_next_step": service(
        ("phone",), "the next step was agreed with the customer in the contact before"
    ),
    "models/credit/crm_credit_file.py:_plan_review": staff("the credit controller"),
    "models/credit/crm_credit_file_limit.py:_expire": staff("note"),
    "models/credit/crm_credit_file_over.py:_tell_overruns": staff("the credit controller"),
    "models/credit/crm_credit_guard.py:_warn": staff("note on the document"),
    "models/credit/crm_credit_guard_twin.py:_tell_of_twins": staff("the credit controller"),
    "models/credit/crm_credit_hold.py:_ask_controller": staff("the credit controller"),
    "models/credit/crm_credit_hold.py:_record": staff("note on the document"),
    "models/credit/crm_credit_hold_refuse.py:_refuse": staff("who was stopped, by a note"),
    "models/level/crm_grading_manual.py:_remind": staff("who set the level"),
    "models/network/res_partner.py:_serve_by": staff("note on the customer"),
    "models/privacy/crm_retention_rule_run.py:_forget_messages": staff("removes, sends nothing"),
    "models/prospect/crm_lead.py:_log_delivery": staff("note on the vehicle"),
    "models/prospect/crm_lead_undo.py:_take_delivery_back": staff("note"),
    "models/prospect/crm_vehicle_undo.py:_hangs_on": staff("looks, sends nothing"),
    "models/vehicle/crm_vehicle_owner.py:_leave_file_with": staff("looks, sends nothing"),
    "models/vehicle/crm_vehicle_owner.py:_serve_by": staff("note on the vehicle"),
    "models/workshop/crm_service_visit_booking.py:_leave_taken_bays": staff("note on the visit"),
}
# Screens and jobs of the ERP that reach customers, as the suite uses them.
ERP = {
    "mail.compose.message": service(
        ("email",), "a person writes; whoever wants no advertising is named above the letter"
    ),
    "sale.order, account.move": service(("email",), "quotations and invoices: the contract"),
    "mail.activity.plan of vehicles": service(
        ("phone",), "what was agreed at the delivery; staff start the plan by hand"
    ),
}
