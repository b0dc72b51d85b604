from odoo import api, fields, models

ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    """A customer's vehicles and visits, those of its contacts included."""

    _inherit = "res.partner"

    vehicle_ids = fields.One2many("crm.vehicle", "commercial_partner_id", groups=ACCESS)
    vehicle_count = fields.Integer(compute="_compute_vehicle_count", groups=ACCESS)
    service_visit_ids = fields.One2many(
        "crm.service.visit", "commercial_partner_id", string="Service Visits", groups=ACCESS
    )
    service_visit_count = fields.Integer(
        string="Visit Count",
        compute="_compute_service_visit_count",
        groups=ACCESS,
        help="Visits that were not cancelled.",
    )

    def _count_of_customer(self, model, domain=()):
        """Return ``{customer: number of records}`` for the customers of these, in one query."""
        domain = [("commercial_partner_id", "in", self.commercial_partner_id.ids), *domain]
        return dict(self.env[model]._read_group(domain, ["commercial_partner_id"], ["__count"]))

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_vehicle_count(self):
        counts = self._count_of_customer("crm.vehicle")
        for partner in self:
            partner.vehicle_count = counts.get(partner.commercial_partner_id, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_service_visit_count(self):
        counts = self._count_of_customer("crm.service.visit", [("stage", "!=", "cancelled")])
        for partner in self:
            partner.service_visit_count = counts.get(partner.commercial_partner_id, 0)

    def _hand_over_open_leads(self, old, new_id):
        """A customer's vehicles go to the new home dealer together with the open leads."""
        result = super()._hand_over_open_leads(old, new_id)
        # sudo: who may hand the customer over may hand over the vehicles.
        vehicles = self.env["crm.vehicle"].sudo().with_context(active_test=False)
        domain = [("partner_id", "in", self.ids), ("dealer_id", "=", old.id)]
        vehicles = vehicles.search(domain) if new_id else vehicles
        vehicles.write({"dealer_id": new_id})
        for vehicle in vehicles:
            vehicle._hand_over(vehicle.serving_dealer_ids | old)
        return result

    def _open_records(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    def action_open_vehicles(self):
        """Open the customer's vehicles."""
        return self._open_records("crm_dealer_grading.crm_vehicle_action")

    def action_open_service_visits(self):
        """Open the customer's visits."""
        return self._open_records("crm_dealer_grading.crm_service_visit_action")
