from odoo import api, models

_METRIC = "crm_dealer_grading.metric_last_satisfaction"


class CrmGradingMetric(models.Model):
    """The last satisfaction score that G6 looks at hears answers to programmes as well."""

    _inherit = "crm.grading.metric"

    @api.model
    def _hear_surveys(self):
        """Called once by the data of the addon; a metric that was changed by hand stays."""
        metric = self.env.ref(_METRIC, raise_if_not_found=False)
        if metric and metric.model_name == "crm.contact.log":
            metric._point_to("crm.satisfaction.voice")

    @api.model
    def _hear_contacts_only(self):
        """As it was before the addon; called when it is removed."""
        metric = self.env.ref(_METRIC, raise_if_not_found=False)
        if metric and metric.model_name == "crm.satisfaction.voice":
            metric._point_to("crm.contact.log")

    def _point_to(self, model):
        fields = self.env["ir.model.fields"]
        voice = model == "crm.satisfaction.voice"
        self.write(
            {
                "model_id": self.env["ir.model"]._get_id(model),
                "domain": "[('satisfaction', '>', 0)]",
                "partner_path": "partner_id" if voice else "commercial_partner_id",
                "date_field_id": fields._get(model, "date").id,
                "measure_field_id": fields._get(model, "satisfaction").id,
            }
        )
