from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_FIGURES = {"receivable", "uninvoiced", "used", "free"}


class CrmCreditFile(models.Model):
    """What of a limit is used today (K3); never stored, and yet searched and sorted by SQL."""

    _inherit = "crm.credit.file"

    receivable = fields.Monetary(
        compute="_compute_use", compute_sudo=True, help="Posted invoices that are not paid."
    )
    uninvoiced = fields.Monetary(
        string="Ordered",
        compute="_compute_use",
        compute_sudo=True,
        help="Confirmed orders, as far as they are not invoiced or paid in advance.",
    )
    used = fields.Monetary(compute="_compute_use", compute_sudo=True)
    free = fields.Monetary(
        string="Available",
        compute="_compute_use",
        compute_sudo=True,
        help="What the customer may still buy on credit.",
    )
    over_limit = fields.Boolean(
        compute="_compute_use", compute_sudo=True, search="_search_over_limit"
    )
    state = fields.Selection(
        [
            ("none", "No Limit Given"),
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
        search="_search_state",
        help="Expiring: the review is due.",
    )

    @api.depends("limit", "valid_until")
    def _compute_use(self):
        """Exposures of all files at once: constant queries for any number."""
        exposures = self.partner_id._credit_exposure(self.company_id)
        limits = self._limits_today()
        for file in self:
            pair = file.partner_id.id, file.company_id.id
            file.receivable, file.uninvoiced = exposures.get(pair, (0, 0))
            file.used = file.receivable + file.uninvoiced
            file.free = limits[file] - file.used
            file.over_limit = file.currency_id.compare_amounts(file.free, 0) < 0

    @api.depends("limit", "valid_until", "company_id")
    def _compute_state(self):
        for file in self:
            today = file._today()
            if not file.valid_until:
                file.state = "valid" if file.limit else "none"
            elif file.valid_until < today:
                file.state = "expired"
            elif file.valid_until - timedelta(days=file.company_id.credit_review_days) <= today:
                file.state = "expiring"
            else:
                file.state = "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id) & self._state_domain(state, company)
            for company in self._credit_companies()
            for state in value
            if state
        )

    @api.model
    def _state_domain(self, state, company):
        today = company._today_here()
        ends = Domain("valid_until", "!=", False)
        if state == "none":
            return ~ends & Domain("limit", "=", 0)
        if state == "expired":
            return ends & Domain("valid_until", "<", today)
        expiring = Domain("valid_until", "<=", today + timedelta(days=company.credit_review_days))
        current = ends & Domain("valid_until", ">=", today)
        if state == "expiring":
            return current & expiring
        return (~ends & Domain("limit", ">", 0)) | (current & ~expiring)

    def _search_over_limit(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        query = SQL(
            """(SELECT f.id FROM crm_credit_file f
                  JOIN (%(use)s) exposure ON exposure.partner_id = f.partner_id
                       AND exposure.company_id = f.company_id
                 WHERE round((exposure.receivable + exposure.uninvoiced - %(limit)s)::numeric, 2)
                       > 0)""",
            use=self._use_sql(),
            limit=self._limit_today_sql("f"),
        )
        self.env["res.partner"]._credit_flush()
        return Domain("id", "in", query)

    @api.model
    def _use_sql(self):
        """``partner_id, company_id, receivable, uninvoiced`` of all customers with a file."""
        partners = SQL("p.commercial_partner_id IN (SELECT partner_id FROM crm_credit_file)")
        return self.env["res.partner"]._credit_exposure_sql(partners)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in _FIGURES or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self.env["res.partner"]._credit_flush()
        use = query.make_alias(alias, "use")
        query.add_join(
            "LEFT JOIN",
            use,
            SQL("(%s)", self._use_sql()),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(use, "partner_id"),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(use, "company_id"),
                SQL.identifier(alias, "company_id"),
            ),
        )
        receivable = SQL("COALESCE(%s, 0)", SQL.identifier(use, "receivable"))
        uninvoiced = SQL("COALESCE(%s, 0)", SQL.identifier(use, "uninvoiced"))
        return {
            "receivable": receivable,
            "uninvoiced": uninvoiced,
            "used": SQL("(%s + %s)", receivable, uninvoiced),
            "free": SQL("(%s - %s - %s)", self._limit_today_sql(alias), receivable, uninvoiced),
        }[field_expr]

    # -- Every figure opens what it is made of ---------------------------------------------

    def action_open_receivables(self):
        """The open items behind the receivable."""
        name = self.env._("Receivables")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.credit.receivable",
            "view_mode": "list,pivot",
            "domain": [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
        }

    def action_open_orders(self):
        """The confirmed orders that are not invoiced in full."""
        orders = self.env["sale.order"].search(
            Domain("partner_invoice_id.commercial_partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id._credit_family())
            & Domain("state", "=", "sale")
        )
        rest = orders._credit_rest()
        name = self.env._("Confirmed, Not Invoiced")
        # Below zero where an invoiced order's card payment is still to be booked.
        open_orders = [order.id for order, rests in rest.items() if any(rests.values())]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("id", "in", open_orders)],
            "context": {"create": False},
        }
