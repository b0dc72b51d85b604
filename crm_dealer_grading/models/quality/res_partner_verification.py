from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.dialog import ask
from ...tools.notification import notification
from .crm_customer_verification import VERIFIER

ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    """The verification of a customer's data by the call centre (C2)."""

    _inherit = "res.partner"

    verification_ids = fields.One2many(
        "crm.customer.verification", "partner_id", string="Verifications", groups=ACCESS
    )

    def _key_field_names(self):
        """Names of the data of this customer that the call centre verifies."""
        if not self:
            return []
        kind = "B" if self.is_company else "C"
        return list(self.env["crm.customer.required.field"]._names()[kind][1])

    def _verified_value(self, name):
        """The value of a field in words, an ID number masked."""
        value, field = self[name], self._fields[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, False)
        if field.type == "date":
            return format_date(self.env, value)
        return value or False

    def action_verify(self):
        """Open the form in which the agent notes what the customer says."""
        self.ensure_one()
        self._check_may_verify()
        return ask(
            "crm.customer.verification",
            self.env._("Verify Customer Data"),
            partner_id=self.commercial_partner_id.id,
        )

    def _check_may_verify(self):
        if not self.env.user.has_group(VERIFIER):
            raise AccessError(
                self.env._(
                    "Customer data are verified by the call centre, not by those who keep them. "
                    "Ask the call centre to call the customer."
                )
            )

    def action_mark_verified(self):
        """Note that all data to verify that are filled are correct (server action of lists).

        :raise AccessError: for whoever is not of the call centre
        """
        self._check_may_verify()
        customers = self.commercial_partner_id.filtered("dealer_id")
        customers.check_access("read")
        vals_list = []
        for customer in customers:
            names = [name for name in customer._key_field_names() if customer[name]]
            lines = [Command.create({"field_name": n, "verdict": "correct"}) for n in names]
            if lines:
                vals_list.append({"partner_id": customer.id, "line_ids": lines})
        if not vals_list:
            raise UserError(
                self.env._(
                    "None of these is a dealer's customer with data to verify. Choose customers "
                    "whose files hold the data that the call centre asks for."
                )
            )
        self.env["crm.customer.verification"].create(vals_list)
        return notification(self.env._("%s customers marked verified.", len(vals_list)))


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_mark_verified(self):
        """Mark the data of these leads' customers verified."""
        return self.partner_id.action_mark_verified()


class CrmVehicle(models.Model):
    _inherit = "crm.vehicle"

    def action_mark_verified(self):
        """Mark the data of these vehicles' owners verified."""
        return self.partner_id.action_mark_verified()
