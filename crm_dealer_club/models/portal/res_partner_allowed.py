from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Members' consents count for everybody who asks whether a person may be contacted (M5)."""

    _inherit = "res.partner"

    @api.model
    def _contact_refused_sql(self, people, purpose, channel):
        """Those, too, who did not consent to ``purpose``, the code of a purpose of consents.

        A purpose that consents do not know is nobody's to refuse here.
        """
        refused = super()._contact_refused_sql(people, purpose, channel)
        # sudo: that there is such a purpose is no secret.
        purposes = self.env["crm.club.consent.purpose"].sudo().with_context(active_test=False)
        if not purposes.search_count([("code", "=", purpose)], limit=1):
            return refused
        self.env["crm.club.consent"].flush_model()
        return SQL(
            """%s UNION SELECT p.id FROM (%s) asked JOIN res_partner p ON p.id = asked.partner_id
                WHERE NOT %s""",
            refused,
            people,
            self.env["crm.care.gate"]._consent_sql(purpose, channel),
        )
