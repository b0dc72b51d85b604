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
        purpose = purposes.search([("code", "=", purpose)], limit=1)
        if not purpose:
            return refused
        self.env["crm.club.consent"].flush_model()
        purposes.flush_model()
        # Joined to the latest decisions: asked person by person, half a million take minutes.
        return SQL(
            """%(refused)s
                UNION
               SELECT asked.partner_id
                 FROM (%(people)s) asked
                 LEFT JOIN (%(latest)s) latest ON latest.partner_id = asked.partner_id
                WHERE NOT COALESCE(latest.given, %(default)s)""",
            refused=refused,
            people=people,
            latest=self.env["crm.care.gate"]._latest_consents_sql(purpose, channel, people),
            default=purpose.given_by_default,
        )
