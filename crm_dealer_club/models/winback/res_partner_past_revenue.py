from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.grading.crm_grading_metric_sql import GradingContext

from .res_partner import ACCESS

METRIC = "revenue_36m"


class ResPartner(models.Model):
    """What a lost customer was worth, which the levels of the last 12 months do not tell (M6)."""

    _inherit = "res.partner"

    past_revenue = fields.Monetary(
        string="Revenue, 36 Months",
        compute="_compute_past_revenue",
        compute_sudo=True,  # who may read the customer may see what the customer is worth
        column_sql="_past_revenue_to_sql",
        currency_field="past_currency_id",
        groups=ACCESS,
        help="Orders and service of the last 36 months without tax, each amount once.",
    )
    past_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of the Revenue",
        compute="_compute_past_revenue",
        compute_sudo=True,
        column_sql="_past_revenue_to_sql",
        groups=ACCESS,
    )

    @api.depends_context("company")
    def _compute_past_revenue(self):
        currency = self.env.company.currency_id
        figures = self.commercial_partner_id._origin._past_revenues(currency)
        self.past_currency_id = currency
        for partner in self:
            partner.past_revenue = figures.get(partner.commercial_partner_id._origin.id, 0)

    def _past_revenues(self, currency):
        """``{customer id: amount}`` of those who spent anything, in one query."""
        metric = self._past_metric()
        figures = metric._figures_by_customer(self._past_context(currency, tuple(self.ids)))
        return {customer: row[METRIC] for customer, row in figures.items()}

    @api.model
    def _past_metric(self):
        """The metric, also an archived one; none if it was deleted: then nobody is worth more."""
        # sudo: a definition, no data of anybody.
        metrics = self.env["crm.grading.metric"].sudo().with_context(active_test=False)
        return metrics.search([("code", "=", METRIC)])

    @api.model
    def _past_context(self, currency, ids=None):
        """Up to the company's today, in the whole network: what was spent anywhere counts."""
        return GradingContext(
            today=self.env.company._today_here(),
            tz=self.env.company._tz_here(),
            currency=currency,
            company=self.env["res.company"],
            partner_ids=ids,
        )

    @api.model
    def _past_revenue_sql(self, customer):
        """Table for a join: what the customer in column ``customer`` spent, as ``revenue_36m``."""
        context = self._past_context(self.env.company.currency_id)
        if metric := self._past_metric():
            return metric._beside_sql(customer, context)
        return SQL("(SELECT 0 AS %s)", SQL.identifier(METRIC))

    def _past_revenue_to_sql(self, alias, name, query):
        if name == "past_currency_id":  # groups ask in which currencies their sums are
            return SQL("%s::integer", self.env.company.currency_id.id)
        past = query.make_alias(alias, "past_revenue")
        customer = self._field_to_sql(alias, "commercial_partner_id", query)
        query.add_join("LEFT JOIN", past, self._past_revenue_sql(customer), SQL("TRUE"))
        return SQL("COALESCE(%s, 0)", SQL.identifier(past, METRIC))
