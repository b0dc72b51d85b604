"""What comes back every year, and what is for all customers of a day (M5)."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools.festival import days_between, solar_day
from ...tools.yearly import keys_between

# The same expression as in the indexes: month and day as one number.
_KEY = "(EXTRACT(month FROM %(day)s)::int * 100 + EXTRACT(day FROM %(day)s)::int)"
_BIRTHDAYS = """
SELECT p.id AS partner_id, NULL::int AS vehicle_id, d.day AS due_date
  FROM (VALUES %(days)s) d(day, key)
  JOIN res_partner p ON %(key)s = d.key AND p.birthdate_date IS NOT NULL
  JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active AND c.given_up_on IS NULL
 WHERE p.active AND p.is_company IS NOT TRUE AND c.dealer_id IS NOT NULL
   AND EXTRACT(year FROM d.day) > EXTRACT(year FROM p.birthdate_date)"""
_OTHERS = """EXISTS (SELECT FROM crm_vehicle_ownership x
              WHERE x.vehicle_id = v.id AND x.partner_id <> v.partner_id)"""
_FIRST_LINE = """NOT EXISTS (SELECT FROM crm_vehicle_ownership e
                  WHERE e.vehicle_id = v.id AND e.partner_id = v.partner_id
                    AND (e.date_from, e.id) < (o.date_from, o.id))"""
_CUSTOMERS = """
SELECT p.id AS partner_id, NULL::int AS vehicle_id, d.day AS due_date
  FROM (VALUES %(days)s) d(day)
 CROSS JOIN res_partner p
 WHERE p.active AND p.commercial_partner_id = p.id AND p.dealer_id IS NOT NULL
   AND p.given_up_on IS NULL"""
_OWNERS = """
SELECT p.id AS partner_id, NULL::int AS vehicle_id, d.day AS due_date
  FROM (VALUES %(days)s) d(day)
 CROSS JOIN res_partner p
  JOIN res_partner c ON c.id = p.commercial_partner_id AND c.active AND c.given_up_on IS NULL
 WHERE p.active AND EXISTS (SELECT FROM crm_vehicle v WHERE v.partner_id = p.id AND v.active)"""
_NOTHING = SQL("SELECT NULL::int AS partner_id, NULL::int AS vehicle_id, NULL::date AS due_date"
               " WHERE FALSE")  # fmt: skip


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    festival_id = fields.Many2one(
        "crm.care.festival", index="btree_not_null", ondelete="restrict", tracking=True
    )
    festival_problem = fields.Char(related="festival_id.problem")

    @api.constrains("trigger", "festival_id", "active")
    def _check_festival(self):
        for rule in self:
            if rule.active and rule.trigger == "festival" and not rule.festival_id:
                raise ValidationError(
                    self.env._("%s: choose the festival that customers are greeted on.", rule.name)
                )

    # -- Days of one's own -------------------------------------------------------------------

    def _due_birthday_sql(self, date_from, date_to):
        """Persons, contacts of companies too, from the year after their birth on; who was born
        on 29 February on the 28th in common years."""
        days = keys_between(date_from, date_to)
        if not days:
            return _NOTHING
        key = SQL(_KEY, day=SQL("p.birthdate_date"))
        return SQL(_BIRTHDAYS, days=self._due_values(days), key=key)

    def _due_anniversary_sql(self, date_from, date_to):
        """The day on which the present owner bought the vehicle, from the next year on.

        A first owner's is the purchase, or else the delivery; a later owner's is the day since
        when the vehicle is known to be that owner's.
        """
        days = keys_between(date_from, date_to)
        if not days:
            return _NOTHING
        bought = SQL("COALESCE(v.purchase_date, v.delivery_date)")
        first = self._due_years_sql(days, bought, SQL("crm_vehicle v"), SQL("NOT %s", SQL(_OTHERS)))
        later = self._due_years_sql(
            days,
            SQL("o.date_from"),
            SQL("crm_vehicle_ownership o JOIN crm_vehicle v ON v.id = o.vehicle_id"
                " AND v.partner_id = o.partner_id"),
            SQL("%s AND %s", SQL(_OTHERS), SQL(_FIRST_LINE)),
        )  # fmt: skip
        return SQL("%s UNION ALL %s", first, later)

    def _due_years_sql(self, days, column, source, condition):
        """Vehicles ``v`` of ``source`` whose day ``column`` comes back on one of ``days``."""
        return self._due_vehicles_sql(
            SQL("d.day"),
            SQL(
                "%s IS NOT NULL AND EXTRACT(year FROM d.day) > EXTRACT(year FROM %s) AND %s",
                column,
                column,
                condition,
            ),
            SQL(
                "%s JOIN (VALUES %s) d(day, key) ON %s = d.key",
                source,
                self._due_values(days),
                SQL(_KEY, day=column),
            ),
        )

    # -- Days of all -------------------------------------------------------------------------

    def _due_festival_sql(self, date_from, date_to):
        """All customers of the network, on the days of the festival."""
        return self._due_everybody_sql(_CUSTOMERS, self.festival_id._days(date_from, date_to))

    def _due_season_sql(self, date_from, date_to):
        """Owners of vehicles, every year on the same day; 29 February is the 28th mostly."""

        def day_of(year):
            # A day that the month never has is its last one.
            return solar_day(year, self.season_month, self.season_day)

        return self._due_everybody_sql(_OWNERS, days_between(day_of, date_from, date_to))

    def _due_alert_sql(self, date_from, date_to):
        """Owners of vehicles, on the day that somebody entered."""
        day = self.alert_date
        days = [day] if day and date_from <= day < date_to else []
        return self._due_everybody_sql(_OWNERS, days)

    def _due_everybody_sql(self, query, days):
        if not days:
            return _NOTHING
        return SQL(query, days=self._due_values([(day,) for day in days]))

    def _due_values(self, rows):
        """SQL of rows whose first column is a date."""
        return SQL(", ").join(
            SQL("(%s)", SQL(", ").join([SQL("%s::date", day), *(SQL("%s", n) for n in more)]))
            for day, *more in rows
        )
