from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..kpi.crm_kpi_value import PERIODS
from .asked import Asked

ALL_REGIONS = "all"  # whoever is responsible for one asks for all of them

_MODELS = {
    "dealer": "crm.dealer",
    "region": "crm.dealer.region",
    "brand": "fleet.vehicle.model.brand",
    "kpi": "crm.kpi",
}


class CrmCockpit(models.AbstractModel):
    """What a page is asked for, from filters that may say anything."""

    _inherit = "crm.cockpit"

    @api.model
    def _asked(self, filters, roles):
        """:return: ``Asked`` of the user's filters

        :raise UserError: where one is no such thing or not for the user
        """
        if not isinstance(filters, dict):
            raise UserError(self.env._("Filters are named values. Open the cockpit by its menu."))
        role = str(filters.get("role") or next(iter(roles)))
        if role not in roles:
            raise AccessError(
                self.env._(
                    "The cockpit “%s” is not for you. Open yours by the menu.", role[:40]
                )
            )
        kind, begin = self._asked_period(filters)
        if filters.get("region") == ALL_REGIONS:
            filters = {**filters, "region": False}
        elif role == "region" and not filters.get("region") and not filters.get("dealer"):
            filters = {**filters, "region": self._own_region().id}
        records = {name: self._asked_record(name, filters.get(name)) for name in _MODELS}
        if self.env.user.dealer_scoped and records["region"]:
            raise UserError(self.env._("Regions are for the manufacturer. Take the region out."))
        if role == "dealer":
            records["dealer"] = self._asked_dealer(records["dealer"])
        if records["dealer"]:
            records["region"] = records["region"].browse()
        end = self.env["crm.kpi.value"]._period_end(kind, begin)
        return Asked(role=role, kind=kind, begin=begin, end=end, **records)

    @api.model
    def _own_region(self):
        """The region that the user is responsible for; empty for whoever has none, or several."""
        regions = self.env["crm.dealer.region"].search([("user_id", "=", self.env.uid)], limit=2)
        return regions if len(regions) == 1 else regions.browse()

    @api.model
    def _asked_period(self, filters):
        """``(kind, first day)``; without filters the last month that is over."""
        values = self.env["crm.kpi.value"]
        kind = str(filters.get("kind") or "month")
        if kind not in PERIODS:
            raise UserError(
                self.env._("A period is a month, a quarter, a half-year or a year. Choose one.")
            )
        today = self.env.company._today_here()
        day = today - relativedelta(months=PERIODS[kind])
        if filters.get("begin"):
            try:
                day = fields.Date.to_date(str(filters["begin"]))
            except ValueError:
                day = None
            if not day or not 2000 <= day.year <= 2100:
                raise UserError(
                    self.env._("The period begins on a day such as 2026-03-01. Choose it anew.")
                )
        return kind, values._period_of(kind, day)

    @api.model
    def _asked_record(self, name, value):
        """The record of an id, if the user may see it; empty without one."""
        records = self.env[_MODELS[name]]
        if not value:
            return records
        number = int(value) if str(value).isdecimal() and len(str(value)) < 10 else 0
        found = records.with_context(active_test=False).search([("id", "=", number)])
        mine = name != "dealer" or found.in_my_scope
        if not found or not mine:
            raise UserError(
                self.env._(
                    "There is no such %s, or it is not yours. Take that filter out.",
                    records._description,
                )
            )
        return found.with_context(active_test=True)

    @api.model
    def _asked_dealer(self, dealer):
        """A dealer's page is of one dealer: the one asked for, or the user's first."""
        if not dealer and self.env.user.dealer_scoped:
            dealer = self.env.user._default_dealer()
        dealer = dealer or self.env["crm.dealer"].search([("in_my_scope", "=", True)], limit=1)
        if not dealer:
            raise UserError(
                self.env._("You belong to no dealer yet. Ask your administrator to enter yours.")
            )
        return dealer

    # -- The same, for the page ---------------------------------------------------------------

    @api.model
    def _filters(self, asked):
        values = self.env["crm.kpi.value"]
        step = relativedelta(months=PERIODS[asked.kind])
        return {
            "role": asked.role,
            "kind": asked.kind,
            "begin": str(asked.begin),
            "period": values._name_of_period(asked.kind, asked.begin),
            "before": str(asked.begin - step),
            "after": str(asked.end),
            **{name: getattr(asked, name).id for name in _MODELS},
            "brand_name": asked.brand.display_name or "",
        }

    @api.model
    def _where(self, asked):
        if asked.dealer:
            return asked.dealer.display_name
        if asked.region:
            return asked.region.display_name
        if self.env.user.dealer_scoped:
            return self.env._("My Dealers")
        return self.env._("Whole Network")
