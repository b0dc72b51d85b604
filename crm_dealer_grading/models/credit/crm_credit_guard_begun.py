from odoo import api, models
from odoo.tools import SQL


class CrmCreditGuard(models.AbstractModel):
    """The same check for orders that begin to use credit, which is what happens all day long.

    Planning the statements takes longer than running them, so there are as few as can be.
    """

    _inherit = "crm.credit.guard"

    @api.model
    def _check_begun(self, orders, tell=False):
        """``_check`` of orders that were just confirmed and used no credit before."""
        self.env["res.partner"]._credit_flush()
        company = orders.company_id._credit_company()
        if len(company) > 1:
            self._check(orders._credit_rest(), tell)
            return
        found, drafts = self._take_begun(orders, company)
        limits = self._holding(found, company)
        if len(limits) < len(found):
            # Some have none: what they ordered is no reason to add up all that they ever did.
            self._check(orders._credit_rest(), tell, limits)
            return
        partners, _companies = self._subjects(limits)
        exposures, asked = partners._credit_exposure_apart(company, orders, drafts)
        queues = self._queues(asked)
        limits = {pair: limit for pair, limit in limits.items() if pair in queues}
        self._judge(self._overdrawn(queues, limits, exposures, included=True), tell)

    @api.model
    def _take_begun(self, orders, company):
        """Hold the credit of whoever pays ``orders``, whom the seller need not know.

        :return: ``[(partner id, file id, limit)]``, and whether drafts are matched with anything
        """
        payers = SQL(
            """ARRAY(SELECT (SELECT commercial_partner_id FROM res_partner
                              WHERE id = o.partner_invoice_id)
                       FROM sale_order o WHERE o.id = ANY(%s))""",
            orders.ids,
        )
        query = self._limits_sql(payers, company)
        rows = self.env.execute_query(
            self.env["crm.credit.turn"]._taken_with_sql(query, company)
        )
        return [row[:3] for row in rows], any(row[3] for row in rows)
