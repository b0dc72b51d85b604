from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

# A customer is a commercial entity: a company, or a person without one.
CUSTOMERS = ["|", ("is_company", "=", True), ("parent_id", "=", False)]


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _description = "Dealer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, copy=False, tracking=True, help="Unique in the whole network."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact Card",
        index="btree_not_null",
        ondelete="restrict",
        help="The contact that holds the dealer's own address, phone and e-mail.",
    )
    region_id = fields.Many2one("crm.dealer.region", index=True, ondelete="restrict", tracking=True)
    dealer_type = fields.Selection(
        [("sales", "Sales"), ("service", "Service"), ("both", "Sales and Service")],
        string="Type",
        required=True,
        default="both",
    )
    brand_ids = fields.Many2many("fleet.vehicle.model.brand", string="Brands")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Set it when the dealer is a company of its own; "
        "leave it empty for a dealer that every company works with.",
    )
    manager_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        tracking=True,
        domain=[("share", "=", False)],
        help="The manager counts as staff of the dealer.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_dealer_user_rel",
        "dealer_id",
        "user_id",
        string="Staff",
        domain=[("share", "=", False)],
        help="Users with a dealer role see the customers of the dealers they are staff of, "
        "and no other dealer's.",
    )
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="The staff of an archived dealer do not see its customers any more.",
    )
    customer_count = fields.Integer(
        string="Customers", compute="_compute_counts", help="Customers whose home dealer it is."
    )
    lead_count = fields.Integer(
        string="Leads", compute="_compute_counts", help="Leads and opportunities that are open."
    )
    order_count = fields.Integer(
        string="Orders", compute="_compute_counts", help="Confirmed sales orders."
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another dealer has this code already.")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        for field, (model, domain) in self._counted().items():
            counts = {}
            if self.env[model].has_access("read"):
                domain = [("dealer_id", "in", self.ids), *domain]
                groups = self.env[model]._read_group(domain, ["dealer_id"], ["__count"])
                counts = {dealer.id: count for dealer, count in groups}
            for dealer in self:
                dealer[field] = counts.get(dealer._origin.id, 0)

    @api.model
    def _counted(self):
        """What the smart buttons count: ``{field: (model, domain)}``; override to add."""
        return {
            "customer_count": ("res.partner", CUSTOMERS),
            "lead_count": ("crm.lead", [("won_status", "=", "pending")]),
            "order_count": ("sale.order", [("state", "=", "sale")]),
        }

    @api.model_create_multi
    def create(self, vals_list):
        dealers = super().create(vals_list)
        dealers._add_managers_to_staff()
        if dealers.user_ids:
            self._clear_scope_cache()
        return dealers

    def write(self, vals):
        result = super().write(vals)
        if "manager_id" in vals or "user_ids" in vals:
            self._add_managers_to_staff()
        if {"user_ids", "manager_id", "active"} & vals.keys():
            self._clear_scope_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_scope_cache()
        return result

    def _add_managers_to_staff(self):
        for dealer in self.filtered(lambda d: d.manager_id - d.user_ids):
            dealer.user_ids = [Command.link(dealer.manager_id.id)]

    def _is_elsewhere(self, company):
        """Whether the dealer is a company of its own, and another one than ``company``."""
        return bool(self.company_id and company and self.company_id != company)

    def _check_in_company(self, company):
        """:raise ValidationError: the dealer is another company than that of its document"""
        if self._is_elsewhere(company):
            raise ValidationError(
                self.env._(
                    "%(dealer)s belongs to %(company)s: choose that company.",
                    dealer=self.name,
                    company=self.company_id.name,
                )
            )

    @api.model
    def _clear_scope_cache(self):
        """Forget the evaluated record rules: a changed right holds at once, everywhere."""
        self.env["res.users"].invalidate_model(["dealer_ids"])
        self.env.registry.clear_cache()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for dealer, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = self.env._("%s (copy)", dealer.code)
        return vals_list

    def _open(self, xmlid, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("dealer_id", "=", self.id), *domain]
        action["context"] = {"default_dealer_id": self.id}
        return action

    def action_open_customers(self):
        """Open the customers whose home dealer this is."""
        return self._open("contacts.action_contacts", CUSTOMERS)

    def action_open_leads(self):
        """Open the dealer's open leads and opportunities."""
        return self._open("crm.crm_lead_opportunities", self._counted()["lead_count"][1])

    def action_open_orders(self):
        """Open the dealer's confirmed orders."""
        return self._open("sale.action_orders", self._counted()["order_count"][1])
