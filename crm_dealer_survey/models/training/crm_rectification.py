from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.counting import count_by


class CrmRectification(models.Model):
    """Where a problem comes of not knowing how, training is asked for (S4, S7)."""

    _inherit = "crm.rectification"

    training_need_count = fields.Integer(
        string="Training Needs", compute="_compute_training_need_count"
    )

    @api.depends_context("uid")
    def _compute_training_need_count(self):
        counts = count_by(self.env["crm.training.need"], "rectification_id", self)
        for notice in self:
            notice.training_need_count = counts.get(notice._origin, 0)

    def action_ask_for_training(self):
        """Open the training need about the notice; it is written where there is none.

        :raise AccessError: by others than the dealer's manager and the manufacturer
        """
        self.ensure_one()
        self.check_access("read")
        need = self.env["crm.training.need"]._ask_for(
            {
                "name": self.subject,
                "dealer_id": self.dealer_id.id,
                "company_id": self.company_id.id,
                "factor_id": self.factor_id.id,
                "gap": self.cause_analysis or self.problem,
                "origin": "rectification",
                "rectification_id": self.id,
                "source_ref": f"{self._name},{self.id}",
            }
        )
        return need._get_records_action()
