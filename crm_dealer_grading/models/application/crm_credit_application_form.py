from odoo import api, fields, models

# Field of the form: field of the customer that it is filled from and written back to.
_CUSTOMER = {
    "established_on": "founding_date",
    "registration_authority": "registration_authority",
    "registered_capital": "registered_capital",
    "business_scope": "business_scope",
    "registration_number": "company_registry",
    "company_form": "legal_form",
    "main_business": "line_of_business",
    "office_phone": "phone",
    "website": "website",
}
# What the customer's file has no place for comes from the last application that was filed.
_LAST = {
    "registered_on", "organisation_code", "legal_person", "operating_term", "city_tier_id", "fax",
    "annual_turnover", "channel_kind_id",
}  # fmt: skip


class CrmCreditApplication(models.Model):
    """The form's fields in the source's order, filled from the customer and back (K2)."""

    _inherit = "crm.credit.application"

    partner_name = fields.Char(string="Customer Name")
    established_on = fields.Date(string="Date of Establishment")
    registered_on = fields.Date(string="Date of Registration")
    registration_number = fields.Char()
    registration_authority = fields.Char()
    organisation_code = fields.Char(
        help="Organisation code, today part of the unified social credit code."
    )
    legal_person = fields.Char(string="Legal Representative")
    registered_capital = fields.Monetary()
    company_form = fields.Char(string="Type of Company")
    business_scope = fields.Text(string="Scope of Business")
    operating_term = fields.Char(help="From when until when the licence lets the company operate.")
    city = fields.Char(string="City of Business")
    city_tier_id = fields.Many2one(
        "crm.credit.choice", domain="[('kind', '=', 'city')]", ondelete="restrict"
    )
    office_address = fields.Char()
    office_phone = fields.Char()
    fax = fields.Char()
    website = fields.Char()
    contact_name = fields.Char(string="Main Contact")
    contact_function = fields.Char(string="Job Position")
    contact_mobile = fields.Char(string="Mobile")
    contact_email = fields.Char(string="E-Mail")
    main_business = fields.Char()
    annual_turnover = fields.Float(
        string="Annual Turnover (×10,000)",
        digits=(16, 2),
        help="Turnover a year, in ten thousands of the company's currency.",
    )
    channel_kind_id = fields.Many2one(
        "crm.credit.choice",
        string="Channel",
        domain="[('kind', '=', 'channel')]",
        ondelete="restrict",
    )
    channel_class_id = fields.Many2one(
        "crm.grading.level",
        domain="[('scheme_id.code', '=', 'channel')]",
        ondelete="restrict",
        help="The customer's class as a sales channel (G8); it decides which papers are required.",
    )
    note = fields.Text(string="Remarks")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Fill the form in; creating by other ways does the same."""
        self.update(self._form_of_customer(self.partner_id._origin))

    @api.model
    def _form_of_customer(self, partner):
        """``{field of the form: value}`` as the customer's file and its last form have it.

        In the user's name: a form that is never saved tells nothing of foreign customers either.
        """
        partner = partner.commercial_partner_id
        if not partner:
            return {}
        partner.check_access("read")
        contact = partner._credit_contact()
        last = self.search([("partner_id", "=", partner.id), ("state", "=", "filed")], limit=1)
        vals = {
            name: last[name].id if last._fields[name].relational else last[name] for name in _LAST
        }
        vals.update({name: partner[field] for name, field in _CUSTOMER.items()})
        # sudo: the customer is in sight, and so is its class.
        level = partner.sudo().grading_result_ids.filtered(
            lambda result: result.scheme_id.code == "channel"
        ).level_id
        return {
            **vals,
            "partner_name": partner.name,
            "organisation_code": partner.vat or vals["organisation_code"],
            "legal_person": partner.responsible_id.name or vals["legal_person"],
            "city": partner.city or last.city,
            "office_address": ", ".join(filter(None, (partner.street, partner.street2))),
            "contact_name": contact.name,
            "contact_function": contact.function,
            "contact_mobile": contact.phone,
            "contact_email": contact.email or partner.email,
            "channel_class_id": level.id or last.channel_class_id.id,
        }

    # ---------------------------------------------------------------- back to the customer

    def _write_back(self):
        """What was confirmed goes into the customer's file (step 4 of the source)."""
        self.ensure_one()
        # sudo: finance confirms, and has no right on customers; empty boxes overwrite nothing.
        application = self.sudo()
        partner = application.partner_id
        vals = {
            field: application[name]
            for name, field in _CUSTOMER.items()
            if application[name] and application[name] != partner[field]
        }
        if application.legal_person and partner.is_company:
            person = partner._credit_contact_named(application.legal_person)
            if partner.responsible_id != person:
                vals["responsible_id"] = person.id
        if application.city and not partner.city:
            vals["city"] = application.city
        if vals:
            partner.write(vals)
        self._write_back_contact(partner)

    def _write_back_contact(self, partner):
        application = self.sudo()
        if not (application.contact_name and partner.is_company):
            return
        contact = partner._credit_contact_named(application.contact_name)
        given = {
            "function": application.contact_function,
            "phone": application.contact_mobile,
            "email": application.contact_email,
        }
        vals = {name: value for name, value in given.items() if value and value != contact[name]}
        if vals:
            contact.write(vals)

