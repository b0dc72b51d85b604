from odoo import api, fields, models

ACCESS = "crm_dealer_grading.group_access"
# Stored fields that follow the owner of a vehicle, a visit, an ownership.
_DERIVED_FROM_OWNER = {
    "crm.vehicle": ["commercial_partner_id"],
    "crm.service.visit": ["commercial_partner_id"],
    "crm.vehicle.ownership": ["commercial_partner_id", "dealer_id"],
}


class ResPartner(models.Model):
    """A customer's vehicles and visits, those of its contacts included."""

    _inherit = "res.partner"

    vehicle_ids = fields.One2many(
        "crm.vehicle", "commercial_partner_id", groups=ACCESS, readonly=True
    )
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

    def _take_over_vehicles(self, dealers):
        """After a merge, which moves keys behind the ORM's back: what is derived from the owner.

        Called as superuser on the survivor; ``dealers`` are those of the customers it replaces.
        """
        self.ensure_one()
        self.env.invalidate_all()
        for model, names in _DERIVED_FROM_OWNER.items():
            records = self.env[model].with_context(active_test=False)
            records = records.search([("partner_id", "=", self.id)])
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
        self.env.flush_all()
        vehicles = self.env["crm.vehicle"].with_context(active_test=False)
        moved = vehicles.search(
            [("partner_id", "=", self.id), ("dealer_id", "in", (dealers - self.dealer_id).ids)]
        )
        if moved and self.dealer_id:
            moved.write({"dealer_id": self.dealer_id.id})
            for vehicle in moved:
                vehicle._hand_over(vehicle.serving_dealer_ids | dealers)

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
