"""What a client names tells a dealer nothing of another dealer's customers (P5).

Whoever may call ``onchange`` or ``create`` names any id. Every model that a dealer's user may make
records of is asked for every field that leads to what is apart by dealer.
"""

from psycopg2 import Error

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_network import AccessCase

# What only the customer's file and vehicle say; found in an answer, it was told.
_PERSON = {
    "name": "Sekretnym Adamova",
    "phone": "+86 139 1357 2468",
    "email": "sekretmail@example.org",
    "street": "Sekretstreet 77",
    "city": "Sekrettown",
    "ref": "SEKRETREF",
}
_CAR = {"plate": "京ASEK77", "vin": "LFV3A23C0J3999997"}
# What somebody may know of a stranger, and ask for the rest by it.
_KNOWN = {
    "phone": _PERSON["phone"],
    "partner_phone": _PERSON["phone"],
    "email": _PERSON["email"],
    "email_from": _PERSON["email"],
    "partner_email": _PERSON["email"],
    "plate": _CAR["plate"],
    "rescue_plate": _CAR["plate"],
    "vin": _CAR["vin"],
}
# The server's refusals; of missing values some methods of the ERP know only these.
_REFUSALS = (UserError, Error, KeyError, ValueError, IndexError, TypeError, AttributeError)


@tagged("post_install", "-at_install")
class TestOpenForms(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a.write(_PERSON)
        cls.foreign["crm.vehicle"].write(_CAR)
        cls.specs = {}

    def test_open_forms_tell_nothing(self):
        """Neither by an onchange nor by a default."""
        asked = self._ask_each(self._ask_form)
        self.assertGreater(len(asked), 60)
        self.assertIn(("crm.service.visit", "vehicle_id"), asked)
        self.assertIn(("crm.lead", "partner_id"), asked)

    def test_new_records_tell_nothing(self):
        """They are refused, or made and read: nothing is copied out of another dealer's file."""
        asked = self._ask_each(self._ask_made)
        self.assertGreater(len(asked), 60)
        self.assertIn(("crm.service.visit", "vehicle_id"), asked)
        self.assertIn(("mail.message", "author_id"), asked)

    def test_ids_in_every_shape(self):
        """As a pair, as values of a record, in a line, by a reference."""
        forms = self._as("sales_b", self.env["crm.lead"])
        partner = self.customer_a.id
        order = self._as("sales_b", self.env["sale.order"])
        car = self.foreign["crm.vehicle"]
        activity = self._as("sales_b", self.env["mail.activity"])
        model_id = self.env["ir.model"]._get_id(car._name)
        for form, values in (
            (forms, {"partner_id": [partner, "Me"]}),
            (forms, {"partner_id": {"id": partner}}),
            (forms, {"partner_id": {"name": "New", "parent_id": partner}}),
            (forms, {"order_ids": [Command.create({"partner_id": partner})]}),
            (forms, {"order_ids": [Command.update(self.order_a.id, {"note": "X"})]}),
            (order, {"opportunity_id": self.lead_a.id}),
            (activity, {"res_model_id": model_id, "res_id": car.id}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                form.onchange(values, list(values), {name: {} for name in values})

    def test_what_was_named_before_may_stay(self):
        """A customer moves on, and its finished documents stay with the dealer."""
        visit = self.foreign["crm.service.visit"]
        visit.vehicle_id.partner_id = self.customer_b
        visit.partner_id = self.customer_a
        self.customer_a.dealer_id = visit.vehicle_id.dealer_id = self.dealer_b
        mine = self._as("sales_a", visit)
        self.assertFalse(self._as("sales_a", visit.partner_id).has_access("read"))
        values = {"vehicle_id": visit.vehicle_id.id, "partner_id": visit.partner_id.id}
        mine.onchange({**values, "note": "Late"}, ["note"], {"note": {}})
        mine.write({**values, "note": "Late"})
        with self.assertRaises(AccessError):
            mine.write({"vehicle_id": self._vehicle(self.customer_b).id})

    # -- How it is asked -----------------------------------------------------------------------

    def _ask_each(self, ask):
        """:return: the models and fields that gave an answer; none tells what was not asked"""
        asked, told = set(), {}
        for login in ("sales_b", "greedy_b"):
            for model in self._models(login):
                for name, value in self._named(login, model):
                    if (model._name, name) in asked:
                        continue
                    answers = list(self._answers(ask(model, name, value)))
                    if answers:
                        asked.add((model._name, name))
                    secrets = [*_PERSON.values(), *_CAR.values()]
                    if found := [w for w in secrets if w != value and w in str(answers)]:
                        told[login, model._name, name] = found
        self.assertFalse(told)
        return asked

    def _models(self, login):
        for name in sorted(self.registry.models):
            model = self._as(login, self.env[name])
            if not model._abstract and model._auto and model.has_access("create"):
                yield model

    def _named(self, login, model):
        """What leads to a record of dealer A: its id, or what the user may know of it."""
        for name, field in model._fields.items():
            if field.type == "char" and name in _KNOWN:
                yield name, _KNOWN[name]
            if field.type in ("many2one", "many2many"):
                record = self.foreign.get(field.comodel_name, self.env["crm.lead"])[:1]
                if record and not self._as(login, record).has_access("read"):
                    yield name, record.id if field.type == "many2one" else [Command.set(record.ids)]

    def _answers(self, questions):
        for question in questions:
            with self.env.cr.savepoint() as point, mute_logger("odoo.sql_db"):
                try:
                    answer = question()
                except AccessError:
                    answer = "refused"
                except _REFUSALS:
                    answer = None
                point.rollback()
            if answer is not None:
                yield answer

    def _ask_form(self, model, name, value):
        spec = self._spec(model)
        given = model.with_context(**{f"default_{name}": value})
        yield lambda: model.onchange({name: value}, [name], {**spec})
        yield lambda: given.onchange({}, [], {**spec})
        yield lambda: given.default_get(list(spec))

    def _ask_made(self, model, name, value):
        spec = self._spec(model)
        yield lambda: self._make(model, {name: value}).web_read(spec)

    def _make(self, model, vals):
        defaults = model.default_get(list(model._fields))
        values = {
            name: self._anything(field)
            for name, field in model._fields.items()
            if field.required and field.store and not field.compute and not defaults.get(name)
        }
        return model.create({**values, **vals})

    def _spec(self, model):
        """What a form with all fields that the user has asks for."""
        key = model._name, model.env.uid
        if key not in self.specs:
            self.specs[key] = {
                name: {"fields": {"display_name": {}}} if model._fields[name].relational else {}
                for name in model.fields_get(attributes=["type"])
            }
        return self.specs[key]

    def _anything(self, field):
        """A value for a field that must have one, of dealer B where that matters."""
        if field.type == "many2one":
            if field.comodel_name == "res.partner":
                return self.customer_b.id
            records = self._as("sales_b", self.env[field.comodel_name])
            return records.search([], limit=1).id if records.has_access("read") else False
        if field.type == "selection":
            return field.get_values(self.env)[0]
        kinds = {"date": fields.Date.today(), "datetime": fields.Datetime.now(), "boolean": True}
        return kinds.get(field.type, 1 if field.type in ("integer", "float", "monetary") else "X")
