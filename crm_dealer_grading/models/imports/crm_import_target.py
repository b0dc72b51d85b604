from psycopg2.errors import DiskFull

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..customer.res_partner import ACCESS

_TARGET = "crm.import.target"


def is_target(env, name):
    """Whether the model of this name is imported by dealers, other addons' included."""
    registry = env.registry
    return name in registry and (
        not registry[name]._abstract and issubclass(registry[name], registry[_TARGET])
    )


class ImportFault(UserError):
    """What is wrong with a value of an import file; ``path`` is the field's, as in the file."""

    def __init__(self, path, reason):
        super().__init__(reason)
        self.path = path


class CrmImportTarget(models.AbstractModel):
    """A model that dealers import by file: known records are found again, faults named (C9).

    Nothing here touches the import of users without a dealer role, or of other models.
    """

    _name = _TARGET
    _description = "Imported by Dealers"

    @api.model
    def _imports_for_dealers(self):
        return bool(self.env.context.get("import_file")) and self.env.user.has_group(ACCESS)

    def _load_records(self, data_list, update=False):
        if data_list and self._imports_for_dealers():
            data_list = [
                dict(data, values=self._import_given(data["values"])) for data in data_list
            ]
            self._import_match([data["values"] for data in data_list])
            for data in data_list:
                if data.get("xml_id"):
                    # An external id says already which record it is.
                    data["values"].pop("id", None)
        return super()._load_records(data_list, update)

    @api.model
    def _import_given(self, values):
        """``values`` without empty cells: those leave defaults, and what is known, as it is.

        Who names a record by its database id means the ERP's own way, which empties fields.
        """
        if values.get("id"):
            return dict(values)
        fields_ = self._fields
        return {
            name: value
            for name, value in values.items()
            # By identity: 0 is a number, although 0 == False.
            if not (value is False or value is None or value == "")
            or fields_[name].type == "boolean"
        }

    @api.model
    def _import_match(self, values_list):
        """Give ``id`` to those values that are of a known record; extend with the model's keys.

        :raise ImportFault: when the key names a record that the user may not change
        """

    @api.model
    def _import_faults(self, values_list):
        """Return ``[(index, path, reason)]`` of what is wrong with converted values.

        In words for the person who has the file. Extend with the model's checks; what the
        database or a constraint refuses anyway needs a check only to name its column.
        """
        return []

    @api.model
    def _import_unique(self):
        """``[(field paths, normalise)]`` of what may come once in a file; extend."""
        return []

    @api.model
    def _import_dealer_faults(self, values_list):
        """The dealers that the user may not give records to."""
        scope = self.env["crm.dealer.scope"]
        if not scope._acts_for_dealers():
            return []
        own = set(self.env.user._own_dealers().ids)
        reason = scope._dealer_refusal()
        return [
            (index, "dealer_id", reason)
            for index, values in enumerate(values_list)
            if values.get("dealer_id") and values["dealer_id"] not in own and not values.get("id")
        ]

    @api.model
    def _import_negative_faults(self, values_list, names):
        labels = {name: self._fields[name]._description_string(self.env) for name in names}
        return [
            (index, name, self.env._("“%s” cannot be negative.", labels[name]))
            for index, values in enumerate(values_list)
            for name in names
            if (values.get(name) or 0) < 0
        ]

    @api.model
    def _sql_error_to_message(self, exc):
        if isinstance(exc, DiskFull):
            return self._import_no_room()
        return super()._sql_error_to_message(exc)

    @api.model
    def _import_no_room(self):
        """What a full disk of the database server is told by; core has no words for it."""
        return self.env._(
            "These rows were not imported: there is no room on the disk of the database server. "
            "Tell your administrator, and import again once there is."
        )

    # -- Templates ---------------------------------------------------------------------------

    @api.model
    def _import_templates(self):
        """``{kind: (title, [(field path, example, …)])}``: what can be downloaded; extend.

        An example is a value of the first row, or a list with one of each row.
        """
        return {}

    @api.model
    def get_import_templates(self):
        links = super().get_import_templates()
        if self.env.user.has_group(ACCESS):
            links = [*links, *self._import_template_links()]
        return links

    @api.model
    def _import_template_links(self):
        return [
            {
                "label": title,
                "template": f"/crm_dealer_grading/import_template/{self._name}/{kind}",
            }
            for kind, (title, _columns) in self._import_templates().items()
        ]

    @api.model
    def _import_template_sheets(self, kind):
        """The columns of a template: ``[{header, field, required, examples, note}]``."""
        _title, columns = self._import_templates()[kind]
        return [self._import_column(path, examples) for path, examples in columns]

    @api.model
    def _import_column(self, path, examples):
        model, labels, field = self, [], None
        for name in path.split("/"):
            field = model._fields[name]
            labels.append(self._import_label(model, field))
            model = self.env[field.comodel_name] if field.relational else model
        owner = self.env[field.model_name]
        return {
            "path": path,
            "header": "/".join(labels),
            "type": field.type,
            "required": field.required and not field.compute,
            "examples": examples if isinstance(examples, list) else [examples],
            "note": owner._import_note(field),
        }

    @api.model
    def _import_label(self, model, field):
        """The label by which the ERP finds the field; the technical name where it would not."""
        label = field._description_string(self.env)
        tree = self.env["base_import.import"].get_fields_tree(model._name, depth=1)
        first = next(
            (
                item["name"]
                for item in tree
                if label.casefold() in (item["name"].casefold(), item["string"].casefold())
            ),
            None,
        )
        return label if first == field.name and "/" not in label else field.name

    @api.model
    def _import_note(self, field):
        """What is expected in the column, in words."""
        notes = [field._description_help(self.env) or ""]
        if field.type == "selection":
            labels = [label for _value, label in field._description_selection(self.env)]
            notes.insert(0, self.env._("One of: %s.", ", ".join(labels)))
        elif field.type in ("date", "datetime"):
            notes.insert(0, self.env._("A date, such as 2026-01-31."))
        elif field.type == "many2many":
            notes.insert(0, self.env._("Several are parted by commas; each must exist already."))
        elif field.type == "many2one":
            notes.insert(0, self._import_how_found().get(field.comodel_name, ""))
        elif field.type in ("integer", "float", "monetary"):
            notes.insert(0, self.env._("A number."))
        return " ".join(filter(None, notes))

    @api.model
    def _import_how_found(self):
        """How the file names related records, for the notes of the templates."""
        return {
            "crm.dealer": self.env._("The dealer's code, or its exact name."),
            "res.users": self.env._("The user's login, or the exact name where only one has it."),
            "crm.vehicle": self.env._("The whole VIN, or the plate where only one vehicle has it."),
            "fleet.vehicle.model": self.env._(
                "Brand/Model as in the catalogue, or the model alone."
            ),
            "res.partner": self.env._(
                "The customer number, or the exact name where only one has it."
            ),
        }

    @api.model
    def _import_label_of(self, name, value):
        """The label of a selection value in the user's language, for an example."""
        return dict(self._fields[name]._description_selection(self.env))[value]

    @api.model
    def _import_example_dealer(self):
        dealer = self.env.user._default_dealer() or self.env["crm.dealer"].search([], limit=1)
        return dealer.code or ""

    @api.model
    def _import_example_date(self, days=0):
        return fields.Date.add(fields.Date.context_today(self), days=days)
