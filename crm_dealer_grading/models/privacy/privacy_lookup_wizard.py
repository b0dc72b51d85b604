from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import plate as plates
from ...tools import vin as vins
from ...tools.id_number import MASK, normalise

_MAY = "base.group_system,crm_dealer_grading.group_oem_manager"
_ASKED = ("name", "email", "phone", "plate", "vin", "id_number")


class PrivacyLookupWizard(models.TransientModel):
    """Finds a person by whatever is known of it, and all that hangs on it (P4).

    With a name and an e-mail address alone it is core's own search. A plate or a VIN finds the
    former owners as well.
    """

    _inherit = "privacy.lookup.wizard"

    name = fields.Char(required=False)
    email = fields.Char(required=False)
    phone = fields.Char(help="Landline or mobile, however it is written.")
    plate = fields.Char(string="Licence Plate")
    vin = fields.Char(string="VIN")
    id_number = fields.Char(
        string="ID Number",
        compute="_compute_id_number",
        inverse="_inverse_id_number",
        help="The whole number. It is compared by its fingerprint, and not kept.",
    )
    id_number_hashes = fields.Char(groups=fields.NO_ACCESS)

    @api.model
    def _check_may_look_up(self):
        user = self.env.user
        if not user.has_groups(_MAY) or user._kept_to_dealers():
            raise AccessError(
                self.env._(
                    "Only the manufacturer's managers and the administrators look persons up "
                    "across the whole network. Search among your customers, or send them the "
                    "person's request."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_look_up()
        return super().create(vals_list)

    def write(self, vals):
        self._check_may_look_up()
        return super().write(vals)

    def action_lookup(self):
        """Find the records, and note who looked and by what, not for whom.

        :raise AccessError: for all but OEM managers and administrators
        :raise UserError: nothing to look for is given, or it cannot be read
        """
        self.ensure_one()
        self._check_may_look_up()
        asked = self._asked()
        if not asked:
            raise UserError(
                self.env._(
                    "Give a name, an e-mail address, a phone, a plate, a VIN or an ID number."
                )
            )
        # sudo: lines name any record, so nobody writes them by hand.
        wizard = self.sudo()
        super(PrivacyLookupWizard, wizard).action_lookup()
        people = wizard.line_ids.filtered(lambda line: line.res_model == "res.partner")
        self.env["crm.protected.access"]._log(
            self.env["res.partner"].browse(people.res_id if len(people) == 1 else []),
            ", ".join(asked),
            kind="lookup",
            count=len(wizard.line_ids),
        )
        return self.action_open_lines()

    def _post_log(self):
        """Core's log takes what was done to the lines; who may not write it does it here."""
        return super(PrivacyLookupWizard, self.sudo())._post_log()

    # -- Who it is ---------------------------------------------------------------------------

    def _asked(self):
        """What is given, spaces alone being nothing."""
        return [name for name in _ASKED if (self[name] or "").strip()]

    def _only_core(self):
        """Whether it is asked as core asks: by name and e-mail."""
        return self._asked() == ["name", "email"]

    def _found_people(self):
        """Ids of the persons that any of what is given leads to, archived ones included."""
        # sudo: the caller has checked who may look.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        domains = [getattr(self, f"_domain_{name}")() for name in self._asked()]
        return partners.search(Domain.OR(domains))

    def _domain_name(self):
        return Domain("name", "=ilike", tools.escape_psql(self.name.strip()))

    def _domain_email(self):
        email = tools.email_normalize(self.email.strip())
        if not email:
            raise UserError(self.env._("This is no e-mail address: %s", self.email))
        return Domain("email_normalized", "=", email)

    def _phones_normalised(self):
        phones = self.env["res.partner"]._privacy_phone_forms(self.phone)
        if not phones:
            raise UserError(self.env._("This is no number of a phone: %s", self.phone))
        return sorted(phones)

    def _domain_phone(self):
        return Domain("phone_sanitized", "in", self._phones_normalised())

    @api.depends("id_number_hashes")
    def _compute_id_number(self):
        for wizard in self:
            # sudo: only whether a number was given.
            wizard.id_number = MASK * 18 if wizard.sudo().id_number_hashes else False

    def _inverse_id_number(self):
        partners = self.env["res.partner"]
        for wizard in self:
            number = normalise(wizard.id_number)
            if number and MASK in number:
                raise UserError(self.env._("Enter the whole ID number: it is found by that alone."))
            keyring = number and partners._id_number_keyring()
            if number and not keyring:
                raise UserError(partners._id_number_key_help())
            # sudo: the stored fingerprints are closed to all.
            wizard.sudo().id_number_hashes = number and ",".join(keyring.digests(number))
        self.invalidate_recordset(["id_number"])

    def _domain_id_number(self):
        hashes = self.sudo().id_number_hashes.split(",")
        return Domain("id_number_hash", "in", hashes)

    def _domain_plate(self):
        plate = plates.normalise(self.plate)
        if not plate:
            # Empty it would be that of all vehicles without one.
            raise UserError(self.env._("This is no licence plate: %s", self.plate))
        lines = self.env["crm.vehicle.ownership"].sudo().search([("plate", "=", plate)])
        vehicles = self.env["crm.vehicle"].sudo().with_context(active_test=False)
        owners = lines.partner_id | vehicles.search([("plate", "=", plate)]).partner_id
        return Domain("id", "in", owners.ids)

    def _domain_vin(self):
        vehicles = self.env["crm.vehicle"].sudo().with_context(active_test=False)
        vin = vins.normalise(self.vin)
        if not vin:
            raise UserError(self.env._("This is no VIN: %s", self.vin))
        found = vehicles.search([("vin", "=", vin)])
        return Domain("id", "in", (found.partner_id | found.ownership_ids.partner_id).ids)

    # -- What hangs on it --------------------------------------------------------------------

    def _get_query(self):
        if self._only_core():
            return super()._get_query()
        people = self._found_people()
        parts = [self._query_part("res.partner", SQL("id IN %s", tuple(people.ids) or (0,)))]
        for model in self.env.values():
            if model._transient or not model._auto or model._abstract:
                continue
            tests = self._tests_of(model, people) + self._tests_of_addresses(model)
            if tests:
                parts.append(self._query_part(model._name, SQL(" OR ").join(tests)))
        return SQL(" UNION ALL ").join(parts)

    def _query_part(self, name, where):
        model = self.env[name]
        archived = "active" in model._fields and model._fields["active"].store
        return SQL(
            "SELECT %s AS res_model_id, id AS res_id, %s AS is_active FROM %s WHERE %s",
            self.env["ir.model"]._get_id(name),
            SQL.identifier("active") if archived else SQL("TRUE"),
            SQL.identifier(model._table),
            where,
        )

    def _tests_of(self, model, people):
        """Conditions on the keys of ``model`` to ``people``; ours with those that cascade."""
        skipped = {*self._get_query_models_blacklist()} - {"mail.message", "res.users"}
        if not people or model._name in skipped:
            return []
        ours = model._original_module.startswith("crm_dealer_")
        return [
            SQL("%s IN %s", SQL.identifier(field.name), tuple(people.ids))
            for field in model._fields.values()
            if field.comodel_name == "res.partner" and field.type == "many2one"
            if field.store and field.column_type
            if ours or field.ondelete != "cascade"
        ]

    def _tests_of_addresses(self, model):
        """Documents that carry the phone or the e-mail in its one form, and name nobody."""
        if model._name == "res.partner" or model._table_query is not None:
            return []
        asked = []
        if "phone" in self._asked():
            asked.append(("phone_sanitized", self._phones_normalised()))
        if "email" in self._asked():
            asked.append(("email_normalized", [tools.email_normalize(self.email.strip())]))
        return [
            SQL("%s IN %s", SQL.identifier(name), tuple(values))
            for name, values in asked
            if name in model._fields and model._fields[name].store
        ]
