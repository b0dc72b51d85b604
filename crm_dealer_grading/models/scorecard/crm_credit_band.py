from odoo import fields, models


class CrmCreditBand(models.Model):
    """From a score on: the class, and the limit that is proposed (K1)."""

    _name = "crm.credit.band"
    _description = "Credit Band"
    _inherit = ["crm.credit.part"]
    _order = "scorecard_id, min_score desc, id"
    _rec_name = "class_id"

    min_score = fields.Float(
        string="From Points", digits=(5, 1), help="The least score of the class, 0 to 100."
    )
    class_id = fields.Many2one("crm.credit.class", required=True, index=True, ondelete="restrict")
    limit = fields.Monetary(help="What is proposed, where the amount goes by the class.")
    share = fields.Float(
        string="Share of the Figure (%)",
        digits=(6, 2),
        help="Percent of the figure that is proposed, where the limit is a share of it.",
    )
    cap = fields.Monetary(string="At Most", help="The most that a share comes to; 0: no cap.")

    _min_score_uniq = models.Constraint(
        "UNIQUE(scorecard_id, min_score)", "Two bands begin with the same points."
    )
    _class_uniq = models.Constraint(
        "UNIQUE(scorecard_id, class_id)", "Each class has one band of a scorecard."
    )
    _min_score_percent = models.Constraint(
        "CHECK(min_score >= 0 AND min_score <= 100)", "Bands begin at 0 to 100 points."
    )
    _amounts_positive = models.Constraint(
        'CHECK("limit" >= 0 AND cap >= 0 AND share >= 0 AND share <= 1000)',
        "Limits, shares and caps are not below zero.",
    )
