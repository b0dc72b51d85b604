from odoo import api, fields, models, tools


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_mode = fields.Selection(
        [
            ("off", "Off: as the ERP does"),
            ("warn", "Warn"),
            ("block", "Block"),
            ("release", "Block unless released"),
        ],
        string="Credit Control",
        default="off",
        required=True,
        help="What happens when an order is confirmed, or an invoice posted, for a customer over "
        "the credit limit. A branch follows its company.",
    )
    credit_file_required = fields.Boolean(
        string="No Credit Without a File",
        help="Customers without a credit file buy nothing on credit: what is not paid in advance "
        "is held. Otherwise only a limit of the ERP holds for them.",
    )
    credit_controller_id = fields.Many2one(
        "res.users",
        string="Responsible Credit Controller",
        ondelete="set null",
        help="Gets the to-dos for held documents and reviews where a file names nobody.",
    )
    credit_validity_months = fields.Integer(
        string="Validity of a Limit (Months)",
        default=12,
        help="Proposed on an application; at the end the limit falls to the company's default.",
    )
    credit_review_days = fields.Integer(
        string="Review Before the End (Days)",
        default=30,
        help="So many days before a limit ends, its review is due.",
    )

    def _credit_company(self):
        """The company whose limits count: a branch is part of its company."""
        return self.sudo().root_id  # the mode is everybody's business, the company may be not

    def _credit_family(self):
        """Ids of the company and all its branches: together they are one creditor."""
        return self.sudo().search([("id", "child_of", self._credit_company().ids)]).ids

    @api.model
    @tools.ormcache()
    def _credit_controlled_ids(self):
        """Ids of the companies, branches included, that control credit; none costs nothing."""
        controlled = self.sudo().search([("credit_mode", "!=", "off"), ("parent_id", "=", False)])
        return frozenset(self.sudo().search([("id", "child_of", controlled.ids)]).ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if {"credit_mode", "parent_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result
