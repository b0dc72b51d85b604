from dataclasses import dataclass
from datetime import date, timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.period import before

LEVELS = ("factor", "question")
_IDS = {
    "dealer_id": "crm.dealer",
    "region_id": "crm.dealer.region",
    "factor_id": "crm.satisfaction.factor",
}
_DATES = ("date_from", "date_to")


@dataclass(frozen=True)
class Asked:
    """What weak points are asked for, checked.

    :param items: factors, or questions
    :param dealer: none or one; also the only one of who asks
    :param since: first day, None for all time
    :param until: the day after the last
    :param earlier: first day of the period before, as long
    """

    level: str
    items: object
    dealer: object
    region: object
    since: date | None
    until: date | None
    earlier: date | None

    @property
    def where(self):
        """Domain of dealer and region."""
        domain = Domain.TRUE
        if self.dealer:
            domain &= Domain("dealer_id", "=", self.dealer.id)
        if self.region:
            domain &= Domain("region_id", "child_of", self.region.id)
        return domain

    def when(self, since, until=None):
        """Domain of a period."""
        domain = Domain("date", ">=", since) if since else Domain.TRUE
        return domain & (Domain("date", "<", until) if until else Domain.TRUE)


class CrmSatisfactionVersion(models.Model):
    """What a caller may ask about weak points; anything else is refused (S5)."""

    _inherit = "crm.satisfaction.version"

    def _weak_asked(self, filters, level):
        """Check and complete what is asked.

        Filters are a dealer, a region and days, no domain: nobody can ask for figures of others
        by a clever condition.

        :raise UserError: an unknown filter or level, no number or day, a dealer out of sight
        """
        self.ensure_one()
        filters = self._weak_filters(filters)
        if level not in LEVELS:
            raise UserError(self.env._("Weak points are of factors or of questions. Choose one."))
        found = {name: self._weak_record(model, filters.get(name))
                 for name, model in _IDS.items()}  # fmt: skip
        dealer, region, factor = (found[name] for name in _IDS)
        since, until = (self._weak_day(filters.get(name)) for name in _DATES)
        if until:
            until += timedelta(1)
        if since and until and since >= until:
            raise UserError(self.env._("The period ends before it begins. Choose other days."))
        if not dealer and self._weak_scoped() and len(self.env.user.dealer_ids) == 1:
            dealer = self.env.user.dealer_ids
        items = self.factor_ids if level == "factor" else self.question_ids.filtered(
            lambda q: q.satisfaction_kind == "satisfaction"
            and (not factor or q.satisfaction_factor_id == factor)
        )  # fmt: skip
        earlier = before(since, until) if since and until else None
        return Asked(level, items, dealer, region, since, until, earlier)

    def _weak_scoped(self):
        """Whether who asks belongs to a dealer, and sees the own figures only."""
        return not self.env.su and self.env.user.dealer_scoped

    def _weak_filters(self, filters):
        filters = filters or {}
        known = {*_IDS, *_DATES}
        if not isinstance(filters, dict) or set(filters) - known:
            raise UserError(
                self.env._(
                    "Weak points are looked up by %(names)s only.", names=", ".join(sorted(known))
                )
            )
        return filters

    def _weak_record(self, model, record_id):
        """The record of this id, among those in sight."""
        records = self.env[model].with_context(active_test=False)
        if not record_id:
            return records
        if type(record_id) is int:
            domain = Domain("id", "=", record_id)
            if model == "crm.dealer" and not self.env.su:
                domain &= Domain("in_my_scope", "=", True)
            elif model == "crm.satisfaction.factor":
                domain &= Domain("version_id", "=", self.id)
            if record := records.search(domain):
                return record
        raise UserError(
            self.env._(
                "%s: not among those that you can choose. Take another one.",
                records._description,
            )
        )

    def _weak_day(self, day):
        if not day:
            return None
        try:
            return date.fromisoformat(day)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("“%s” is no day. Write it like 2026-03-31.", day)
            ) from None
