from odoo import api, models

from odoo.addons.base.models.ir_fields import ImportWarning

from ..customer.res_partner import ACCESS
from .crm_import_target import is_target


class IrFieldsConverter(models.AbstractModel):
    """Related records in the files of dealers: one and the right one, or a fault (C9)."""

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        exact = subfield is None and is_target(self.env, model._name)
        exact = exact and self.env.user.has_group(ACCESS)
        if not exact:
            return super().db_id_for(model, field, subfield, value, savepoint)
        cache = self._exact_cache(model, field)
        key = ("exact", field.comodel_name, value)
        if key in cache:
            return cache[key], []
        exact = self.with_context(import_exact=True)
        found, warnings = super(IrFieldsConverter, exact).db_id_for(
            model, field, subfield, value, savepoint
        )
        if any(isinstance(warning, ImportWarning) for warning in warnings):
            # Core would take the first of them.
            raise self._format_import_error(
                ValueError,
                self.env._(
                    "More than one record is called “%s” (field “%%(field)s”). Give the one that "
                    "you mean: a vehicle's VIN, a dealer's code, a user's login, a customer number."
                ),
                value,
                {"value": value},
            )
        if found:
            cache[key] = found
        return found, warnings

    @api.model
    def _exact_cache(self, model, field):
        """What was found stays found, but for records that the same file makes."""
        made_here = field.comodel_name == model._name or self.env.context.get(
            "parent_fields_hierarchy"
        )
        if made_here and is_target(self.env, field.comodel_name):
            return {}
        cache = self.env.context.get("import_cache")
        return {} if cache is None else cache
