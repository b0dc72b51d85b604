from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_DONE = ("delivered", "followed_up", "cancelled")
_MINUTES = 15


class CrmServiceVisit(models.Model):
    """Which visits are late right now (C5)."""

    _inherit = "crm.service.visit"

    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Not delivered although the promised time has passed, or booked and not arrived.",
    )

    @api.model
    def _late_bounds(self):
        """Return ``(now, time before which a booked vehicle should have arrived)``, naive UTC."""
        # sudo: one setting, the same for everybody.
        params = self.env["ir.config_parameter"].sudo()
        minutes = params.get_param("crm_dealer_grading.late_arrival_minutes", _MINUTES)
        now = fields.Datetime.now()
        try:
            return now, now - timedelta(minutes=int(minutes))
        except (ValueError, OverflowError):
            return now, now - timedelta(minutes=_MINUTES)

    @api.depends("stage", "date", "date_promised")
    def _compute_is_late(self):
        now, arrival = self._late_bounds()
        for visit in self:
            missed = visit.date_promised and visit.date_promised < now
            absent = visit.stage == "booked" and visit.date and visit.date < arrival
            visit.is_late = visit.stage not in _DONE and bool(missed or absent)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, arrival = self._late_bounds()
        late = Domain("stage", "not in", _DONE) & (
            Domain("date_promised", "<", now)
            | (Domain("stage", "=", "booked") & Domain("date", "<", arrival))
        )
        wanted = set(value)
        if wanted >= {True, False}:
            return Domain.TRUE
        return late if True in wanted else ~late

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "is_late":
            return super()._field_to_sql(alias, field_expr, query)
        now, arrival = self._late_bounds()
        stage = self._field_to_sql(alias, "stage", query)
        return SQL(
            "(%(stage)s NOT IN %(done)s AND (COALESCE(%(promised)s < %(now)s, FALSE)"
            " OR (%(stage)s = 'booked' AND %(date)s < %(arrival)s)))",
            stage=stage,
            done=_DONE,
            promised=self._field_to_sql(alias, "date_promised", query),
            now=now,
            date=self._field_to_sql(alias, "date", query),
            arrival=arrival,
        )
