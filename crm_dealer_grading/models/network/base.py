from odoo import api, models, tools

from ...tools.given import given_records

# Models of the ERP, without a dealer, whose records copy or tell what they point to.
_TELL = {
    "account.autopost.bills.wizard",
    "discuss.channel.member",
    "mail.message",
    "res.users.settings.volumes",
}


class Base(models.AbstractModel):
    """A form that is still open tells a dealer's user nothing of records out of sight.

    Rules look at records, an onchange at whatever ids the client names: what it computes, copies
    or relates is read with all rights in part, in models of the ERP as in ours.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        if self._name in _TELL and self.env["crm.dealer.scope"]._acts_for_dealers():
            for vals in vals_list:
                self.browse()._check_given_in_sight(vals)
        return super().create(vals_list)

    def write(self, vals):
        if self._name in _TELL and self.env["crm.dealer.scope"]._acts_for_dealers():
            self._check_given_in_sight(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        if self.env["crm.dealer.scope"]._acts_for_dealers():
            self._check_given_in_sight(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        given = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_")
        }
        if given and self.env["crm.dealer.scope"]._acts_for_dealers():
            self._check_given_in_sight(given)
        return super().default_get(fields)

    def _check_given_in_sight(self, values):
        """:raise AccessError: values name a record that is apart by dealer and not to be read"""
        for name, value in values.items():
            field = self._fields.get(name)
            if value and field:
                self._check_value_in_sight(field, value, values)

    def _check_value_in_sight(self, field, value, values):
        if field.relational:
            ids, changes = given_records(field, value)
            model = self.env[field.comodel_name]
            self._check_named_in_sight(field, model.browse(ids))
            for number, changed in changes:
                model.browse(number)._check_given_in_sight(changed)
        elif field.type == "many2one_reference":
            self._check_reference_in_sight(field, self._model_meant(field, values), value)
        elif field.type == "reference":
            model, _comma, number = str(value).partition(",")
            self._check_reference_in_sight(field, model, int(number) if number.isdigit() else 0)

    def _model_meant(self, field, values):
        """The model of a reference: as the values say, else as the record or a default does."""
        names = self._fields.keys() & values.keys()
        given = {n: values[n] for n in names if not self._fields[n].type.endswith("2many")}
        # sudo: only which model is meant.
        return self.sudo().new(given, origin=self[:1]._origin)[field.model_field]

    def _check_reference_in_sight(self, field, model, number):
        if model in self.env and number:
            self._check_named_in_sight(field, self.env[model].browse(number))

    def _check_named_in_sight(self, field, records):
        """What the saved record names already may stay: a customer moves on, documents do not."""
        if not records or records._name not in self._apart_by_dealer():
            return
        hidden = records - records._filtered_access("read")
        if not hidden:
            return
        # sudo: what was saved before, whoever may see it.
        saved = self._origin.sudo() if field.relational else self.browse()
        if not saved or any(hidden - record[field.name].sudo(False) for record in saved):
            hidden.check_access("read")

    @api.model
    @tools.ormcache()
    def _apart_by_dealer(self):
        """Names of the models that rules keep apart by dealer; rules that change clear it."""
        # sudo: which rules there are, not whom they are about.
        rules = self.env["ir.rule"].sudo().search(
            [
                ("domain_force", "like", "user.dealer_scoped"),
                ("groups", "=", False),
                ("perm_read", "=", True),
            ]
        )  # fmt: skip
        return frozenset(rules.model_id.mapped("model"))
