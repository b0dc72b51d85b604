from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

_MEMBERS = """
SELECT m.id, m.partner_id, m.tier_id, p.dealer_id, d.region_id,
       %(before)s::timestamp AS before_from, %(before_end)s::timestamp AS before_to,
       %(after)s::timestamp AS after_from, %(after_end)s::timestamp AS after_to
  FROM crm_club_membership m
  JOIN res_partner p ON p.id = m.partner_id
  LEFT JOIN crm_dealer d ON d.id = p.dealer_id
 WHERE m.join_date <= %(day)s
   AND ((m.state = 'active' AND p.active AND m.tier_id IN %(tiers)s)
        OR m.id = ANY(%(attended)s))"""


class CrmClubEffect(models.Model):
    _inherit = "crm.club.effect"

    @api.model
    def _figures(self, event, days):
        """Visits and revenue of participants and of members of their tiers, before and after.

        The days of the activity itself count neither before nor after. Companies with another
        currency than the event's do not count.

        :return: ``{membership id: row}``
        """
        participants = event._club_participants()
        tiers = participants.tier_id
        if not participants:
            return {}
        zone = event.date_tz or "UTC"
        first, last = event._club_days()
        members = SQL(
            _MEMBERS,
            day=first,
            tiers=tuple(tiers.ids),
            attended=participants.ids,
            before=midnight(first - timedelta(days), zone),
            before_end=midnight(first, zone),
            after=midnight(last + timedelta(1), zone),
            after_end=midnight(last + timedelta(days + 1), zone),
        )
        return {row["id"]: row for row in self._figures_of(members, event.club_currency_id)}
