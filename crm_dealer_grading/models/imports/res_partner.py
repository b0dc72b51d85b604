from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from ...tools.id_number import MASK, is_valid_resident, normalise
from ..customer.res_partner import ACCESS
from .crm_import_target import ImportFault

_LONGEST_ID_NUMBER = 30
_VEHICLES = "owned_vehicle_ids"


class ResPartner(models.Model):
    """Customers by file, with their vehicles (C9)."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.import.target"]

    owned_vehicle_ids = fields.One2many(
        "crm.vehicle",
        "partner_id",
        string="Vehicles",
        groups=ACCESS,
        help="Vehicles of this very contact; a file of customers brings them along.",
    )

    # -- Known customers ---------------------------------------------------------------------

    @api.model
    def _import_match(self, values_list):
        """A customer is known by the customer number, or as owner, of this name, of a vehicle."""
        for values in values_list:
            if "company_type" in values:
                # Its inverse would write each customer again.
                values["is_company"] = values.pop("company_type") == "company"
        vehicles = self._import_vehicles(values_list)
        self._import_match_numbers(values_list)
        for values in values_list:
            commands = values.get(_VEHICLES)
            if commands:
                known = [vehicles.get(command[2].get("vin")) for command in commands]
                owners = {v.partner_id for v in known if v and v.partner_id._in_sight()}
                same = [owner for owner in owners if owner.name == values.get("name")]
                if not values.get("id") and len(same) == 1:
                    values["id"] = same[0].id
                values[_VEHICLES] = self._import_vehicle_commands(commands, known)
        return super()._import_match(values_list)

    @api.model
    def _import_match_numbers(self, values_list):
        given = {
            values["customer_number"] for values in values_list if values.get("customer_number")
        }
        if not given:
            return
        partners = self.with_context(active_test=False)
        found = partners.search_fetch([("customer_number", "in", list(given))], ["customer_number"])
        ids = {partner.customer_number: partner.id for partner in found}
        for values in values_list:
            number = values.get("customer_number")
            if number in ids:
                values.setdefault("id", ids[number])
                del values["customer_number"]
            elif number:
                try:
                    self._check_customer_numbers([number])
                except UserError as error:
                    raise ImportFault("customer_number", str(error)) from error

    @api.model
    def _import_vehicles(self, values_list):
        """``{VIN: vehicle}`` of the vehicles that come along and exist already."""
        model = self.env["crm.vehicle"]
        lines = []
        for values in values_list:
            commands = values.get(_VEHICLES) or []
            commands = [
                Command.create(model._normalise_identity(model._import_given(command[2])))
                if command[0] == Command.CREATE
                else command
                for command in commands
            ]
            if commands:
                values[_VEHICLES] = commands
            lines += [command[2] for command in commands if command[0] == Command.CREATE]
        return model._import_known({line.get("vin") for line in lines}, f"{_VEHICLES}/vin")

    @api.model
    def _import_vehicle_commands(self, commands, known):
        result = []
        for command, vehicle in zip(commands, known, strict=True):
            if command[0] == Command.CREATE and vehicle:
                # First the owner, whose dealer the vehicle follows, then the rest.
                values = vehicle._import_changes(command[2])
                result += [Command.link(vehicle.id)]
                result += [Command.update(vehicle.id, values)] if values else []
            else:
                result.append(command)
        return result

    # -- Faults ------------------------------------------------------------------------------

    @api.model
    def _import_unique(self):
        vin = self.env["crm.vehicle"]._import_normalise_vin
        return [
            *super()._import_unique(),
            (["customer_number"], str.strip),
            ([f"{_VEHICLES}/vin"], vin),
        ]

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        faults += self._import_dealer_faults(values_list)
        for index, values in enumerate(values_list):
            found = self._import_person_faults(values)
            faults += [(index, path, reason) for path, reason in found]
        return faults

    @api.model
    def _import_person_faults(self, values):
        known = values.get("id") or values.get("customer_number")
        if not known and not values.get("name") and values.get("type", "contact") == "contact":
            yield "name", self.env._("A customer needs a name.")
        if values.get("email") and not email_normalize(values["email"]):
            yield "email", self.env._("“%s” is not an e-mail address.", values["email"])
        if values.get("id_number"):
            reason = self._import_id_number_fault(values["id_number"], values.get("id_type"))
            if reason:
                yield "id_number", reason

    @api.model
    def _import_id_number_fault(self, text, kind):
        number = normalise(text)
        if MASK in number:
            return None  # compared with the customer's own on writing
        if len(number) > _LONGEST_ID_NUMBER or not number:
            return self.env._("An ID number has at most %s letters and digits.", _LONGEST_ID_NUMBER)
        if kind == "resident" and not is_valid_resident(number):
            # The number itself is not repeated: the list of faults is no place for it.
            return self.env._(
                "This is not a valid resident identity number: please compare it with the card."
            )
        try:
            return None if self._id_number_keyring() else self._id_number_key_help()
        except UserError as error:
            return str(error)

    # -- Templates ---------------------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        # Core's does not ask further.
        links = super().get_import_templates()
        if self.env.user.has_group(ACCESS):
            # A dealer needs the columns of ours: core's file makes contacts without a dealer.
            others = [] if self.env.user.dealer_scoped else links
            links = [*self._import_template_links(), *others]
        return links

    @api.model
    def _import_templates(self):
        person = self._import_template_person()
        vehicles = [
            (f"{_VEHICLES}/{path}", examples)
            for path, examples in self.env["crm.vehicle"]._import_template_vehicle()
        ]
        # A second vehicle of the first customer: its row has nothing but the vehicle.
        alone = [(path, [value, ""]) for path, value in person]
        return {
            **super()._import_templates(),
            "customers": (self.env._("Template for Customers"), person),
            "customers_vehicles": (
                self.env._("Template for Customers with Vehicles"),
                alone + vehicles,
            ),
        }

    @api.model
    def _import_template_person(self):
        channel = self.env["crm.acquisition.channel"].search([], limit=1)
        name = self.env._("Example Customer")
        return [
            ("customer_number", ""),
            ("name", name),
            ("company_type", self._import_label_of("company_type", "person")),
            ("gender", self._import_label_of("gender", "male")),
            ("phone", "+86 138 0000 0000"),
            ("email", "customer@example.com"),
            ("id_type", ""),
            ("id_number", ""),
            ("dealer_id", self._import_example_dealer()),
            ("user_id", ""),
            ("acquisition_channel_id", channel.name or ""),
            ("need_state", self._import_label_of("need_state", "clear")),
            ("category_id", ""),
            ("country_id", ""),
            ("state_id", ""),
            ("city", ""),
            ("street", ""),
            ("zip", ""),
        ]
