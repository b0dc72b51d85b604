from odoo import fields, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Of two open cases of merged customers the one that is further on goes on (M6)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: who may merge the customers may merge what hangs on them.
        cases = self.env["crm.winback.case"].sudo().search(
            [("partner_id", "in", (src_partners | dst_partner).ids), ("date_closed", "=", False)]
        )  # fmt: skip
        order = {"offered": 0, "called": 1}
        cases = cases.sorted(
            lambda c: (order.get(c.state, 2), c.partner_id != dst_partner, c.id)
        )
        cases[1:].write(
            {
                "state": "closed",
                "result": "merged",
                "date_closed": fields.Date.context_today(cases),
            }
        )
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
