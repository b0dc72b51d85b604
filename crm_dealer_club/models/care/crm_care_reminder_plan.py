"""From rows of the ledger, or of those to come, to what becomes of them (M5)."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.care_plan import Line, plan

_LINES = """
    SELECT n.id, n.rule_id, n.partner_id, n.commercial_partner_id, n.vehicle_id, n.due_date,
           n.channel, n.dealer_id, n.reason,
           n.vehicle_id IS NOT NULL AND (v.id IS NULL OR v.active IS NOT TRUE
               OR v.commercial_partner_id IS DISTINCT FROM n.commercial_partner_id) AS gone,
           COALESCE(
               (SELECT s.user_id FROM crm_dealer_user_rel s
                 WHERE s.dealer_id = n.dealer_id AND s.user_id = c.user_id
                   AND s.user_id = ANY(%(staff)s)),
               staff.users[1 + c.id %% cardinality(staff.users)]) AS user_id
      FROM (%(source)s) n
      JOIN res_partner c ON c.id = n.commercial_partner_id
      LEFT JOIN crm_vehicle v ON v.id = n.vehicle_id
      LEFT JOIN (SELECT dealer_id, array_agg(user_id ORDER BY user_id) AS users
                   FROM crm_dealer_user_rel WHERE user_id = ANY(%(staff)s)
                  GROUP BY dealer_id) staff ON staff.dealer_id = n.dealer_id"""


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    @api.model
    def _lines(self, source, chosen=None):
        """Reminders as the plan sees them.

        :param SQL source: rows with id, rule_id, partner_id, commercial_partner_id, vehicle_id,
            due_date, channel, dealer_id and reason
        :param chosen: rules that a preview asks for, though they are archived
        """
        rows = self.env.execute_query_dict(
            SQL(_LINES, source=source, staff=self.env["crm.contact.due"]._staff_ids())
        )
        rules = self.env["crm.care.rule"].browse({row["rule_id"] for row in rows})
        stopped = rules.filtered(lambda rule: not rule.active) - (chosen or rules.browse())
        about = {rule.id: rule._about_line() for rule in rules}
        settled = self._settled(rows, rules - stopped)
        for row in rows:
            if row["rule_id"] in stopped.ids:
                row["gone"] = "stopped"
            elif row["gone"] or row["id"] in settled:
                row["gone"] = "gone" if row["gone"] else "settled"
        return [self._line(row, *about[row["rule_id"]]) for row in rows]

    @api.model
    def _settled(self, rows, rules):
        """Ids of planned reminders that are not due any more: the date moved, the customer has
        booked, or the rule was changed since. A query for each rule."""
        settled = set()
        for rule in rules:
            planned = [row for row in rows if row["id"] and row["rule_id"] == rule.id]
            # An alert that was sent stands though the next one uses the same rule meanwhile.
            if not planned or (rule.trigger == "alert" and rule.alert_date):
                continue
            still = rule._still_due(planned)
            settled |= {
                row["id"]
                for row in planned
                if not any(
                    abs((row["due_date"] - due).days) <= rule.repeat_days
                    for due in still.get((row["partner_id"], row["vehicle_id"] or 0), ())
                )
            }
        return settled

    @api.model
    def _line(self, row, rule, order, others):
        lead = timedelta(days=rule.lead_days)
        latest = max(row["due_date"], row["due_date"] - lead) + timedelta(days=rule.late_days)
        return Line(
            id=row["id"] or 0,
            rule=rule.id,
            order=(*order, row["due_date"], row["vehicle_id"] or 0),
            person=row["partner_id"],
            customer=row["commercial_partner_id"],
            vehicle=row["vehicle_id"] or 0,
            due=row["due_date"],
            last_day=latest,
            # Not the one of the day on which it was found: the rule may have another by now.
            channel=rule.channel,
            purpose=rule.purpose_id.code,
            dealer=row["dealer_id"] or 0,
            user=row["user_id"] or 0,
            others=others,
            gone=row["gone"] or "",
            waited=row["reason"] or "",
        )

    @api.model
    def _decide(self, lines, day):
        """Decide on lines, all of their customers' for the day; a few queries for any number.

        Writes nothing: what a preview tells is what the run does.
        """
        gate = self.env["crm.care.gate"]
        people = self.env["res.partner"].browse({line.person for line in lines})
        customers = self.env["res.partner"].browse({line.customer for line in lines})
        answers = {}

        def refused(purpose, channel):
            """Without limits: these are counted down as messages are planned."""
            if (purpose, channel) not in answers:
                found = gate._refused(people, purpose, channel, day)
                answers[purpose, channel] = {
                    person: reason for person, reason in found.items() if reason != "cap"
                }
            return answers[purpose, channel]

        return plan(lines, day, refused, gate._room(customers, day), self._told_on(people, day))

    @api.model
    def _told_on(self, people, day):
        """Ids of persons who had a message of care on that day."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM crm_care_reminder
                    WHERE state = 'sent' AND channel <> 'activity' AND date = %s
                      AND partner_id = ANY(%s)""",
                day,
                people.ids,
            )
        )
        return {person for (person,) in rows}
