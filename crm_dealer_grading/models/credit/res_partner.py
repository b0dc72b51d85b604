from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_credit_file import _STEP

# The call centre and others have nothing to do with credit.
ACCESS = (
    "crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_credit_controller,"
    "crm_dealer_grading.group_oem_auditor"
)
CONTROLLER = "crm_dealer_grading.group_credit_controller"
# What says whose credit it is, and how much.
_WATCHED = {"credit_limit", "parent_id", "is_company", "commercial_partner_id"}


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
        limits = self.env["crm.credit.file"].union(*files.values())._limits_today()
        for partner in self:
            customer = partner.commercial_partner_id
            file = files.get(customer, self.env["crm.credit.file"])
            partner.credit_file_id = file
            partner.credit_class_id = file.class_id
            partner.credit_valid_until = file.valid_until
            partner.credit_granted = limits.get(file, 0)
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

    @api.model_create_multi
    def create(self, vals_list):
        """Under credit control nobody brings a limit along (K3)."""
        partners = super().create(vals_list)
        if self.env.company.id in self.env["res.company"]._credit_controlled_ids():
            # Looked at afterwards: the context and the user's own defaults bring values too.
            default = self.env["crm.credit.file"]._default_limit(self.env.company)
            own = partners.sudo().filtered(lambda partner: partner.commercial_partner_id == partner)
            if any(partner.credit_limit != default for partner in own):
                raise UserError(self._credit_limit_refusal())
        return partners

    def write(self, vals):
        """Under credit control a limit comes from a credit file alone, and stays there (K3)."""
        if self.env.context.get("credit_file_step") is _STEP or not _WATCHED & vals.keys():
            return super().write(vals)
        company = self.env.company._credit_company()
        changed = self._credit_limit_changed(vals)
        if changed and company.credit_mode != "off":
            raise UserError(self._credit_limit_refusal())
        controlled = self.env["res.company"]._credit_controlled_ids()
        before = {partner: partner.commercial_partner_id for partner in self} if controlled else {}
        result = super().write(vals)
        changed._credit_follow_erp(company)
        moved = self.filtered(lambda p: p in before and p.commercial_partner_id != before[p])
        if moved:
            moved._credit_moved(before, controlled)
        return result

    def _credit_limit_changed(self, vals):
        """Customers whose limit ``vals`` would change.

        Contacts are told their company's limit by the ERP; it counts on the company alone. The
        ERP's form writes the limit that it has read, also of a new customer.
        """
        if "credit_limit" not in vals:
            return self.browse()
        return self.filtered(
            lambda partner: partner.commercial_partner_id == partner
            and partner.sudo().credit_limit != vals["credit_limit"]
        )

    @api.model
    def _credit_limit_refusal(self):
        return self.env._(
            "Under credit control a limit is not written by hand: file a credit application, or "
            "lower it in the credit file."
        )

    def _credit_moved(self, before, controlled):
        """What a customer owes does not move to another one's account by a stroke of the pen.

        A contact that becomes a customer of its own starts with the default limit.
        """
        self._check_credit_stays(before)
        own = self.filtered(lambda p: p.commercial_partner_id == p).sudo()
        for company in self.env["res.company"].sudo().browse(controlled):
            default = self.env["crm.credit.file"]._default_limit(company)
            step = own.with_company(company).with_context(credit_file_step=_STEP)
            step.write({"credit_limit": default})

    def _check_credit_stays(self, before):
        """:raise UserError: one of ``self`` has a credit file, or uses credit"""
        if self.env.user.has_group(CONTROLLER):
            return
        # sudo: whether there is credit, not what it says.
        files = self.env["crm.credit.file"].sudo().with_context(active_test=False)
        for partner in self:
            documents = partner.sudo()._credit_own_documents()
            had_file = files.search_count([("partner_id", "=", partner.id)], limit=1)
            if documents or (had_file and before[partner] == partner):
                raise UserError(
                    self.env._(
                        "%(customer)s has a credit file or open credit, which would move to "
                        "another account. Ask a credit controller.",
                        customer=partner.name,
                    )
                )

    def _credit_own_documents(self):
        """Whether orders or receivables of this very contact use credit."""
        self.ensure_one()
        orders = self.env["sale.order"].search(
            [("partner_invoice_id", "child_of", self.id), ("state", "=", "sale")]
        )
        receivable = self.env["account.move.line"].search_count(
            [
                ("partner_id", "child_of", self.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            limit=1,
        )
        rests = orders._credit_rest().values()
        return bool(receivable) or any(amount > 0 for rest in rests for amount in rest.values())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_credit_history(self):
        """Histories of limits are kept (K3)."""
        # sudo: whether there is one, not what it says.
        changes = self.env["crm.credit.limit.change"].sudo()
        if changes.search_count([("partner_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("A customer with a credit history is kept. Archive the customer.")
            )

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
