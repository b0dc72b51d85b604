from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.effect import difference

PAIR_FIGURES = ("visits_before", "visits_after", "revenue_before", "revenue_after")


class CrmClubEffectMeasured(models.AbstractModel):
    """What something changed in visits and revenue of those it was for.

    Difference in differences against similar customers whom it was not for; the interval is a
    bootstrap with a fixed seed (``tools/effect.py``). Who is compared with whom is the business
    of the model that inherits; it adds figures by ``_measures()``.
    """

    _name = "crm.club.effect.measured"
    _description = "Measured Effect"

    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    measured_on = fields.Date(readonly=True, required=True)
    days = fields.Integer(
        readonly=True, help="So many days before are compared with as many after."
    )
    minimum = fields.Integer(string="Fewest Pairs", readonly=True)
    participants = fields.Integer(readonly=True, help="Who took part, or was contacted.")
    pairs = fields.Integer(
        readonly=True,
        help="Participants for whom a similar customer was found: the n of the report.",
    )
    too_few = fields.Boolean(readonly=True, help="Too few pairs to tell an effect.")
    visits_before = fields.Float(
        readonly=True, aggregator="avg", help="Visits per participant before."
    )
    visits_after = fields.Float(readonly=True, aggregator="avg")
    control_visits_before = fields.Float(readonly=True, aggregator="avg")
    control_visits_after = fields.Float(readonly=True, aggregator="avg")
    visits_effect = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Change in visits per participant, minus the change of similar customers.",
    )
    visits_low = fields.Float(string="Visits: from", readonly=True, aggregator=None)
    visits_high = fields.Float(string="Visits: to", readonly=True, aggregator=None)
    revenue_before = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Orders, and visits without an order, per participant, without tax.",
    )
    revenue_after = fields.Monetary(readonly=True, aggregator="avg")
    control_revenue_before = fields.Monetary(readonly=True, aggregator="avg")
    control_revenue_after = fields.Monetary(readonly=True, aggregator="avg")
    revenue_effect = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Change in revenue per participant, minus the change of similar customers.",
    )
    revenue_low = fields.Monetary(string="Revenue: from", readonly=True, aggregator=None)
    revenue_high = fields.Monetary(string="Revenue: to", readonly=True, aggregator=None)
    summary = fields.Char(compute="_compute_summary", string="In Words")

    @api.depends("too_few", "visits_low", "visits_high", "revenue_low", "revenue_high", "pairs")
    def _compute_summary(self):
        for effect in self:
            if effect.too_few:
                effect.summary = self.env._(
                    "Too few: %(pairs)s pairs, at least %(minimum)s are needed.",
                    pairs=effect.pairs, minimum=effect.minimum,
                )  # fmt: skip
                continue
            effect.summary = self.env._(
                "Visits: %(visits)s. Revenue: %(revenue)s.",
                visits=effect._in_words(effect.visits_low, effect.visits_high),
                revenue=effect._in_words(effect.revenue_low, effect.revenue_high),
            )

    def _in_words(self, low, high):
        if low > 0:
            return self.env._("more than without it")
        if high < 0:
            return self.env._("less than without it")
        return self.env._("no difference that is certain")

    def _read_group_select(self, aggregate_spec, query):
        """Averages count every pair alike, and no effect of too few pairs, which is none."""
        name, _colon, function = aggregate_spec.partition(":")
        if function != "avg" or name not in self._fields or self._fields[name].aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        figure, pairs, too_few = (
            self._field_to_sql(self._table, column, query) for column in (name, "pairs", "too_few")
        )
        counts = SQL("%s IS NOT TRUE", too_few) if name.endswith("_effect") else SQL("TRUE")
        return SQL(
            "SUM(%(figure)s * %(pairs)s) FILTER (WHERE %(counts)s)"
            " / NULLIF(SUM(%(pairs)s) FILTER (WHERE %(counts)s), 0)",
            figure=figure,
            pairs=pairs,
            counts=counts,
        )

    # -- Measuring ---------------------------------------------------------------------------

    @api.model
    def _measures(self):
        """Names of what is measured: each has ``<name>_before`` and ``_after`` in the rows, and
        ``_effect``, ``_low``, ``_high`` on the record."""
        return ("visits", "revenue")

    @api.model
    def _summary_values(self, pairs, minimum):
        """Values of a record from its pairs ``(row, row of the similar customer)``."""
        values = {"pairs": len(pairs), "too_few": len(pairs) < minimum}
        for name in self._measures():
            before, after = f"{name}_before", f"{name}_after"
            effect = difference(
                [((a[before], a[after]), (b[before], b[after])) for a, b in pairs], minimum
            )
            values |= {
                f"{name}_effect": effect.mean or 0.0,
                f"{name}_low": effect.low or 0.0,
                f"{name}_high": effect.high or 0.0,
            }
            for side, prefix in enumerate(("", "control_")):
                for column in (before, after):
                    total = sum(pair[side][column] for pair in pairs)
                    values[f"{prefix}{column}"] = total / len(pairs) if pairs else 0.0
        return values
