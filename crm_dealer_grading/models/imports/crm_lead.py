from odoo import api, models
from odoo.tools import email_normalize

from ..customer.res_partner import ACCESS


class CrmLead(models.Model):
    """Leads by file (C9)."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.import.target"]

    @api.model
    def get_import_templates(self):
        # Core's does not ask further.
        links = super().get_import_templates()
        if self.env.user.has_group(ACCESS):
            others = [] if self.env.user.dealer_scoped else links
            links = [*self._import_template_links(), *others]
        return links

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        faults += self._import_dealer_faults(values_list)
        faults += self._import_negative_faults(values_list, ["expected_revenue"])
        for index, values in enumerate(values_list):
            named = any(values.get(name) for name in ("id", "name", "partner_id", "contact_name"))
            if not named:
                faults.append((index, "name", self.env._("A lead needs a name.")))
            email = values.get("email_from")
            if email and not email_normalize(email):
                reason = self.env._("“%s” is not an e-mail address.", email)
                faults.append((index, "email_from", reason))
        return faults

    @api.model
    def _import_templates(self):
        model = self.env["fleet.vehicle.model"].search([], limit=1)
        channel = self.env["crm.acquisition.channel"].search([], limit=1)
        lead, customer = self.env._("Example Lead"), self.env._("Example Customer")
        columns = [
            ("name", lead),
            ("partner_id", ""),
            ("contact_name", customer),
            ("phone", "+86 138 0000 0000"),
            ("email_from", "customer@example.com"),
            ("dealer_id", self._import_example_dealer()),
            ("user_id", ""),
            ("date_deadline", self._import_example_date(14)),
            ("vehicle_model_id", model.display_name or ""),
            ("purchase_type", self._import_label_of("purchase_type", "new")),
            ("visit_reason", self._import_label_of("visit_reason", "walk_in")),
            ("acquisition_channel_id", channel.name or ""),
            ("expected_revenue", 158000),
            ("competitor_model", ""),
            ("concerns", ""),
        ]
        title = self.env._("Template for Leads of Dealers")
        return {**super()._import_templates(), "leads": (title, columns)}
