from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmImprovementDecision(models.Model):
    """What a meeting decided; with a plan it becomes a measure (S6)."""

    _name = "crm.improvement.decision"
    _description = "Decision of a Meeting"
    _inherit = ["crm.dealer.scope", "crm.improvement.noted"]
    _in_sight = ("meeting_id", "plan_id")
    _order = "meeting_id, sequence, id"

    meeting_id = fields.Many2one(
        "crm.improvement.meeting", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(related="meeting_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="meeting_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Decision", required=True)
    user_id = fields.Many2one(
        "res.users", string="In Charge", index="btree_not_null", ondelete="restrict",
        domain="[('share', '=', False), ('dealer_ids', 'in', dealer_id)]",
    )  # fmt: skip
    deadline_on = fields.Date(string="Deadline")
    plan_id = fields.Many2one(
        "crm.improvement.plan", index="btree_not_null", ondelete="set null",
        domain="[('dealer_id', '=', dealer_id), ('stage', 'in', ('plan', 'do'))]",
        help="The measure goes into this plan when the meeting was held.",
    )  # fmt: skip

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    @api.constrains("user_id", "plan_id", "meeting_id")
    def _check_dealer(self):
        for decision in self.sudo():  # sudo: who works where, whose plan it is
            if decision.user_id:
                decision.dealer_id._check_works_here(decision.user_id)
            if decision.plan_id.dealer_id - decision.dealer_id:
                raise UserError(self.env._("The plan is another dealer's. Choose an own one."))

    def _check_writer(self):
        self.meeting_id._check_leads()

    def _measure_refusal(self):
        return self.env._("Measures are made when the meeting is held.")

    def _make_measures(self):
        """A measure in its plan for each decision that has one; the user's rights hold."""
        for decision in self.filtered(lambda d: d.plan_id and not d.measure_id):
            today = decision.company_id._today_here()
            measure = self.env["crm.improvement.measure"].create(
                {
                    "plan_id": decision.plan_id.id,
                    "name": decision.name,
                    "user_id": decision.user_id.id,
                    "begin_on": min(today, decision.deadline_on or today),
                    "deadline_on": decision.deadline_on,
                }
            )
            decision._store({"measure_id": measure.id})
