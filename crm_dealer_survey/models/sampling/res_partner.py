from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Questions that went out count as contacts before the log tells of them (S2, G12)."""

    _inherit = "res.partner"

    @api.model
    def _contacts_apart_sql(self, customer, start, end):
        self.env["crm.satisfaction.sample.line"].flush_model()
        return SQL(
            """(%s + (SELECT count(*) FROM crm_satisfaction_sample_line w
                       WHERE w.commercial_partner_id = %s AND w.state = 'sent'
                         AND w.channel IN ('sms', 'email')
                         AND w.sent_at >= %s AND w.sent_at < %s))""",
            super()._contacts_apart_sql(customer, start, end),
            customer,
            start,
            end,
        )
