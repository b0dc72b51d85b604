from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

# Points as choices: a number field would make a zero of an empty one, and none is no zero (K1).
POINTS = [(str(points), str(points)) for points in range(11)]
# They follow the assessment.
_OWN = {"dealer_id", "company_id", "state"}


class CrmCreditAssessmentLine(models.Model):
    """The answer to one criterion: 0 to 10 points or none, a remark, the evidence (K1)."""

    _name = "crm.credit.assessment.line"
    _description = "Answer to a Credit Criterion"
    _order = "assessment_id, sequence, id"
    _rec_name = "criterion_id"

    assessment_id = fields.Many2one(
        "crm.credit.assessment", required=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "crm.credit.criterion",
        string="Asked",
        required=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char(related="criterion_id.name", string="Criterion")
    sequence = fields.Integer(related="criterion_id.sequence", store=True, precompute=True)
    heading = fields.Char(related="criterion_id.heading")
    factor_id = fields.Many2one(related="criterion_id.factor_id")
    weight = fields.Float(related="criterion_id.weight")
    guidance = fields.Text(related="criterion_id.guidance")
    required = fields.Boolean(related="criterion_id.required")
    evidence_required = fields.Boolean(related="criterion_id.evidence_required")
    score = fields.Selection(
        POINTS, string="Points", help="0 to 10; empty: not answered, left out of the score."
    )
    remark = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_credit_assessment_line_attachment_rel",
        "line_id",
        "attachment_id",
        string="Evidence Files",
        copy=False,
    )
    state = fields.Selection(related="assessment_id.state", store=True, precompute=True)
    dealer_id = fields.Many2one(
        related="assessment_id.dealer_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id", store=True, precompute=True, index=True
    )

    _criterion_uniq = models.Constraint(
        "UNIQUE(assessment_id, criterion_id)", "Each criterion is answered once."
    )

    def _points(self):
        """The points as a number, None without an answer."""
        return int(self.score) if self.score else None

    @api.constrains("assessment_id", "criterion_id")
    def _check_criterion(self):
        for line in self:
            if line.criterion_id.scorecard_id != line.assessment_id.scorecard_id:
                raise ValidationError(
                    self.env._(
                        "“%(criterion)s” is not a criterion of “%(card)s”.",
                        criterion=line.criterion_id.name,
                        card=line.assessment_id.scorecard_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Answer criteria of drafts.

        :raise AccessError: the assessment, or a file, is out of the user's reach
        :raise UserError: the assessment is no draft
        """
        lines = super().create(self._whole_vals(vals_list))
        lines._claim_files()
        return lines

    @api.model
    def _whole_vals(self, vals_list):
        """Values with what the rules ask for, whatever a default says.

        :raise AccessError: the user does not write the assessment
        :raise UserError: it is no draft
        """
        default = self.default_get(["assessment_id"])
        Assessment = self.env["crm.credit.assessment"]
        ids = [{**default, **vals}.get("assessment_id") for vals in vals_list]
        assessments = Assessment.browse({number for number in ids if number})
        assessments.check_access("write")
        assessments._check_draft()
        return [
            {
                **vals,
                "state": "draft",
                "dealer_id": assessment.dealer_id.id,
                "company_id": assessment.company_id.id,
            }
            for vals, assessment in zip(vals_list, map(Assessment.browse, ids), strict=True)
        ]

    def write(self, vals):
        if (_OWN | {"assessment_id", "sequence"}) & vals.keys():
            raise AccessError(
                self.env._("An answer belongs to its assessment. Add it to the other one anew.")
            )
        self.assessment_id._check_draft()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._claim_files()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self.assessment_id._check_draft()

    def _claim_files(self):
        """Files belong to the answer: who reads it reads them, and nobody else.

        :raise AccessError: a file belongs to something else, or is another user's upload
        """
        for line in self:
            # sudo: a planted file may be one that the user cannot read; it is refused here.
            for file in line.sudo().attachment_ids:
                if (file.res_model, file.res_id) == (line._name, line.id):
                    continue
                if file.res_id or file.res_field or file.create_uid != self.env.user:
                    raise AccessError(
                        self.env._(
                            "Evidence is uploaded in the assessment itself: upload the file there."
                        )
                    )
                file.write({"res_model": line._name, "res_id": line.id, "public": False})
