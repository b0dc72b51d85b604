from math import ceil

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..grading.crm_grading_metric import DATE_AGGREGATES, PAST_DATES


def round_up(figure):
    """Round up to two significant digits: a threshold to aim at, nobody's own figure.

    >>> round_up(80948), round_up(1000), round_up(-123)
    (81000, 1000, -120)
    """
    digits = len(str(int(abs(figure)))) - 2
    unit = 10 ** max(digits, 0)
    return ceil(figure / unit) * unit


class CrmGradingResult(models.Model):
    """The level a customer holds in a scheme. Written by the engine's SQL only."""

    _name = "crm.grading.result"
    _description = "Customer Grading"
    _order = "scheme_id, score desc, id"
    _rec_name = "level_id"
    _log_access = False

    scheme_id = fields.Many2one("crm.grading.scheme", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    level_id = fields.Many2one("crm.grading.level", required=True, index=True, ondelete="cascade")
    level_color = fields.Integer(related="level_id.color", aggregator=None)
    score = fields.Float(
        help="The figure that ranks: of the scheme's first metric, or the quintile scores "
        "side by side (555 is best)."
    )
    figures = fields.Json(help="The figures behind the level, by metric code.")
    since = fields.Date(help="First day at this level.")
    dealer_id = fields.Many2one("crm.dealer", ondelete="set null")
    region_id = fields.Many2one(related="dealer_id.region_id")
    why = fields.Text(compute="_compute_why", help="The figures behind the level in words.")

    # How many of a dealer's customers are at each level.
    _dealer_level_index = models.Index("(dealer_id, scheme_id, level_id)")
    _partner_scheme_uniq = models.Constraint(
        "UNIQUE(partner_id, scheme_id)", "A customer holds one level in each scheme."
    )

    @api.depends_context("lang", "tz", "uid")
    @api.depends("figures", "level_id", "score")
    def _compute_why(self):
        """Collect the latest run's figures for all levels at once, then word each result."""
        schemes = self.scheme_id
        schemes._metrics(with_parts=True).fetch(["name", "code", "unit", "aggregate", "kind"])
        lines = schemes.level_ids._latest_run_lines()
        outlooks = self._outlooks()
        for result in self:
            parts = result._figures_in_words() + result._position_in_words(
                lines.get(result.level_id)
            )
            result.why = "\n".join(parts + result._outlook_in_words(outlooks.get(result), lines))

    def _figures_in_words(self):
        figures = self.figures or {}
        return [
            self.env._(
                "%(metric)s: %(figure)s",
                metric=metric.name,
                figure=self._figure_in_words(metric, figures.get(metric.code)),
            )
            for metric in self.scheme_id._metrics()
        ]

    _round_up = staticmethod(round_up)

    def _figure_in_words(self, metric, figure):
        if figure is None:
            return self.env._("none")
        if metric.unit == "money":
            return format_amount(self.env, float(figure), self.scheme_id.currency_id)
        if metric.aggregate in DATE_AGGREGATES and isinstance(figure, str):
            day = fields.Date.to_date(figure)
            days = (fields.Date.context_today(self) - day).days
            return self.env._(
                "%(days)s (%(date)s)",
                days=days if metric.aggregate in PAST_DATES else -days,
                date=format_date(self.env, day),
            )
        return f"{float(figure):g}"

    def _position_in_words(self, line):
        """Words on where the level stands among all; needs a full run."""
        if not line or self.scheme_id.method not in ("rank", "cumulative"):
            return []
        scheme = self.scheme_id
        args = {"level": self.level_id.name, "share": f"{self.level_id.share:g}"}
        top = self.level_id == scheme.level_ids[:1]
        if scheme.method == "rank" and top:
            text = self.env._("%(level)s: the top %(share)s %% of the customers.", **args)
        elif scheme.method == "rank":
            text = self.env._("%(level)s: the next %(share)s %% of the customers.", **args)
        elif top:
            text = self.env._("%(level)s: who make the first %(share)s %% of the sum.", **args)
        else:
            text = self.env._("%(level)s: who make the next %(share)s %% of the sum.", **args)
        if scheme.scope != "network":
            return [text]
        bounds = self.env._(
            "On %(date)s these were %(count)s customers, from about %(lowest)s.",
            date=format_date(self.env, line.date),
            count=line.customers,
            lowest=self._figure_in_words(scheme._metrics()[:1], round_up(line.lowest)),
        )
        return [text, bounds]
