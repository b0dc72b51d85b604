from odoo import api, fields, models
from odoo.tools import SQL

from .crm_kpi_value import PERIODS

# As ``_of_period``, of a period that begins in ``month`` of the target's year.
_OF_PERIOD = """
CASE WHEN %(months)s = 12 THEN %(target)s.target
     WHEN NOT COALESCE(%(target)s.has_quarters, FALSE)
          THEN %(target)s.target * CASE %(kpi)s.adds_up
               WHEN 'period' THEN %(months)s / 12.0
               WHEN 'year' THEN (%(month)s - 1 + %(months)s) / 12.0 ELSE 1 END
     WHEN %(kpi)s.adds_up = 'no'
          THEN CASE WHEN %(months)s <= 3 THEN COALESCE((%(quarters)s)[(%(month)s + 2) / 3], 0)
               ELSE %(target)s.target END
     ELSE (SELECT COALESCE(sum(COALESCE((%(quarters)s)[(m + 2) / 3], 0) / 3), 0)
             FROM generate_series(CASE %(kpi)s.adds_up WHEN 'year' THEN 1 ELSE %(month)s END,
                                  %(month)s + %(months)s - 1) AS m)
END::float8"""


def of_period_sql(target, kpi, month, months):
    """The target of a period as SQL.

    :param SQL target: a row with the columns of ``crm.kpi.target`` that say what to reach
    :param SQL kpi: the row of its KPI
    :param SQL month: the period's first month, 1–12
    :param SQL months: how many months it has
    """
    names = ("quarter1", "quarter2", "quarter3", "quarter4")
    quarters = SQL(", ").join(SQL("%s.%s", target, SQL.identifier(name)) for name in names)
    return SQL(
        _OF_PERIOD,
        target=target,
        kpi=kpi,
        month=month,
        months=months,
        quarters=SQL("ARRAY[%s]", quarters),
    )


class CrmKpiTarget(models.Model):
    """What a KPI should reach in a year: for a dealer, a region, or the network (S8, S10)."""

    _name = "crm.kpi.target"
    _description = "KPI Target"
    _order = "year desc, kpi_id, dealer_id, region_id"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one("crm.kpi", string="KPI", required=True, index=True, ondelete="cascade")
    year = fields.Integer(
        required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year
    )
    dealer_id = fields.Many2one(
        "crm.dealer", index="btree_not_null", ondelete="cascade", help="Empty: for all dealers."
    )
    region_id = fields.Many2one(
        "crm.dealer.region",
        index="btree_not_null",
        ondelete="cascade",
        help="Its dealers, and the region as a whole.",
    )
    target = fields.Float(required=True, aggregator=None)
    has_quarters = fields.Boolean(
        string="By Quarter",
        help="Months and quarters are judged by the target of their quarter; half-years and the "
        "year by that of the year.",
    )
    quarter1 = fields.Float("Target Q1", aggregator=None)
    quarter2 = fields.Float("Target Q2", aggregator=None)
    quarter3 = fields.Float("Target Q3", aggregator=None)
    quarter4 = fields.Float("Target Q4", aggregator=None)

    _scope_uniq = models.UniqueIndex(
        "(kpi_id, year, COALESCE(dealer_id, 0), COALESCE(region_id, 0))",
        "This KPI has a target for that year already. Change it.",
    )
    _scope_check = models.Constraint(
        "CHECK(dealer_id IS NULL OR region_id IS NULL)",
        "A target is for a dealer or for a region. Make two.",
    )
    _year_check = models.Constraint(
        "CHECK(year BETWEEN 2000 AND 2100)", "Give the year in four figures."
    )

    @api.model
    def _load_records(self, data_list, update=False):
        """A spreadsheet that is imported again changes the targets that are there."""
        if self.env.context.get("import_file"):
            data_list = [dict(data, values=dict(data["values"])) for data in data_list]
            self._find_again([data["values"] for data in data_list if not data.get("xml_id")])
        return super()._load_records(data_list, update)

    @api.model
    def _find_again(self, values_list):
        """Give ``id`` to values of a scope that has a target; one query."""
        this = self.default_get(["year"])["year"]
        known = {
            (row.kpi_id.id, row.year, row.dealer_id.id, row.region_id.id): row.id
            for row in self.search([("kpi_id", "in", [v.get("kpi_id") for v in values_list])])
        }
        for values in values_list:
            year = values.get("year") or this
            place = (values.get("dealer_id") or False, values.get("region_id") or False)
            if number := known.get((values.get("kpi_id"), year, *place)):
                values.setdefault("id", number)

    def _changeable(self):
        """Those that may be set anew for many at once; addons keep theirs out."""
        return self

    @api.model
    def _for_values(self, values):
        """``{value: target}``: of the dealer, else its region or one above it, else the network.

        Of a count that adds up the share for the period. One query, whatever the number of values.
        """
        targets = {}
        # sudo: the target of a value that the user may see.
        found = self.sudo().search_fetch(
            [("kpi_id", "in", values.kpi_id.ids), ("year", "in", values.mapped("year"))],
            ["kpi_id", "year", "dealer_id", "region_id", "target", "has_quarters", "quarter1",
             "quarter2", "quarter3", "quarter4"],
        )  # fmt: skip
        for row in found:
            targets[row.kpi_id.id, row.year, row.dealer_id.id, row.region_id.id] = row
        return {value: self._pick(targets, value) for value in values}

    @api.model
    def _pick(self, targets, value):
        year, kpi = value.year, value.kpi_id.id
        scopes = [(value.dealer_id.id, False)] if value.level == "dealer" else []
        # sudo: regions above the own one.
        path = value.region_id.sudo().parent_path or ""
        scopes += [(False, int(step)) for step in reversed(path.split("/")) if step]
        for dealer, region in [*scopes, (False, False)]:
            if (kpi, year, dealer, region) in targets:
                return targets[kpi, year, dealer, region]._of_period(value)
        return None

    def _of_period(self, value):
        """The target of the period of ``value``; a count's is the share of the months it tells of.

        With quarters a count's targets are those of each quarter alone.
        """
        months = PERIODS[value.period_kind]
        if not self.has_quarters or months == PERIODS["year"]:
            return self.target * value._target_share()
        quarters = [self.quarter1, self.quarter2, self.quarter3, self.quarter4]
        first = value.period.month - 1
        if value.kpi_id.adds_up == "no":
            return quarters[first // 3] if months <= PERIODS["quarter"] else self.target
        begin = first if value.kpi_id.adds_up == "period" else 0
        return sum(quarters[month // 3] / 3 for month in range(begin, first + months))

    @api.onchange("has_quarters", "target")
    def _onchange_has_quarters(self):
        """The year's target for all quarters, until others are given."""
        names = ("quarter1", "quarter2", "quarter3", "quarter4")
        if self.has_quarters and not any(self[name] for name in names):
            self.update(dict.fromkeys(names, self.target))
