from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ...tools import plate as plates
from ...tools import vin as vins
from ...tools.union import in_any, keys_of
from .res_partner_search import has_two_signs


class CrmVehicle(models.Model):
    """VIN and plate: brought into one form, checked, found (C3, C4)."""

    _inherit = "crm.vehicle"

    _vin_uniq = models.UniqueIndex(
        "(vin) WHERE vin IS NOT NULL",
        "A vehicle with this VIN exists already. If it is another dealer's, take it in with "
        "“Receive a Vehicle”.",
    )
    _plate_index = models.Index("(plate) WHERE plate IS NOT NULL")
    # People know a few characters of them.
    _marks_index = models.Index(
        lambda registry: registry.has_trigram
        and "USING gin (plate gin_trgm_ops, vin gin_trgm_ops)"
    )

    @api.model
    def _normalise_identity(self, vals):
        """Return a copy of ``vals`` with VIN, plate and engine number in their one form."""
        vals = dict(vals)
        for name, normalise in (("vin", vins.normalise), ("plate", plates.normalise)):
            if name in vals:
                vals[name] = normalise(vals[name]) or False
        if vals.get("engine_number"):
            vals["engine_number"] = vals["engine_number"].strip().upper()
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_identity(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise_identity(vals))

    @api.onchange("vin", "plate")
    def _onchange_identity(self):
        self.vin = vins.normalise(self.vin) or False
        self.plate = plates.normalise(self.plate) or False

    @api.constrains("vin")
    def _check_vin(self):
        for vehicle in self:
            if vehicle.vin and not vins.has_allowed_characters(vehicle.vin):
                raise ValidationError(
                    self.env._(
                        "The VIN %s cannot be right: a VIN has only digits and the letters A to Z "
                        "without I, O and Q. Compare it with the vehicle licence.",
                        vehicle.vin,
                    )
                )

    @api.depends("vin")
    def _compute_vin_warning(self):
        for vehicle in self:
            vehicle.vin_warning = vehicle._vin_advice(vins.normalise(vehicle.vin))

    @api.model
    def _vin_advice(self, vin):
        """Return what is suspicious about ``vin``, or False. Advice only: it can be right."""
        if not vin:
            return False
        if not vins.has_allowed_characters(vin):
            return self.env._("A VIN never has the letters I, O and Q, nor signs: check it.")
        if not vins.has_valid_length(vin):
            return self.env._(
                "A VIN has 17 characters, this one has %s: please compare it with the licence.",
                len(vin),
            )
        if not vins.has_valid_check_digit(vin):
            return self.env._(
                "The check digit does not fit: probably a character is wrong. "
                "Some imported vehicles have none."
            )
        return False

    @api.depends("plate")
    def _compute_plate_kind(self):
        for vehicle in self:
            plate = plates.normalise(vehicle.plate)
            vehicle.plate_kind = plate and plates.kind(plate)

    @api.model
    def _search_display_name(self, operator, value):
        """One box for plate, VIN, and the owner's name and phone."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in":
            return Domain.OR(self._search_display_name("=", item) for item in value)
        text = str(value or "")
        mark = vins.normalise(text)
        if not text or (mark == "" and operator.endswith("like")):
            return Domain.TRUE if operator.endswith("like") else Domain.FALSE
        if not operator.endswith("like"):
            return Domain("plate", operator, mark) | Domain("vin", operator, mark)
        partners = self.env["res.partner"].with_context(active_test=False)
        owner = partners._name_or_phone_domain(text) | Domain("customer_number", "=", mark)
        # sudo: the search that this is a part of shows the vehicles in the user's sight; the
        # owners are those in sight.
        vehicles = self.sudo().with_context(active_test=False)
        owned = Domain("partner_id", "in", partners._search(owner))
        if has_two_signs(text):
            return in_any(keys_of(vehicles._search(owned)))
        marked = vehicles._search(self._marked(mark))
        return in_any(keys_of(marked), keys_of(vehicles._search(owned)))

    @api.model
    def _marked(self, mark):
        """Vehicles by a part of the plate or the VIN, written as they are stored."""
        return Domain("plate", "ilike", mark) | Domain("vin", "ilike", mark)

    @api.model
    def find_or_create_by_vin(self, vin, vals=None):
        """Return the vehicle with this ``vin``, created with ``vals`` when there is none (C4).

        An existing vehicle is not changed. Safe against a creation at the same time.

        :raise UserError: when ``vin`` is empty or names a vehicle out of the user's sight
        """
        vin = vins.normalise(vin)
        if not vin:
            raise UserError(self.env._("Give the VIN of the vehicle."))
        if found := self._find_by_vin(vin):
            return found
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                vehicle = self.create({**(vals or {}), "vin": vin})
                vehicle.flush_recordset()
                return vehicle
        except UniqueViolation as error:
            if found := self._find_by_vin(vin):
                return found
            # Made a moment ago: our snapshot cannot see it, the next try will.
            raise ConcurrencyError(f"VIN {vin}") from error

    @api.model
    def _find_by_vin(self, vin):
        found = self.with_context(active_test=False).search([("vin", "=", vin)])
        # sudo: only to tell that it exists, which the unique VIN tells anyway.
        if not found and self.sudo().with_context(active_test=False).search_count(
            [("vin", "=", vin)], limit=1
        ):
            raise UserError(
                self.env._(
                    "The vehicle %s is in another dealer's files. When it stands before you, "
                    "take it in with “Receive a Vehicle”.",
                    vin,
                )
            )
        return self.browse(found.ids)
