from odoo import fields, models

from ..models.assessment.crm_assessment_correct import COMPLAINTS
from ..tools.canonical import decimal_text

KINDS = [
    ("take_back", "Take Back"),
    ("cancel", "Cancel the Assessment"),
    ("approve", "Approve"),
    ("reject", "Reject"),
    ("withdraw", "Withdraw"),
    ("appeal", "Appeal"),
    ("uphold", "Uphold the Appeal"),
    ("refuse", "Refuse the Appeal"),
]


class CrmAssessmentDialog(models.TransientModel):
    """Asks for the reason of a step of an assessment; the step itself checks everything (S9)."""

    _name = "crm.assessment.dialog"
    _description = "Step of an Assessment"
    _inherit = ["crm.dealer.dialog"]
    _rec_name = "kind"
    _in_sight = ("assessment_id", "line_id", "appeal_id", "proposal_ids")

    kind = fields.Selection(KINDS, required=True)
    assessment_id = fields.Many2one("crm.assessment", ondelete="cascade")
    line_id = fields.Many2one("crm.assessment.line", string="Result", ondelete="cascade")
    appeal_id = fields.Many2one("crm.assessment.appeal", ondelete="cascade")
    proposal_ids = fields.Many2many("crm.assessment.proposal", string="Proposals")
    reason = fields.Text(required=True)
    proof = fields.Binary(attachment=False)
    proof_name = fields.Char()
    subject = fields.Selection(
        [
            ("figure", "A Figure"),
            ("complaints", "Number of Complaints"),
            ("faked", "Confirmed Cases of Faked Data"),
        ],
        string="What to Correct",
        required=True,
        default="figure",
    )
    kpi_id = fields.Many2one("crm.kpi", string="Figure to Correct")
    has_value = fields.Boolean(
        string="There Are Cases", default=True, help="Otherwise the dealer has no value."
    )
    value = fields.Float(string="Right Value", digits=(16, 4))
    base = fields.Integer(string="Cases")
    total = fields.Integer(string="Complaints in the Period")
    same_matter = fields.Integer(string="On One Matter in a Month")
    late = fields.Integer(string="Solved Late")
    faked = fields.Integer(string="Confirmed Cases")

    def action_confirm(self):
        """Take the step."""
        self.ensure_one()
        getattr(self, f"_do_{self.kind}")()
        return {"type": "ir.actions.act_window_close"}

    def _do_take_back(self):
        self.assessment_id._step("take_back", self.reason)

    def _do_cancel(self):
        self.assessment_id._step("cancel", self.reason)

    def _do_approve(self):
        self.proposal_ids._step("approve", self.reason)

    def _do_reject(self):
        self.proposal_ids._step("reject", self.reason)

    def _do_withdraw(self):
        self.proposal_ids._step("withdraw", self.reason)

    def _do_appeal(self):
        self.env["crm.assessment.appeal"]._file(
            self.line_id, self.reason, self.proof, self.proof_name
        )

    def _do_uphold(self):
        self.appeal_id._answer("upheld", self.reason, self._correction())

    def _correction(self):
        if self.subject == "complaints":
            return {"counts": {"complaints": {name: self[name] for name in COMPLAINTS}}}
        if self.subject == "faked":
            return {"counts": {"faked": self.faked}}
        return {
            "kpi": self.kpi_id,
            "value": decimal_text(self.value) if self.has_value else None,
            "base": str(self.base),
        }

    def _do_refuse(self):
        self.appeal_id._answer("rejected", self.reason)
