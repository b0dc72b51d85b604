"""What somebody types into a dialog is nobody else's: every dialog of the suite (P5)."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DealerCommon

_OURS = ("crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey")


@tagged("post_install", "-at_install")
class TestDialogs(DealerCommon):
    def _dialogs(self):
        """The transient models that are ours, and those of the ERP in which ours keep something."""
        return [
            self.env[name]
            for name, model in self.registry.items()
            if model._transient and not model._abstract and self._keeps_ours(model)
        ]

    def _keeps_ours(self, model):
        """Whether a column of ``model`` is ours; settings are for administrators alone."""
        if model._name == "res.config.settings":
            return False
        return model._original_module in _OURS or any(
            field.store and set(field._modules) & set(_OURS) for field in model._fields.values()
        )

    def test_every_one_has_a_rule_of_its_own(self):
        dialogs = self._dialogs()
        self.assertGreater(len(dialogs), 10)
        for dialog in dialogs:
            for login in ("sales_a", "manager_a", "agent", "credit", "auditor", "oem"):
                user = self.users[login]
                own = str(Domain("create_uid", "in", [user.id]))
                for mode in ("read", "write", "unlink"):
                    rules = self.env["ir.rule"].with_user(user)
                    domain = Domain(rules._compute_domain(dialog._name, mode))
                    parts = getattr(domain, "children", [domain])
                    self.assertIn(own, map(str, parts), (dialog._name, login, mode))

    def test_rows_of_others_over_rpc(self):
        """A row that exists: nobody else finds, reads, changes, uses or deletes it."""
        asked = 0
        for dialog in self._dialogs():
            typed = self._typed(dialog)
            for login in ("manager_a", "oem"):
                mine = self._as(login, typed)
                if not mine.browse().has_access("read"):
                    continue
                asked += 1
                with self.subTest(dialog._name, login=login):
                    self.assertNotIn(typed.id, mine.search([]).ids)
                    with self.assertRaises(AccessError):
                        mine.read(["create_date"])
                    for mode in ("write", "unlink"):
                        with self.assertRaises(AccessError):
                            mine.check_access(mode)
        self.assertGreater(asked, 20)

    def test_open_forms_tell_nothing_of_others(self):
        """Neither by a default nor by an onchange: names, plates and what is derived of them."""
        asked = set()
        for dialog in self._dialogs():
            for name in getattr(dialog, "_in_sight", ()):
                for login in ("sales_b", "greedy_b", "agent"):
                    mine = self._as(login, dialog)
                    records = dialog.env[dialog._fields[name].comodel_name].sudo()
                    record = records.search([], order="id DESC", limit=1) or self._one_of(records)
                    if not mine.has_access("create") or self._as(login, record).has_access("read"):
                        continue
                    asked.add(dialog._name)
                    many = dialog._fields[name].type == "many2many"
                    value = [Command.set(record.ids)] if many else record.id
                    with self.subTest(dialog._name, login=login):
                        with self.assertRaises(AccessError):
                            mine.onchange({name: value}, [name], {name: {}})
                        with self.assertRaises(AccessError):
                            given = mine.with_context(**{f"default_{name}": value})
                            given.onchange({}, [], {name: {}})
        self.assertGreater(len(asked), 5, asked)

    def _typed(self, dialog, defaults=()):
        """A row of the salesperson's, as it lies in the database."""
        values = {"create_uid": self.users["sales_a"].id, "create_date": fields.Datetime.now()}
        for name, field in dialog._fields.items():
            if field.required and field.store and field.column_type:
                values[name] = dict(defaults).get(name) or self._anything(field)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(dialog._table),
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )
        return dialog.browse(self.env.cr.fetchone()[0])

    def _anything(self, field):
        if field.type == "many2one":
            records = self.env[field.comodel_name].sudo().with_context(active_test=False)
            return (records.search([], limit=1) or self._one_of(records)).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.name.endswith("year"):
            return 2026
        kinds = {"date": fields.Date.today(), "datetime": fields.Datetime.now(), "boolean": True}
        return kinds.get(field.type, 1 if field.type in ("integer", "float", "monetary") else "X")

    def _one_of(self, model):
        """A row of a model that has none yet."""
        return self._typed(model, model.default_get(list(model._fields)))
