"""Finding what is due: one statement a rule, for all customers (M5)."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

# Further back nothing is looked for, however long the server was off.
_MOST_DAYS_BACK = 92
_FOUND = """
    SELECT %(rule)s AS rule_id, d.partner_id, p.commercial_partner_id, d.vehicle_id, d.due_date,
           %(day)s::date AS date, %(channel)s AS channel, l.id AS dealer_id,
           COALESCE(%(company)s::int, l.company_id) AS company_id,
           GREATEST(d.due_date, d.due_date - %(lead)s) + %(late)s < %(day)s::date AS late
      FROM (%(due)s) d
      JOIN res_partner p ON p.id = d.partner_id
      JOIN res_partner c ON c.id = p.commercial_partner_id
      LEFT JOIN crm_vehicle v ON v.id = d.vehicle_id
      LEFT JOIN crm_dealer l ON l.id = COALESCE(v.dealer_id, c.dealer_id)
     WHERE NOT EXISTS (
               SELECT FROM crm_care_reminder r
                WHERE r.rule_id = %(rule)s AND r.partner_id = d.partner_id
                  AND r.reason IS DISTINCT FROM 'settled'
                  AND COALESCE(r.vehicle_id, 0) = COALESCE(d.vehicle_id, 0)
                  AND r.due_date >= d.due_date - %(repeat)s
                  AND r.due_date <= d.due_date + %(repeat)s)
       AND %(audience)s"""

_STILL = """
    SELECT d.partner_id, COALESCE(d.vehicle_id, 0), d.due_date
      FROM (%(due)s) d
      JOIN res_partner p ON p.id = d.partner_id
      JOIN res_partner c ON c.id = p.commercial_partner_id
      LEFT JOIN crm_vehicle v ON v.id = d.vehicle_id
      LEFT JOIN crm_dealer l ON l.id = COALESCE(v.dealer_id, c.dealer_id)
     WHERE d.partner_id = ANY(%(people)s) AND %(audience)s"""


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    def _window(self, day):
        """First due date that is looked for, and the first that is not, on a day.

        All that is due between that day and *days before* later, so that a date which is entered
        late is told as well; and what was to go out on days on which nothing ran.
        """
        self.ensure_one()
        lead = timedelta(days=self.lead_days)
        first = min(day, day + lead)
        if self.last_run:
            missed = max(self.last_run, day - timedelta(days=_MOST_DAYS_BACK)) + lead
            first = min(first, missed + timedelta(days=1))
        return first, day + lead + timedelta(days=1)

    def _found_sql(self, day):
        """SQL of the reminders that are to be written for ``day``, audience applied (M5).

        Columns: rule_id, partner_id, commercial_partner_id, vehicle_id, due_date, date, channel,
        dealer_id, company_id, late (it makes no sense any more).
        """
        self.ensure_one()
        return SQL(
            _FOUND,
            rule=self.id,
            day=day,
            channel=self.channel,
            company=self.company_id.id or None,
            lead=self.lead_days,
            late=self.late_days,
            repeat=self.repeat_days,
            due=self._due_sql(*self._window(day)),
            audience=self._audience_sql(),
        )

    def _find(self, day):
        """Write the reminders that are due on ``day``: one statement; return how many.

        A killed one leaves nothing, a second one finds nothing.
        """
        self.ensure_one()
        self.env.flush_all()
        [[count]] = self.env.execute_query(
            SQL(
                """WITH written AS (
                       INSERT INTO crm_care_reminder (rule_id, partner_id, commercial_partner_id,
                              vehicle_id, due_date, date, channel, dealer_id, company_id, state,
                              reason, count, create_uid, write_uid, create_date, write_date)
                       SELECT rule_id, partner_id, commercial_partner_id, vehicle_id, due_date,
                              date, channel, dealer_id, company_id,
                              CASE WHEN late THEN 'skipped' ELSE 'planned' END,
                              CASE WHEN late THEN 'late' END, 1, %(uid)s, %(uid)s, %(now)s, %(now)s
                         FROM (%(found)s) f ORDER BY commercial_partner_id, due_date
                       ON CONFLICT (rule_id, partner_id, COALESCE(vehicle_id, 0), due_date)
                       -- What was settled is due again: the visit was cancelled, for instance.
                       DO UPDATE SET state = EXCLUDED.state, reason = EXCLUDED.reason,
                              date = EXCLUDED.date, dealer_id = EXCLUDED.dealer_id,
                              company_id = EXCLUDED.company_id
                        WHERE crm_care_reminder.reason = 'settled'
                       RETURNING id)
                   SELECT count(*) FROM written""",
                found=self._found_sql(day),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.last_run = max(day, self.last_run or day)
        self.env.flush_all()
        self.env["crm.care.reminder"].invalidate_model()
        return count

    def _still_due(self, rows):
        """What of planned reminders is due now, by trigger and audience as they are now.

        :param rows: dicts with partner_id and due_date
        :return: ``{(partner id, vehicle id or 0): due dates}``
        """
        self.ensure_one()
        some = timedelta(days=self.repeat_days)
        days = [row["due_date"] for row in rows]
        found = self.env.execute_query(
            SQL(
                _STILL,
                due=self._due_sql(min(days) - some, max(days) + some + timedelta(days=1)),
                people=[row["partner_id"] for row in rows],
                audience=self._audience_sql(),
            )
        )
        still = defaultdict(list)
        for partner, vehicle, day in found:
            still[partner, vehicle].append(day)
        return still

    # -- Audience -----------------------------------------------------------------------------

    def _audience_sql(self):
        """Condition on customer ``c``, dealer ``l`` and vehicle ``v``: they are of the audience."""
        self.ensure_one()
        parts = [
            self._network_sql(),
            self._tiers_sql(),
            *self._levels_sql(),
            self._models_sql(),
        ]
        return SQL(" AND ").join(parts)

    def _network_sql(self):
        """Dealers and regions, and whose rule it is."""
        parts = [SQL("TRUE")]
        if self.dealer_id:
            parts.append(SQL("l.id = %s", self.dealer_id.id))
        if self.company_id:
            parts.append(SQL("COALESCE(l.company_id, %(id)s) = %(id)s", id=self.company_id.id))
            parts.append(SQL("COALESCE(c.company_id, %(id)s) = %(id)s", id=self.company_id.id))
        if self.dealer_ids or self.region_ids:
            regions = self.env["crm.dealer.region"].with_context(active_test=False)
            regions = regions.search([("id", "child_of", self.region_ids.ids)])
            parts.append(
                SQL(
                    "(l.id = ANY(%s) OR l.region_id = ANY(%s))", self.dealer_ids.ids, regions.ids
                )
            )
        return SQL(" AND ").join(parts)

    def _tiers_sql(self):
        if not self.tier_ids:
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT FROM crm_club_membership m
                        WHERE m.partner_id = c.id AND m.state = 'active'
                          AND m.tier_id = ANY(%s))""",
            self.tier_ids.ids,
        )

    def _levels_sql(self):
        """A condition for each scheme."""
        for _scheme, levels in self.level_ids.grouped("scheme_id").items():
            yield SQL(
                """EXISTS (SELECT FROM crm_grading_result g
                            WHERE g.partner_id = c.id AND g.level_id = ANY(%s))""",
                levels.ids,
            )

    def _models_sql(self):
        if not self.model_ids:
            return SQL("TRUE")
        return SQL(
            """CASE WHEN v.id IS NOT NULL THEN v.model_id = ANY(%(models)s)
                    ELSE EXISTS (SELECT FROM crm_vehicle o WHERE o.commercial_partner_id = c.id
                                    AND o.active AND o.model_id = ANY(%(models)s)) END""",
            models=self.model_ids.ids,
        )
