from odoo import fields, models


class CrmGradingLevel(models.Model):
    """A level with its customers and what they bring: the squares of a matrix (G2).

    Of those customers whom the user may see.
    """

    _inherit = "crm.grading.level"

    score_sum = fields.Float(
        string="Sum of the Figure",
        compute="_compute_shares",
        help="Of the scheme's first metric, e.g. the revenue.",
    )
    customer_share = fields.Float(
        string="Share of Customers (%)", compute="_compute_shares", digits=(6, 1)
    )
    score_share = fields.Float(
        string="Share of the Figure (%)", compute="_compute_shares", digits=(6, 1)
    )
    score_metric_id = fields.Many2one("crm.grading.metric", compute="_compute_shares")

    def _compute_shares(self):
        groups = self.env["crm.grading.result"]._read_group(
            [("scheme_id", "in", self.scheme_id.ids)],
            ["scheme_id", "level_id"],
            ["__count", "score:sum"],
        )
        found = {level: (count, score) for _scheme, level, count, score in groups}
        totals = {}
        for scheme, _level, count, score in groups:
            customers, sums = totals.get(scheme, (0, 0))
            totals[scheme] = (customers + count, sums + score)
        for level in self:
            count, score = found.get(level, (0, 0))
            customers, sums = totals.get(level.scheme_id, (0, 0))
            level.score_sum = score
            level.customer_share = 100 * count / customers if customers else 0
            level.score_share = 100 * score / sums if sums else 0
            level.score_metric_id = level.scheme_id._score_metric()
