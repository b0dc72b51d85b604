from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import plate as plates
from ...tools import vin as vins

# Kept for the owner, not for the vehicle.
_OWNERS_FIELDS = ("insurer_id", "insurance_policy", "insurance_expiry", "purchase_price")


class CrmVehicle(models.Model):
    """Owners over time, and vehicles that come to another dealer's door (C4)."""

    _inherit = "crm.vehicle"

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        vehicles._record_ownership()
        return vehicles

    def write(self, vals):
        if not {"partner_id", "plate"} & vals.keys():
            return super().write(vals)
        before = {vehicle: (vehicle.partner_id, vehicle.plate) for vehicle in self}
        serving = {vehicle: vehicle._known_dealers() for vehicle in self}
        dealers = {vehicle: vehicle.sudo().dealer_id for vehicle in self}
        result = super().write(vals)
        changed = self.filtered(lambda v: before[v] != (v.partner_id, v.plate))
        changed._record_ownership()
        for vehicle in changed:
            former = before[vehicle][0]
            if former != vehicle.partner_id:
                vehicle._hand_over(serving[vehicle])
                if dealers[vehicle] - vehicle.sudo().dealer_id:
                    vehicle.sudo()._leave_file_with(former, keep=vals)
        return result

    @api.model
    def _home_dealer_fields(self):
        return {"active", "company_id", "serving_dealer_ids"}

    def _known_dealers(self):
        """The dealers that see the vehicle now."""
        # sudo: only compared, to find who may go on seeing it.
        return self.sudo().dealer_id | self.sudo().serving_dealer_ids

    def _hand_over(self, known):
        """Take the vehicle out of sight of the dealers that do not serve the new owner."""
        # sudo: a new owner's dealer decides who sees the vehicle, not the user's rights.
        vehicle = self.sudo()
        serving = known & vehicle.partner_id.serving_dealer_ids - vehicle.dealer_id
        if vehicle.serving_dealer_ids != serving:
            vehicle.serving_dealer_ids = [Command.set(serving.ids)]

    def _leave_file_with(self, former, keep=()):
        """What was kept for the former owner is not the next owner's dealer's to read.

        Called as superuser: the right to hand the vehicle over stands in for the right to
        write on a customer who may be out of the user's sight.
        """
        former = former.sudo() or self.ownership_ids.filtered("date_to")[:1].partner_id
        self.write({name: False for name in _OWNERS_FIELDS if name not in keep})
        self.message_unsubscribe(self.message_partner_ids.ids)
        if not former:
            return
        # Nothing is lost: it goes to the file of the customer whom it was written for. So does
        # what the ERP wrote by itself: to-dos that were done and delivered orders name people.
        # Without words are the vehicle's own changes, which stay.
        here = [("res_id", "=", self.id)]
        said = [*here, ("model", "=", self._name), ("body", "!=", False)]
        self.env["mail.message"].search(said).write({"model": former._name, "res_id": former.id})
        files = self.env["ir.attachment"].search([*here, ("res_model", "=", self._name)])
        files.write({"res_model": former._name, "res_id": former.id})
        partner_model = self.env["ir.model"]._get_id(former._name)
        self.activity_ids.write({"res_model_id": partner_model, "res_id": former.id})

    # -- Owners ------------------------------------------------------------------------------

    def _lock_history(self):
        """Let no other transaction change the histories of these vehicles at the same time.

        A plain lock would not do: after waiting for it, this transaction would still look at
        its old snapshot. An update makes the database refuse, and the server try again.
        """
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                "UPDATE crm_vehicle SET write_date = write_date WHERE id IN %s", [tuple(self.ids)]
            )

    def _record_ownership(self):
        """Close the open line of each vehicle and open the next, where something changed.

        From the context key ``ownership_date`` (default today) on the new owner and plate hold;
        the first line begins at the delivery or purchase, where it is known.
        """
        self._lock_history()
        today = fields.Date.context_today(self)
        given = fields.Date.to_date(self.env.context.get("ownership_date"))
        # sudo: the lines of an earlier owner may be another dealer's; nothing is shown.
        lines = self.env["crm.vehicle.ownership"].sudo()
        open_lines = lines.search([("vehicle_id", "in", self.ids), ("date_to", "=", False)])
        open_lines = {line.vehicle_id.id: line for line in open_lines}
        had_owner = set(lines.search([("vehicle_id", "in", self.ids)]).vehicle_id.ids)
        new = []
        for vehicle in self.sudo():
            start = given or today
            if not given and vehicle.id not in had_owner:
                start = vehicle.delivery_date or vehicle.purchase_date or today
            line = open_lines.get(vehicle.id, lines)
            if not given and line and line.date_from == today + timedelta(days=1):
                # Somebody farther east has begun the line: there it is tomorrow already.
                start = line.date_from
            if vehicle._close_line(line, start):
                new.append(vehicle._ownership_values(start))
        lines.create(new)

    def _close_line(self, line, day):
        """Close ``line`` at ``day``; return whether a new one is due."""
        if line and line.partner_id == self.partner_id and line.plate == self.plate:
            return False
        if line and day < line.date_from:
            raise UserError(
                self.env._(
                    "%(vehicle)s has had its present owner or plate since %(day)s. "
                    "Give a later date for the change.",
                    vehicle=self.name,
                    day=line.date_from,
                )
            )
        if line and self.partner_id and day == line.date_from:
            # Put right on the same day: the first entry was no owner for any day.
            line.write(self._ownership_values(day))
            return False
        if line:
            line.date_to = day
        return bool(self.partner_id)

    def _ownership_values(self, day):
        return {
            "vehicle_id": self.id,
            "partner_id": self.partner_id.id,
            "plate": self.plate,
            "date_from": day,
        }

    def _owner_at(self, date):
        """Return ``{vehicle: owner at this date}``, an empty owner where nobody is known."""
        owners = self.env["crm.vehicle.ownership"]._owners_at([(v.id, date) for v in self])
        return {vehicle: owners[vehicle.id, date] for vehicle in self}

    # -- Receiving ---------------------------------------------------------------------------

    @api.model
    def receive(self, vin_or_plate):
        """Take in a vehicle that stands before the user, whosever customer's it is (C4).

        Found by its whole VIN or plate only. It and its owner are then served by the user's
        dealer too, and the chatter of both says so.

        :return: the vehicle
        :raise AccessError: for users who are no dealer's staff
        :raise UserError: when nothing, or more than one vehicle, has this VIN or plate
        """
        dealer = self.env.user._default_dealer()
        if not dealer or not self.has_access("write"):
            raise AccessError(
                self.env._("Only a dealer's staff receives vehicles. Ask to be put on its staff.")
            )
        vehicle = self._find_exactly(vin_or_plate)
        vehicle._serve_by(dealer)
        return self.browse(vehicle.id)

    @api.model
    def _find_exactly(self, vin_or_plate):
        # sudo: the vehicle may be out of sight; whoever knows the whole VIN or plate has it
        # at hand. The result goes to _serve_by, which leaves a trace.
        vehicles = self.sudo()
        vin, plate = vins.normalise(vin_or_plate), plates.normalise(vin_or_plate)
        found = vin and vehicles.search([("vin", "=", vin)])
        found = found or (plate and vehicles.search([("plate", "=", plate)], limit=2))
        if not found:
            raise UserError(
                self.env._(
                    "No vehicle has the VIN or plate “%s”. Check that it is complete; "
                    "a vehicle that nobody knows yet can be created.",
                    vin_or_plate or "",
                )
            )
        if len(found) > 1:
            raise UserError(
                self.env._("More than one vehicle has this plate. Receive it by its VIN.")
            )
        return found

    def _serve_by(self, dealer):
        """Let ``dealer`` see and serve these vehicles (given as superuser) and their owners."""
        user = self.env.user
        for vehicle in self:
            if dealer in vehicle.dealer_id | vehicle.serving_dealer_ids:
                continue
            vals = {"serving_dealer_ids": [Command.link(dealer.id)]}
            if vehicle.company_id != (dealer.sudo().company_id or self.env.company):
                # Two companies work on it now.
                vals["company_id"] = False
            vehicle.write(vals)
            vehicle.message_post(
                body=self.env._(
                    "Received by %(dealer)s (%(user)s)", dealer=dealer.name, user=user.name
                ),
                author_id=user.partner_id.id,
            )
        self.partner_id.with_user(user)._serve_by(dealer)
