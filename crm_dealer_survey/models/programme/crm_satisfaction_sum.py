from odoo import fields, models

from .crm_satisfaction_score import KINDS


class CrmSatisfactionSum(models.Model):
    """Sums of the scores of a group in a settled month or quarter, over all companies (S1).

    Customers are units: ``tools/confidence.py`` of the grading addon says what the sums are for.
    Only the job of ``crm.satisfaction.settled`` writes them, and only the index reads them.
    """

    _name = "crm.satisfaction.sum"
    _description = "Sums of Satisfaction Scores"
    _log_access = False
    _rec_name = "version_id"

    version_id = fields.Many2one(
        "crm.satisfaction.version", required=True, readonly=True, ondelete="cascade"
    )
    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    factor_id = fields.Many2one("crm.satisfaction.factor", readonly=True, ondelete="cascade")
    level = fields.Char(required=True, readonly=True)
    unit = fields.Char(string="Length of the Period", required=True, readonly=True)
    place = fields.Integer(readonly=True, help="Number of the dealer or region.")
    period = fields.Date(required=True, readonly=True)
    n = fields.Integer(string="Number of Answers", readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True)
    total = fields.Float(readonly=True)
    squares = fields.Float(string="Sum of Squares", readonly=True)
    products = fields.Float(string="Sum of Totals times Answers", readonly=True)
    sizes = fields.Float(string="Sum of Squared Answers", readonly=True)

    _figures = models.Index("(version_id, kind, factor_id, level, unit, period)")
