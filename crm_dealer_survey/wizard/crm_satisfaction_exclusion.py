from odoo import fields, models


class CrmSatisfactionExclusion(models.TransientModel):
    """Asks why answers are left out, or count again (S1)."""

    _name = "crm.satisfaction.exclusion"
    _description = "Leave Out Answers"

    decision = fields.Selection(
        [("exclude", "Leave out"), ("readmit", "Count again")], required=True, default="exclude"
    )
    answer_ids = fields.Many2many(
        "survey.user_input",
        string="Answers",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Text(
        required=True, help="Kept in the history of each answer, with name and time."
    )

    def action_apply(self):
        """Do it; the rights are those on the answers."""
        self.ensure_one()
        if self.decision == "exclude":
            self.answer_ids._exclude(self.reason)
        else:
            self.answer_ids._readmit(self.reason)
        return {"type": "ir.actions.act_window_close"}
