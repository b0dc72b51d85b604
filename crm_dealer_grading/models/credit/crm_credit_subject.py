from odoo import api, fields, models


class CrmCreditSubject(models.AbstractModel):
    """Whose credit a record is about, and with whom: a customer and a company.

    Contacts count for their company, branches for theirs. Amounts are in the company's currency.
    """

    _name = "crm.credit.subject"
    _description = "Subject of Credit"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company._credit_company(),
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="set null")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._whole_vals(vals) for vals in vals_list])

    @api.model
    def _own_fields(self):
        """Names that the record's own steps write: nobody brings them along, no default either."""
        return set()

    @api.model
    def _whole_vals(self, vals):
        """``vals`` about a customer and a company whose limits count; extend for more."""
        given = {**self.default_get(["partner_id", "company_id"]), **vals}
        partner = self.env["res.partner"].browse(given.get("partner_id")).commercial_partner_id
        company = self.env["res.company"].browse(given.get("company_id")) or self.env.company
        return {
            **vals,
            **dict.fromkeys(self._own_fields(), False),
            "partner_id": partner.id,
            "company_id": company._credit_company().id,
            "dealer_id": partner.sudo().dealer_id.id,  # who may read it, not what it says
        }
