from odoo import api, models


class CrmCreditGuard(models.AbstractModel):
    """The same check for orders that begin to use credit, which is what happens all day long.

    Planning the statements takes longer than running them, so there are as few as can be.
    """

    _inherit = "crm.credit.guard"

    @api.model
    def _check_begun(self, orders, tell=False):
        """``_check`` of orders that were just confirmed and used no credit before."""
        # sudo: the limits are those of whoever pays, whom the seller may not know.
        pairs = {
            (order._credit_partner().id, order.company_id._credit_company().id)
            for order in orders.sudo()
        }
        one_company = len({company for _partner, company in pairs}) == 1
        limits = self._limits(pairs, take=True) if one_company else None
        if limits is None or limits.keys() != pairs:
            # Some have none: what they ordered is no reason to add up all that they ever did.
            self._check(orders._credit_rest(), tell, limits)
            return
        partners, companies = self._subjects(pairs)
        exposures, asked = partners._credit_exposure_apart(companies, orders)
        queues = self._queues(asked)
        limits = {pair: limit for pair, limit in limits.items() if pair in queues}
        self._judge(self._overdrawn(queues, limits, exposures, included=True), tell)
