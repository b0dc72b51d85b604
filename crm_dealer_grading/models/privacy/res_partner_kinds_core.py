from odoo import api, models

from ...tools.privacy import Kind

_BY_LAW = "_privacy_why_books"
_OF_PARTNER = "_privacy_of_partner"


class ResPartner(models.Model):
    """What the ERP itself keeps of a person (P4)."""

    _inherit = "res.partner"

    @api.model
    def _privacy_kinds(self):
        return [
            *super()._privacy_kinds(),
            *self._privacy_kinds_person(),
            *self._privacy_kinds_talk(),
            *self._privacy_kinds_books(),
            *self._privacy_kinds_money(),
        ]

    @api.model
    def _privacy_kinds_person(self):
        return [
            Kind("person", "res.partner", ("id",), own=True, whole=True, section="_export_person"),
            Kind("further", "res.partner", ("id",), section="_export_further"),
            Kind("users", "res.users", clear=("login", "signature"),
                 names=("login", "lang", "login_date", "active")),
            Kind(
                "bank", "res.partner.bank", names=("acc_number", "acc_holder_name", "bank_id"),
                clear=("acc_number", "sanitized_acc_number", "acc_holder_name", "note"),
            ),
            Kind(
                "leads", "crm.lead", emails=("email_normalized",), phones=("phone_sanitized",),
                clear=(
                    "name", "phone", "phone_sanitized", "email_from", "email_normalized",
                    "email_domain_criterion", "email_cc", "contact_name", "partner_name",
                    "function",
                    "website", "street", "street2", "zip", "city", "description", "referred",
                    "concerns", "competitor_model", "lead_properties", "reveal_id",
                ), names=(
                    "create_date", "name", "type", "stage_id", "contact_name", "phone",
                    "email_from", "expected_revenue", "description", "concerns", "delivered_on",
                ),
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_talk(self):
        return [
            Kind(
                "appointments", "calendar.event", ("partner_ids",), fate="share",
                names=("name", "start", "stop", "location"), clear=("description", "location"),
            ),
            Kind("attendances", "calendar.attendee", fate="delete"),
            Kind(
                "todos", "mail.activity", (), also=_OF_PARTNER, fate="delete",
                names=("activity_type_id", "summary", "date_deadline", "note"),
            ),
            Kind(
                "messages", "mail.message", ("author_id",), also="_privacy_messages",
                fate="delete", section="_export_messages",
            ),
            Kind("ratings", "rating.rating", names=("create_date", "rating", "feedback"), clear=(
                "feedback", "publisher_comment", "res_name", "parent_res_name",
            )),
            Kind(
                "texts", "sms.sms", fate="delete", phones=("number",),
                names=("create_date", "number", "body"),
            ),
            Kind("mails", "mail.mail", (), fate="delete", emails=("email_to", "email_cc")),
            Kind(
                "told_of", "mail.notification", (), emails=("mail_email_address",),
                phones=("sms_number",), clear=("mail_email_address", "sms_number"),
            ),
            Kind("guests", "mail.guest", (), emails=("email",), clear=("name", "email")),
            Kind("letters", "snailmail.letter", fate="delete", names=("create_date", "state")),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_books(self):
        own = {"fate": "keep", "why": _BY_LAW, "own": True}
        return [
            Kind(
                "orders", "sale.order",
                ("partner_id", "partner_invoice_id", "partner_shipping_id"),
                names=("name", "date_order", "state", "amount_total", "dealer_id"),
                clear=("signed_by", "note", "client_order_ref", "access_token"), **own,
            ),
            Kind(
                "order_lines", "sale.order.line",
                ("order_id.partner_id", "order_id.partner_invoice_id",
                 "order_id.partner_shipping_id"),
                names=("order_id", "name", "product_uom_qty", "price_unit", "price_subtotal"),
                **own,
            ),
            Kind(
                "invoices", "account.move",
                ("partner_id", "commercial_partner_id", "partner_shipping_id"),
                names=("name", "move_type", "invoice_date", "state", "amount_total",
                       "payment_state"),
                clear=("narration", "invoice_partner_display_name", "invoice_source_email",
                       "access_token", "sending_data"), **own,
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_money(self):
        books = {"fate": "keep", "why": _BY_LAW}
        return [
            Kind("invoice_lines", "account.move.line", ("partner_id", "move_id.partner_id"),
                 **books),
            Kind(
                "payments", "account.payment", names=("name", "date", "amount", "state", "memo"),
                **books,
            ),
            Kind(
                "statements", "account.bank.statement.line", **books,
                clear=("partner_name", "account_number"),
            ),
            Kind(
                "transactions", "payment.transaction", names=("reference", "amount", "state"),
                clear=("partner_name", "partner_email", "partner_address", "partner_zip",
                       "partner_city", "partner_phone"), **books,
            ),
            Kind("tokens", "payment.token", clear=("payment_details", "provider_ref")),
        ]  # fmt: skip

    # -- Rows that name nobody by key -----------------------------------------------------------

    def _privacy_of_partner(self):
        return [("res_model", "=", "res.partner"), ("res_id", "in", self.ids)]

    def _privacy_messages(self):
        return [("model", "=", "res.partner"), ("res_id", "in", self.ids)]

    @api.model
    def _privacy_why_books(self):
        return self.env._(
            "Orders and booked documents stay for the time that accounting law asks for; names, "
            "addresses and remarks are taken off them."
        )
