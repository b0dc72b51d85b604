from odoo import api, fields, models
from odoo.tools import SQL, ormcache

# What may be required: fields of the customer and how the database sees that one is filled.
# ``p`` is the customer. Texts count when they hold more than spaces.
_TEXTS = (
    "name", "phone", "email", "street", "city", "zip", "function", "employer", "education",
    "native_place", "family", "interests", "personality", "website", "vat", "legal_form",
    "line_of_business", "gender", "need_state", "company_size",
)  # fmt: skip
_LINKS = (
    "state_id", "country_id", "user_id", "acquisition_channel_id", "responsible_id",
    "birthdate_date", "founding_date",
)  # fmt: skip
_SPECIAL = {
    "id_number": SQL("p.id_number_hash IS NOT NULL"),
    "vehicle_ids": SQL(
        "EXISTS (SELECT FROM crm_vehicle v WHERE v.commercial_partner_id = p.id AND v.active)"
    ),
}
CHECKABLE = (*_TEXTS, *_LINKS, *_SPECIAL)


class CrmCustomerRequiredField(models.Model):
    """What the file of a customer must hold, by customer type; edited by managers (C2)."""

    _name = "crm.customer.required.field"
    _description = "Required Field of a Customer File"
    _order = "customer_type desc, sequence, id"
    _rec_name = "field_name"

    customer_type = fields.Selection(
        [("B", "B: Company"), ("C", "C: Person")], required=True, default="C"
    )
    field_name = fields.Selection(
        selection="_selection_field_name", string="Required Data", required=True
    )
    is_key = fields.Boolean(
        string="Verified by Call Centre",
        help="The call centre asks the customer whether it is right. A customer is effective "
        "when all required data are there and all of these are verified correct.",
    )
    sequence = fields.Integer(default=10)

    _field_uniq = models.Constraint(
        "UNIQUE(customer_type, field_name)", "The list has this field already."
    )

    @api.model
    def _selection_field_name(self):
        partners = self.env["res.partner"]
        return [
            (name, partners._fields[name]._description_string(self.env))
            for name in CHECKABLE
            if name in partners._fields
        ]

    @api.model
    @ormcache()
    def _names(self):
        """Return ``{customer type: (all names, key names)}``; it changes hardly ever."""
        required = {}
        for kind in ("B", "C"):
            lines = self.sudo().search([("customer_type", "=", kind)])
            keys = lines.filtered("is_key")
            required[kind] = (tuple(lines.mapped("field_name")), tuple(keys.mapped("field_name")))
        return required

    @api.model
    def _filled_sql(self, name):
        """Return the SQL that says whether the field of the customer ``p`` is filled."""
        if name in _SPECIAL:
            return _SPECIAL[name]
        column = SQL.identifier("p", name)
        if name in _LINKS:
            return SQL("%s IS NOT NULL", column)
        return SQL("COALESCE(TRIM(%s), '') <> ''", column)

    # -- A changed list changes every customer's completeness ---------------------------------

    def _rebuild(self):
        self.env.registry.clear_cache()
        job = self.env.ref("crm_dealer_grading.ir_cron_customer_quality", raise_if_not_found=False)
        if job:
            # sudo: who may edit the list may have it applied.
            job.sudo()._trigger()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self._rebuild()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self._rebuild()
        return result

    def unlink(self):
        result = super().unlink()
        self._rebuild()
        return result
