from odoo import models
from odoo.tools import SQL

_COMING = """
    WITH coming AS MATERIALIZED (%(coming)s),
    customers AS (
        SELECT DISTINCT commercial_partner_id FROM coming WHERE %(seen)s
         ORDER BY commercial_partner_id LIMIT %(limit)s)
    SELECT * FROM coming WHERE commercial_partner_id IN (SELECT * FROM customers)"""
_COLUMNS = SQL(
    "rule_id, partner_id, commercial_partner_id, vehicle_id, due_date, channel, dealer_id"
)


class CrmCareRule(models.Model):
    """What the run would do on a day (M5)."""

    _inherit = "crm.care.rule"

    def _preview(self, day, dealer_ids=None, limit=1000):
        """What :meth:`run` would decide for ``day``, by the same statements and the same plan.

        :param dealer_ids: only reminders of these dealers; default all
        :param limit: at most so many customers
        :return: ``(lines, cut)``: lines of ``tools/care_plan.py`` with their outcome, and
            whether there are more customers
        """
        reminders = self.env["crm.care.reminder"]
        self.env.flush_all()
        source = SQL(
            _COMING,
            coming=self._coming_sql(day),
            seen=SQL("TRUE") if dealer_ids is None else SQL("dealer_id = ANY(%s)", dealer_ids),
            limit=limit + 1,
        )
        lines = reminders._decide(reminders._lines(source, chosen=self), day)
        if dealer_ids is not None:
            lines = [line for line in lines if line.dealer in dealer_ids]
        customers = sorted({line.customer for line in lines})
        cut = len(customers) > limit
        if cut:
            lines = [line for line in lines if line.customer != customers[-1]]
        return lines, cut

    def _coming_sql(self, day):
        """What is planned, and what would be found."""
        parts = [
            SQL(
                "SELECT id, %s, reason FROM crm_care_reminder"
                " WHERE state = 'planned' AND date <= %s AND rule_id = ANY(%s)",
                _COLUMNS,
                day,
                self.ids,
            )
        ]
        parts += [
            SQL("SELECT NULL::int, %s, NULL::varchar FROM (%s) f", _COLUMNS, rule._found_sql(day))
            for rule in self
        ]
        return SQL(" UNION ALL ").join(parts)

    def _count_people(self, day):
        """How many people this rule reaches on ``day``, and how many its channel must not."""
        self.ensure_one()
        self.env.flush_all()
        people = SQL(
            "SELECT DISTINCT partner_id FROM (%s) f WHERE NOT late", self._found_sql(day)
        )
        refused = self.env["crm.care.gate"]._refused_sql(
            people, self.purpose_id.code, self.channel, day
        )
        [[found, left_out]] = self.env.execute_query(
            SQL(
                "SELECT (SELECT count(*) FROM (%s) p), (SELECT count(*) FROM (%s) r)",
                people,
                refused,
            )
        )
        return found - left_out, left_out
