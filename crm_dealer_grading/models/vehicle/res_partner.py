from odoo import api, fields, models
from odoo.tools import SQL

ACCESS = "crm_dealer_grading.group_access"
# Stored fields that follow the owner of a vehicle, a visit, an ownership.
_DERIVED_FROM_OWNER = {
    "crm.vehicle": ["commercial_partner_id"],
    "crm.service.visit": ["commercial_partner_id"],
    "crm.vehicle.ownership": ["commercial_partner_id", "dealer_id", "is_present"],
}


class ResPartner(models.Model):
    """A customer's vehicles and visits, those of its contacts included."""

    _inherit = "res.partner"

    vehicle_ids = fields.One2many(
        "crm.vehicle", "commercial_partner_id", groups=ACCESS, readonly=True
    )
    vehicle_count = fields.Integer(compute="_compute_customer_counts", groups=ACCESS)
    service_visit_ids = fields.One2many(
        "crm.service.visit", "commercial_partner_id", string="Service Visits", groups=ACCESS
    )
    service_visit_count = fields.Integer(
        string="Visit Count",
        compute="_compute_customer_counts",
        groups=ACCESS,
        help="Visits that were not cancelled.",
    )

    @api.model
    def _customer_counters(self):
        """``{field: (model, name of its customer, domain)}``; extend for more buttons.

        The model is its name, or a recordset in superuser mode where the number is no secret.
        """
        customer = "commercial_partner_id"
        return {
            "vehicle_count": ("crm.vehicle", customer, []),
            "service_visit_count": ("crm.service.visit", customer, [("stage", "!=", "cancelled")]),
        }

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_customer_counts(self):
        """All that the user may see of each kind, counted in one query."""
        counters = self._customer_counters()
        queries = []
        for name, (model, customer, domain) in counters.items():
            model = self.env[model] if isinstance(model, str) else model
            field = model._fields[customer]
            if model.has_access("read") and model._has_field_access(field, "read"):
                query = model._search([(customer, "in", self.commercial_partner_id.ids), *domain])
                column = model._field_to_sql(model._table, customer, query)
                query.groupby = column
                queries.append(query.select(SQL("%s", name), column, SQL("COUNT(*)")))
        union = SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)
        rows = self.env.execute_query(union) if queries else []
        counts = {(name, customer): count for name, customer, count in rows}
        for partner in self:
            for name in counters:
                partner[name] = counts.get((name, partner.commercial_partner_id.id), 0)

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

    def _counted_domain(self, name):
        """Domain of what the customer's button ``name`` counts, to open the same."""
        _model, customer, domain = self._customer_counters()[name]
        return [(customer, "=", self.commercial_partner_id.id), *domain]

    def _open_records(self, xmlid, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = self._counted_domain(name)
        action["context"] = {"default_partner_id": self.id}
        return action

    def action_open_vehicles(self):
        """Open the customer's vehicles."""
        return self._open_records("crm_dealer_grading.crm_vehicle_action", "vehicle_count")

    def action_open_service_visits(self):
        """Open the customer's visits."""
        action = "crm_dealer_grading.crm_service_visit_action"
        return self._open_records(action, "service_visit_count")
