from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_QUARTERS = ("quarter1", "quarter2", "quarter3", "quarter4")


class CrmKpiTargetMake(models.TransientModel):
    """Sets the KPI targets of a year for many at once (S8): copied, from figures, or one figure."""

    _name = "crm.kpi.target.make"
    _description = "Set KPI Targets"
    _rec_name = "year"

    year = fields.Integer(
        required=True, default=lambda self: self.env.company._today_here().year + 1
    )
    method = fields.Selection(
        [
            ("copy", "Copy the targets of another year"),
            ("actual", "From the figures of another year"),
            ("set", "One target for all"),
        ],
        required=True,
        default="copy",
    )
    from_year = fields.Integer(
        string="Other Year",
        required=True,
        default=lambda self: self.env.company._today_here().year,
    )
    kpi_ids = fields.Many2many("crm.kpi", string="KPIs", help="Empty: all.")
    level = fields.Selection(
        [("network", "Network"), ("region", "Regions"), ("dealer", "Dealers")],
        string="Targets of",
        required=True,
        default="dealer",
    )
    region_id = fields.Many2one(
        "crm.dealer.region", help="This region and those below it. Empty: all."
    )
    percent = fields.Float(
        string="Better by (%)",
        help="So much better than what is copied or measured: higher, or lower where lower is "
        "better.",
    )
    target = fields.Float()
    overwrite = fields.Boolean(
        help="Targets that are there already are changed; otherwise they stay."
    )

    _year_check = models.Constraint(
        "CHECK(year BETWEEN 2000 AND 2100 AND from_year BETWEEN 2000 AND 2100)",
        "Give the year in four figures.",
    )

    def action_make(self):
        """Set the targets, and open those of the year.

        :raise UserError: nothing is there to set them from, or all are there already
        """
        self.ensure_one()
        wanted = self._wanted()
        if not wanted:
            raise UserError(
                self.env._("There is nothing to set targets from. Choose another year or KPIs.")
            )
        if not self._set(wanted):
            raise UserError(
                self.env._("All these targets are there already. Tick “Overwrite” to change them.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_kpi_target_action"
        )
        return {**action, "domain": [("year", "=", self.year)], "context": {}}

    def _wanted(self):
        """``{(KPI, dealer id, region id): values}``."""
        if self.method == "set" and not self.kpi_ids:
            raise UserError(self.env._("Choose the KPIs that get this target."))
        kpis = self.kpi_ids or self.env["crm.kpi"].search(Domain.TRUE)
        return getattr(self, f"_from_{self.method}")(kpis)

    def _from_copy(self, kpis):
        targets = self.env["crm.kpi.target"].search(
            [("kpi_id", "in", kpis.ids), ("year", "=", self.from_year), *self._scope_domain()]
        )
        return {
            (row.kpi_id, row.dealer_id.id, row.region_id.id): {
                "target": self._bettered(row.kpi_id, row.target),
                "has_quarters": row.has_quarters,
                **{name: self._bettered(row.kpi_id, row[name]) for name in _QUARTERS},
            }
            for row in targets
        }

    def _from_actual(self, kpis):
        values = self.env["crm.kpi.value"].search(
            [("kpi_id", "in", kpis.ids), ("level", "=", self.level), ("has_value", "=", True),
             ("period_kind", "=", "year"), ("period", "=", date(self.from_year, 1, 1)),
             *self._scope_domain()]
        )  # fmt: skip
        return {
            (row.kpi_id, row.dealer_id.id, row.region_id.id if self.level == "region" else False): {
                "target": self._bettered(row.kpi_id, row.value)
            }
            for row in values
        }

    def _from_set(self, kpis):
        places = {"network": self.env["crm.dealer"], "dealer": self.env["crm.dealer"],
                  "region": self.env["crm.dealer.region"]}[self.level]  # fmt: skip
        if self.level != "network":
            name = "id" if self.level == "region" else "region_id"
            below = [(name, "child_of", self.region_id.id)] if self.region_id else Domain.TRUE
            places = places.search(below)
        ids = places.ids or ([False] if self.level == "network" else [])
        return {
            (kpi, number if self.level == "dealer" else False,
             number if self.level == "region" else False): {"target": self.target}
            for kpi in kpis
            for number in ids
        }  # fmt: skip

    def _scope_domain(self):
        """Of targets or values of the level, in the region."""
        if self.level == "network":
            return [("dealer_id", "=", False), ("region_id", "=", False)]
        if self.level == "region":
            below = [("region_id", "child_of", self.region_id.id)] if self.region_id else []
            return [("dealer_id", "=", False), ("region_id", "!=", False), *below]
        below = [("dealer_id.region_id", "child_of", self.region_id.id)] if self.region_id else []
        return [("dealer_id", "!=", False), *below]

    @api.model
    def _digits(self, kpi):
        return 0 if kpi.unit == "number" else 2

    def _bettered(self, kpi, figure):
        """``figure`` made better; a share that should be high ends at 100."""
        up = kpi.better == "higher"
        figure_ = figure * (1 + (self.percent if up else -self.percent) / 100)
        if kpi.unit == "percent" and up:
            figure_ = min(figure_, max(figure, 100.0))
        return round(max(figure_, 0.0), self._digits(kpi))

    def _set(self, wanted):
        """Write and create; how many."""
        targets = self.env["crm.kpi.target"]
        kpis = self.env["crm.kpi"].union(*(kpi for kpi, _dealer, _region in wanted))
        there = {
            (row.kpi_id, row.dealer_id.id, row.region_id.id): row
            for row in targets.search([("year", "=", self.year), ("kpi_id", "in", kpis.ids)])
        }
        changeable = targets.union(*there.values())._changeable()
        known = [scope for scope in wanted if scope in there and there[scope] in changeable]
        for scope in known if self.overwrite else ():
            there[scope].write({"has_quarters": False, **wanted[scope]})
        new = [
            {**wanted[scope], "year": self.year, "kpi_id": scope[0].id, "dealer_id": scope[1],
             "region_id": scope[2]}
            for scope in wanted if scope not in there
        ]  # fmt: skip
        targets.create(new)
        return len(new) + (len(known) if self.overwrite else 0)
