from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_credit_file import _STEP

ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    """The customer's credit at the current company, for whoever may see the customer (K3)."""

    _inherit = "res.partner"

    credit_file_ids = fields.One2many(
        "crm.credit.file", "partner_id", string="Credit Files", groups=ACCESS
    )
    buys_on_credit = fields.Boolean(
        compute="_compute_buys_on_credit",
        search="_search_buys_on_credit",
        compute_sudo=True,
        groups=ACCESS,
        help="Owes something, or has confirmed orders that are not invoiced.",
    )
    credit_file_id = fields.Many2one(
        "crm.credit.file", compute="_compute_credit_file", compute_sudo=True, groups=ACCESS
    )
    credit_class_id = fields.Many2one(
        "crm.credit.class", compute="_compute_credit_file", compute_sudo=True, groups=ACCESS
    )
    credit_valid_until = fields.Date(
        compute="_compute_credit_file", compute_sudo=True, groups=ACCESS
    )
    credit_granted = fields.Monetary(
        string="Limit", compute="_compute_credit_file", compute_sudo=True, groups=ACCESS
    )
    credit_used = fields.Monetary(
        string="Used",
        compute="_compute_credit_file",
        compute_sudo=True,
        groups=ACCESS,
        help="Receivables and confirmed orders that are not invoiced.",
    )
    credit_free = fields.Monetary(
        string="Available", compute="_compute_credit_file", compute_sudo=True, groups=ACCESS
    )

    @api.depends_context("company")
    @api.depends("commercial_partner_id")
    def _compute_credit_file(self):
        """Collect files and exposures of all customers, two queries in all."""
        company = self.env.company._credit_company()
        customers = self.commercial_partner_id
        files = self.env["crm.credit.file"]._of(customers, company)
        exposures = customers._credit_exposure(company)
        for partner in self:
            customer = partner.commercial_partner_id
            file = files.get(customer, self.env["crm.credit.file"])
            partner.credit_file_id = file
            partner.credit_class_id = file.class_id
            partner.credit_valid_until = file.valid_until
            partner.credit_granted = file._limit_today() if file else 0
            partner.credit_used = sum(exposures.get((customer._origin.id, company.id), (0, 0)))
            partner.credit_free = partner.credit_granted - partner.credit_used

    @api.depends_context("company")
    def _compute_buys_on_credit(self):
        company = self.env.company._credit_company()
        exposures = self.commercial_partner_id._credit_exposure(company)
        for partner in self:
            pair = partner.commercial_partner_id.id, company.id
            partner.buys_on_credit = sum(exposures.get(pair, (0, 0))) > 0

    def _search_buys_on_credit(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        query = SQL(
            "(SELECT partner_id FROM (%s) exposure"
            " WHERE company_id = %s AND receivable + uninvoiced > 0)",
            self._credit_exposure_sql(SQL("TRUE")),
            self.env.company._credit_company().id,
        )
        self._credit_flush()
        return Domain("id", "in", query)

    def action_open_credit_file(self):
        """Open the credit files of the chosen customers, made where missing (P2)."""
        files = self.env["crm.credit.file"]._open(self, self.env.company)
        name = self.env._("Credit Files")
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.credit.file",
            "view_mode": "list,form",
            "domain": [("id", "in", files.ids)],
        }
        if len(files) == 1:
            action.update(view_mode="form", res_id=files.id)
        return action

    def write(self, vals):
        """Under credit control a limit comes from a credit file alone (K3)."""
        if "credit_limit" not in vals:
            return super().write(vals)
        if self.env.context.get("credit_file_step") is _STEP:
            return super().write(vals)
        company = self.env.company._credit_company()
        # Contacts are told their company's limit by the ERP; it counts on the company alone.
        # The ERP's form writes the limit that it has read, also of a new customer.
        customers = self.filtered(
            lambda partner: partner.commercial_partner_id == partner
            and partner.sudo().credit_limit != vals["credit_limit"]
        )
        if customers and company.credit_mode != "off":
            raise UserError(
                self.env._(
                    "Under credit control a limit is not written by hand: file a credit "
                    "application, or lower it in the credit file."
                )
            )
        result = super().write(vals)
        customers._credit_follow_erp(company)
        return result

    def _credit_follow_erp(self, company):
        """Accounting changed limits while control was off: files and history say so."""
        # sudo: the right to the limit replaces that to the file.
        files = self.env["crm.credit.file"].sudo()._of(self, company)
        for partner, file in files.items():
            limit = partner.sudo().with_company(company).credit_limit
            if file.limit != limit:
                file._change_limit(limit, "erp", self.env._("Set on the contact."))

    @api.model
    def _following_dealer(self):
        return (
            *super()._following_dealer(),
            "crm.credit.file",
            "crm.credit.limit.change",
            "crm.credit.release",
        )
