from odoo import api, fields, models


class CrmCreditCriterion(models.Model):
    """What a customer gets 0 to 10 points for, and how much they weigh (K1)."""

    _name = "crm.credit.criterion"
    _description = "Credit Criterion"
    _inherit = ["crm.credit.part"]
    _order = "scorecard_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    factor_id = fields.Many2one(
        "crm.credit.factor", required=True, index=True, ondelete="restrict"
    )
    heading = fields.Char(
        compute="_compute_heading",
        export_string_translation=False,
        help="The factor, where its first criterion stands.",
    )
    weight = fields.Float(
        required=True,
        default=1,
        digits=(6, 2),
        help="Against the other criteria of the scorecard; 100 in all is easy to read.",
    )
    guidance = fields.Text(
        translate=True,
        help="What few, middling and many points look like, so that all judge alike.",
    )
    required = fields.Boolean(help="No assessment is done without an answer to it.")
    evidence_required = fields.Boolean(
        string="Evidence", help="An answer needs a file that shows where it comes from."
    )

    _weight_positive = models.Constraint("CHECK(weight > 0)", "A weight is above zero.")

    @api.depends("factor_id.name", "scorecard_id.criterion_ids.factor_id", "sequence")
    @api.depends_context("lang")
    def _compute_heading(self):
        for card, criteria in self.grouped("scorecard_id").items():
            before, heads = None, {}
            for criterion in card.criterion_ids.sorted(lambda c: (c.sequence, c._origin.id or 0)):
                if criterion.factor_id != before:
                    heads[criterion] = criterion.factor_id.name
                before = criterion.factor_id
            for criterion in criteria:
                criterion.heading = heads.get(criterion, False)

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        # sudo: the drafts of every company ask the same questions.
        drafts = self.env["crm.credit.assessment"].sudo()
        drafts = drafts.search(
            [("scorecard_id", "in", criteria.scorecard_id.ids), ("state", "=", "draft")]
        )
        drafts._ask_all()
        return criteria
