from odoo import api, models


class CrmContactLog(models.Model):
    """What a customer said: scores and complaints."""

    _name = "crm.contact.log"
    _inherit = ["crm.contact.log", "crm.grading.trigger"]
    _grading_on_create = False  # most contacts tell no figure

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        logs.filtered(lambda log: log.satisfaction or log.complaint)._queue_regrade()
        return logs

    def _grading_fields(self):
        return {"partner_id", "date", "satisfaction", "complaint"}

    def _grading_customers(self):
        return self.partner_id
