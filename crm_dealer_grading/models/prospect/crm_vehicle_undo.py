from odoo import Command, models

_WORDS = ("comment", "email", "email_outgoing")


class CrmVehicle(models.Model):
    """What undoing a delivery does to the vehicle; called as superuser."""

    _inherit = "crm.vehicle"

    def _hangs_on(self):
        """Whether anything but the delivery itself names this vehicle; so it must stay."""
        self.ensure_one()
        if len(self.ownership_ids) > 1 or self.activity_ids:
            return True
        here = [("res_id", "=", self.id)]
        said = [*here, ("model", "=", self._name), ("message_type", "in", _WORDS)]
        if self.env["mail.message"].search_count(said, limit=1):
            return True
        files = [*here, ("res_model", "=", self._name)]
        if self.env["ir.attachment"].search_count(files, limit=1):
            return True
        return any(
            self.env[model]
            .with_context(active_test=False)
            .search_count([(name, "=", self.id)], limit=1)
            for model, name in self._fields_naming_vehicles()
        )

    def _goes_with_vehicle(self):
        """Models whose records a delivery makes, or that are reckoned anew; extend it."""
        return {"crm.vehicle.ownership", "crm.lead.delivery.log", "crm.lead.delivery"}

    def _fields_naming_vehicles(self):
        """Stored many2one fields of every installed module that point to a vehicle."""
        left_out = self._goes_with_vehicle()
        return [
            (model._name, name)
            for model in map(self.env.__getitem__, self.env.registry)
            if not model._abstract and not model._transient and model._name not in left_out
            for name, field in model._fields.items()
            if field.type == "many2one" and field.store and field.comodel_name == self._name
        ]

    def _give_back(self, delivery):
        """Owner, ownerships and values as before ``delivery``, unless it was sold on since."""
        if self.partner_id != delivery.partner_id:
            return
        before = delivery.before
        kept = {line["id"]: line for line in before["lines"]}
        self.ownership_ids.filtered(lambda line: line.id not in kept).unlink()
        for line in self.ownership_ids:
            line.write({name: value for name, value in kept[line.id].items() if name != "id"})
        self.write(before["vehicle"])
        self.serving_dealer_ids = [Command.set(before["serving"])]
