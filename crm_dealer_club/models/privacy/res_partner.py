from odoo import api, models

from odoo.addons.crm_dealer_grading.tools.privacy import Kind

_TICKET = (
    "partner_name", "partner_email", "partner_phone", "email_cc", "name", "description",
    "cause_note", "solution", "reopen_reason", "rescue_place", "rescue_plate",
    "rescue_result_note", "rescue_call_back_note", "properties", "access_token",
)  # fmt: skip


class ResPartner(models.Model):
    """What the club keeps of a person (P4)."""

    _inherit = "res.partner"

    @api.model
    def _privacy_kinds(self):
        return [
            *super()._privacy_kinds(),
            *self._privacy_kinds_club(),
            *self._privacy_kinds_points(),
            *self._privacy_kinds_care(),
            *self._privacy_kinds_ticket(),
        ]

    @api.model
    def _privacy_left_out(self):
        return super()._privacy_left_out() | {
            "crm.club.merchant": "the partner company's own contact",
        }

    @api.model
    def _privacy_kinds_club(self):
        return [
            Kind("consents", "crm.club.consent", own=True, whole=True, section="_export_consents",
                 clear=("note",)),
            Kind("membership", "crm.club.membership", own=True, section="_export_membership",
                 clear=("number",)),
            Kind(
                "cards", "crm.club.card", clear=("number", "reason"),
                names=("number", "date", "reason", "user_id"),
            ),
            Kind(
                "tier_moves", "crm.club.membership.change", clear=("reason",),
                names=("date", "kind", "from_tier_id", "to_tier_id", "to_state", "reason"),
            ),
            Kind("benefits", "crm.club.benefit", (), own=True, section="_export_benefits"),
            Kind(
                "activities", "event.registration", ("membership_id.partner_id", "partner_id"),
                own=True, section="_export_activities", emails=("email",), phones=("phone",),
                clear=("name", "email", "phone", "company_name", "registration_properties"),
            ),
            Kind(
                "activity_answers", "event.registration.answer",
                ("registration_id.partner_id",), clear=("value_text_box",),
                names=("registration_id", "question_id", "value_text_box", "value_answer_id"),
            ),
            Kind(
                "referrals", "crm.club.referral", ("recommender_id",), own=True,
                section="_export_referrals",
            ),
            Kind(
                "recommended", "crm.club.referral", ("recommended_id",), emails=("email",),
                phones=("phone_key",),
                names=("date", "source", "person_name", "phone", "email", "state", "consent"),
                clear=("person_name", "phone", "email", "phone_key", "told_name", "told_phone"),
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_points(self):
        return [
            Kind("points", "crm.club.point.entry", own=True, section="_export_points",
                 clear=("description",)),
            Kind("cards_of_points", "loyalty.card", names=("program_id", "code", "points",
                 "expiration_date"), clear=("code",)),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_care(self):
        return [
            Kind("reminders", "crm.care.reminder",
                 names=("rule_id", "due_date", "date", "channel", "state", "date_sent")),
            Kind("care_pairs", "crm.care.effect.pair", ("partner_id", "control_id")),
            Kind(
                "won_back", "crm.winback.case", clear=("note", "offer_text"),
                names=("opened_on", "state", "result", "reason_id", "note", "offer_kind",
                       "offer_text", "returned_on"),
            ),
            Kind("campaigns", "crm.campaign.subject", names=("campaign_id", "arm", "date")),
            Kind("candidates", "crm.purchase.candidate", fate="delete",
                 names=("found_on", "purchase_type", "state")),
            Kind("on_lists", "mailing.contact", (), fate="delete", emails=("email_normalized",),
                 phones=("phone_sanitized",), names=("create_date", "name", "email", "mobile")),
            Kind("mailings", "mailing.trace", (), also="_privacy_traces", emails=("email",),
                 phones=("sms_number",),
                 names=("mass_mailing_id", "email", "sms_number", "trace_status", "sent_datetime"),
                 clear=("email", "sms_number", "failure_reason", "message_id")),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_ticket(self):
        return [
            Kind("rescues", "helpdesk.ticket", (), own=True, section="_export_rescues"),
            Kind("complaints", "helpdesk.ticket", (), own=True, section="_export_complaints"),
            Kind("ticket_messages", "helpdesk.ticket", (), own=True,
                 section="_export_ticket_messages"),
            Kind(
                "tickets", "helpdesk.ticket", ("partner_id", "commercial_partner_id"),
                emails=("partner_email",), phones=("partner_phone",), clear=_TICKET,
                names=("number", "crm_kind", "date_received", "stage_id", *_TICKET[:13],
                       "call_back_result", "risk_level"),
            ),
            Kind("rescue_times", "crm.rescue.correction", ("ticket_id.partner_id",),
                 clear=("reason",), names=("ticket_id", "step", "old_time", "new_time", "reason")),
        ]  # fmt: skip

    # -- Rows that name nobody by key -----------------------------------------------------------

    def _privacy_traces(self):
        return [("model", "=", "res.partner"), ("res_id", "in", self.ids)]
