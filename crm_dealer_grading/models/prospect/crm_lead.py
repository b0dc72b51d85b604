from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DELIVERY_FIELDS = {"vehicle_id", "delivered_on", "delivered_by"}
DELIVERERS = ("crm_dealer_grading.group_dealer_user", "crm_dealer_grading.group_oem_manager")
_MOST_DAYS_AHEAD = 7
# What a lead is won, lost or open by.
_STANDING = {"stage_id", "probability", "active", "type"}


class CrmLead(models.Model):
    """From the prospect card to the owner card: the delivery of the vehicle (C6)."""

    _inherit = "crm.lead"

    vehicle_id = fields.Many2one(
        "crm.vehicle",
        string="Delivered Vehicle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The lead is an owner card since this vehicle was delivered.",
    )
    delivered_on = fields.Date(readonly=True, copy=False, tracking=True)
    delivered_by = fields.Many2one("res.users", readonly=True, copy=False)
    delivery_log_ids = fields.One2many(
        "crm.lead.delivery.log",
        "lead_id",
        string="Deliveries",
        groups="crm_dealer_grading.group_access",
    )
    can_deliver = fields.Boolean(compute="_compute_can_deliver")
    can_undo_delivery = fields.Boolean(compute="_compute_can_deliver")

    @api.depends("won_status", "vehicle_id", "dealer_id")
    @api.depends_context("uid")
    def _compute_can_deliver(self):
        delivers, undoes = self._is_deliverer(), self._is_undoer()
        for lead in self:
            won = lead.won_status == "won" and lead.dealer_id
            lead.can_deliver = delivers and won and not lead.vehicle_id
            lead.can_undo_delivery = undoes and lead.vehicle_id

    @api.model
    def _is_deliverer(self):
        return any(map(self.env.user.has_group, DELIVERERS))

    # -- Only a delivery writes what a delivery writes ---------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_delivery_fields(name for name, value in vals.items() if value)
        # A screen of a vehicle hands its vehicle on as default of whatever is made there.
        handed_on = [f"default_{name}" for name in DELIVERY_FIELDS]
        leads = self.with_context(**dict.fromkeys(handed_on, False))
        return super(CrmLead, leads).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._check_delivery_fields(vals)
        won = self._won_on() if _STANDING & vals.keys() and "date_closed" not in vals else {}
        result = super().write(vals)
        if _STANDING & vals.keys():
            self._check_delivered_stays_won()
        for lead, moment in won.items():
            # The ERP takes the archiving of a won lead for another end of it.
            if lead.won_status == "won" and lead.date_closed != moment:
                lead.date_closed = moment
        return result

    def _won_on(self):
        """``{lead: moment}`` of the dealers' leads among these that are won already."""
        won = self.filtered(lambda lead: lead.dealer_id and lead.won_status == "won")
        return {lead: lead.date_closed for lead in won if lead.date_closed}

    def _check_delivery_fields(self, names):
        if not self.env.su and DELIVERY_FIELDS.intersection(names):
            raise AccessError(
                self.env._("A delivery is recorded with “Deliver Vehicle” on the lead.")
            )

    def _check_delivered_stays_won(self):
        for lead in self.filtered("delivered_on"):
            if lead.won_status != "won":
                raise UserError(
                    self.env._(
                        "“%s” is delivered and stays won. A manager can undo the delivery first.",
                        lead.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        # Whoever acts as superuser clears whole tables, and the vehicle keeps its own file.
        if not self.env.su and (delivered := self.filtered("delivered_on")):
            raise UserError(
                self.env._(
                    "“%s” is delivered and cannot be deleted. A manager can undo the delivery "
                    "first.",
                    delivered[0].name,
                )
            )

    # -- Delivery ----------------------------------------------------------------------------

    def action_set_won_rainbowman(self):
        """After winning a dealer's lead offer the delivery."""
        result = super().action_set_won_rainbowman()
        if not self.can_deliver:
            return result
        effect = result.get("effect") if isinstance(result, dict) else None
        return {**self.action_deliver(), **({"effect": effect} if effect else {})}

    def action_deliver(self):
        """Open the wizard of the delivery, or the vehicle where it is done already."""
        self.ensure_one()
        if self.vehicle_id:
            return self.action_open_vehicle()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_lead_delivery_action"
        )
        return {**action, "context": {"default_lead_id": self.id}}

    def action_open_vehicle(self):
        """Open the vehicle that was delivered on this lead."""
        self.ensure_one()
        return self.vehicle_id._get_records_action()

    def _deliver(self, vin, vals, partner=None, plan=None):
        """Hand the vehicle over: lead, vehicle, owner and follow-ups in one transaction (C6).

        Safe to call twice, also at once: the second call returns the vehicle of the first.

        :param str vin: of a vehicle in the user's sight, or of a new one
        :param dict vals: values of the vehicle; ``delivery_date`` among them
        :param partner: the owner; empty: the lead's customer, made from the lead if need be
        :param plan: activity plan to start on the vehicle, may be empty
        :return: the vehicle
        :raise AccessError: without the right to deliver, or to write on the lead
        :raise UserError: when something speaks against the delivery; says what to do
        """
        self.ensure_one()
        self._check_may_deliver()
        self._lock_delivery()
        if self.vehicle_id:
            return self.vehicle_id.with_env(self.env)
        self._check_deliverable(vals)
        if not partner:
            self._handle_partner_assignment(create_missing=True)
            partner = self.partner_id
        vals = {"dealer_id": self.dealer_id.id, **vals, "partner_id": partner.id}
        vehicle, before = self._deliver_vehicle(vin, vals)
        log = self._log_delivery(vehicle, before, vals["delivery_date"])
        log.activity_data = self._start_delivery_plan(vehicle, plan, vals["delivery_date"])
        self._after_delivery(vehicle)
        return vehicle

    def _after_delivery(self, vehicle):
        """Called in the transaction of a delivery, with lead and vehicle in place; extend.

        For instance a club enrols ``vehicle.commercial_partner_id`` here. An exception undoes
        the whole delivery. Not called for a second click.
        """

    def _check_may_deliver(self):
        if not self._is_deliverer():
            raise AccessError(
                self.env._("Only a dealer's staff delivers vehicles. Ask to be put on its staff.")
            )
        self.check_access("write")

    def _lock_delivery(self):
        """Wait for a delivery of this lead that is going on.

        Once that one is committed, the database refuses this transaction, which saw an older
        state, and the server tries it again.
        """
        self.flush_recordset()
        self.env.cr.execute("SELECT FROM crm_lead WHERE id = %s FOR UPDATE", [self.id])
        self.invalidate_recordset(["vehicle_id", "delivered_on"])

    def _check_deliverable(self, vals):
        if self.won_status != "won":
            raise UserError(
                self.env._("“%s” is not won yet. Mark it as won, then deliver.", self.name)
            )
        if not self.dealer_id:
            raise UserError(self.env._("“%s” has no dealer. Give it one, then deliver.", self.name))
        day = fields.Date.to_date(vals.get("delivery_date"))
        if not day:
            raise UserError(self.env._("Give the day of the delivery."))
        if day > fields.Date.context_today(self) + timedelta(_MOST_DAYS_AHEAD):
            raise UserError(
                self.env._(
                    "A delivery is recorded when it takes place, at most %s days ahead. "
                    "Correct the day of the delivery.",
                    _MOST_DAYS_AHEAD,
                )
            )
        bought = fields.Date.to_date(vals.get("purchase_date"))
        if bought and bought > day:
            raise UserError(
                self.env._(
                    "The vehicle cannot be delivered before it is bought. Correct one of the days."
                )
            )

    def _deliver_vehicle(self, vin, vals):
        """Return the vehicle with ``vals``, and what was before (None: it did not exist)."""
        vehicles = self.env["crm.vehicle"].with_context(ownership_date=vals["delivery_date"])
        # Raises for a vehicle in another dealer's files.
        existed = bool((vin or "").strip()) and vehicles._find_by_vin(vehicles._clean_vin(vin))
        vehicle = vehicles.find_or_create_by_vin(vin, vals)
        before = None
        if existed:
            vehicle._check_free_for_delivery(vals)
            before = vehicle._before_delivery(vals)
            vehicle.write(vals)
        return vehicle.with_env(self.env), before

    def _log_delivery(self, vehicle, before, day):
        # sudo: the right to deliver, checked above, stands in for the right on these fields
        # and on the log, which nobody has.
        lead = self.sudo()
        rounds = lead.delivery_log_ids.filtered(lambda log: log.event == "undone")
        log = lead.env["crm.lead.delivery.log"].create(
            {
                **lead._delivery_log_values(vehicle, "delivered", len(rounds) + 1),
                "vehicle_created": before is None,
                "before": before,
            }
        )
        lead.write(
            {"vehicle_id": vehicle.id, "delivered_on": day, "delivered_by": self.env.user.id}
        )
        vehicle.message_post(
            body=self.env._("Delivered on %(day)s: %(lead)s", day=day, lead=self.name)
        )
        return log

    def _delivery_log_values(self, vehicle, event, number):
        return {
            "lead_id": self.id,
            "vehicle_id": vehicle.id,
            "vin": vehicle.vin,
            "partner_id": vehicle.partner_id.id,
            "dealer_id": self.dealer_id.id,
            "event": event,
            "round": number,
            "user_id": self.env.user.id,
        }

    def _start_delivery_plan(self, vehicle, plan, day):
        """Start the follow-ups for the salesperson; return the ids of the activities."""
        if not plan:
            return []
        seller = self.user_id
        if not seller or not vehicle.with_user(seller).has_access("read"):
            seller = self.env.user
        had = vehicle.activity_ids
        schedule = self.env["mail.activity.schedule"].with_context(
            active_model=vehicle._name, active_ids=vehicle.ids
        )
        schedule.create(
            {"plan_id": plan.id, "plan_date": day, "plan_on_demand_user_id": seller.id}
        ).action_schedule_plan()
        vehicle.invalidate_recordset(["activity_ids"])
        made = vehicle.activity_ids - had
        words = plan.with_context(lang=seller.lang)._shipped_words()
        for activity in made:
            activity.summary = words.get(activity.summary, activity.summary)
        return made.ids
