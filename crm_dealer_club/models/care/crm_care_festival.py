from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import festival

_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


class CrmCareFestival(models.Model):
    """A festival on which customers are greeted, by the solar or the lunar calendar (M5)."""

    _name = "crm.care.festival"
    _description = "Festival"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    calendar = fields.Selection(
        [
            ("solar", "Day of the Solar Year"),
            ("lunar", "Day of the Lunar Year"),
            ("weekday", "Weekday of a Month"),
        ],
        required=True,
        default="solar",
    )
    month = fields.Integer(required=True, default=1, aggregator=None)
    day = fields.Integer(
        default=1, aggregator=None,
        help="A day that a month does not have is its last one: day 30 of the 12th lunar month is "
        "the eve of the Spring Festival, 29 February is the 28th in common years.",
    )  # fmt: skip
    week = fields.Integer(
        default=1, aggregator=None, help="Which of the weekdays of the month; 5 is the last one."
    )
    weekday = fields.Selection(
        [
            ("0", "Monday"), ("1", "Tuesday"), ("2", "Wednesday"), ("3", "Thursday"),
            ("4", "Friday"), ("5", "Saturday"), ("6", "Sunday"),
        ],
        default="6",
    )  # fmt: skip
    next_date = fields.Date(string="Next on", compute="_compute_next_date")
    problem = fields.Char(compute="_compute_next_date")

    _numbers_check = models.Constraint(
        "CHECK(month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31 AND week BETWEEN 1 AND 5)",
        "A month is 1 to 12, a day 1 to 31, a week of a month 1 to 5.",
    )

    @api.constrains("calendar", "month", "day", "weekday")
    def _check_day(self):
        for record in self:
            most = 30 if record.calendar == "lunar" else _LONGEST.get(record.month, 31)
            if record.calendar != "weekday" and record.day > most:
                raise ValidationError(
                    self.env._(
                        "%(name)s: this month never has a day %(day)s. Give one up to %(most)s.",
                        name=record.name, day=record.day, most=most,
                    )
                )  # fmt: skip
            if record.calendar == "weekday" and not record.weekday:
                raise ValidationError(self.env._("%s: choose the weekday.", record.name))

    @api.depends("calendar", "month", "day", "week", "weekday")
    @api.depends_context("lang", "tz")
    def _compute_next_date(self):
        today = fields.Date.context_today(self)
        for record in self:
            days = record._days(today, today + timedelta(800))
            record.next_date = days[0] if days else False
            record.problem = False if days else record._why_no_day()

    def _why_no_day(self):
        if self.calendar == "lunar" and not festival.has_lunar():
            return self.env._(
                "Lunar festivals need the Python package lunardate. Ask the administrator to "
                "install it on the server; until then nobody is greeted."
            )
        return self.env._("The lunar calendar is known until 2099.")

    def _days(self, date_from, date_to):
        """The days of the festival in ``[date_from, date_to)``, in order; maybe none."""
        self.ensure_one()
        return festival.days_between(self._day_of_year, date_from, date_to)

    def _day_of_year(self, year):
        if self.calendar == "weekday":
            return festival.weekday_of(year, self.month, self.week, int(self.weekday))
        reckon = festival.lunar_day if self.calendar == "lunar" else festival.solar_day
        return reckon(year, self.month, self.day)
