from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from ...tools.privacy import GONE

_TEXT = ("char", "text", "html", "json", "properties")
# What the ERP needs to find its way; never words of a person.
_TECHNICAL = {
    "model", "res_model", "parent_res_model", "message_id", "sequence_prefix", "inalterable_hash",
    "parent_path", "email_layout_xmlid", "mimetype", "store_fname", "checksum", "lang", "tz",
    "analytic_distribution", "matching_number", "move_name",
}  # fmt: skip
# Numbers that the ERP has given, and what a vehicle is known by to whoever has it next.
_KEPT = {
    "crm.vehicle": {"vin", "engine_number", "plate"},
    "account.move": {"name", "payment_reference", "invoice_origin"},
    "account.payment": {"name", "payment_reference"},
    "sale.order": {"name", "origin", "reference"},
    "stock.picking": {"name", "origin"},
    "helpdesk.ticket": {"number"},
}


class ResPartner(models.Model):
    """How words go: fields are emptied, marks of the person are taken out of other text (P4)."""

    _inherit = "res.partner"

    @api.model
    def _privacy_has_table(self, table):
        return table_exists(self.env.cr, table)

    @api.model
    def _privacy_columns(self, model):
        """The stored fields of ``model`` that hold text of users, translated ones excepted."""
        return [
            field
            for field in model._fields.values()
            if field.store and field.column_type and field.type in _TEXT
            if not field.translate and field.name not in _TECHNICAL
            if field.name not in _KEPT.get(model._name, ())
            if model._table_query is None
        ]  # fmt: skip

    def _privacy_clear(self, model, ids, names):
        """Empty ``names`` in the rows ``ids``; a field that may not be empty gets stars."""
        changes = []
        for name in names:
            field = model._fields.get(name)
            if field is None or not field.store or not field.column_type:
                continue
            column = SQL.identifier(name)
            if not field.required:
                changes.append(SQL("%s = NULL", column))
            elif field.type == "json":
                changes.append(SQL("%s = '{}'::jsonb", column))
            else:
                # Some are unique: the id makes them so.
                changes.append(SQL("%s = %s || id", column, GONE))
        if changes:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE id IN %s",
                    SQL.identifier(model._table),
                    SQL(", ").join(changes),
                    tuple(ids),
                )
            )

    def _privacy_scrub(self, model, where, pattern):
        """Put stars in the place of what identifies the person, in the rows ``where``."""
        columns = self._privacy_columns(model)
        if pattern and columns:
            self._privacy_scrub_columns(
                model._table,
                {field.name: field.column_type[0] in ("jsonb", "json") for field in columns},
                where,
                pattern,
            )

    def _privacy_scrub_columns(self, table, columns, where, pattern):
        """:param columns: ``{name: whether it is JSON}``"""
        sets, tests = [], []
        for name, is_json in columns.items():
            column = SQL.identifier(name)
            text = SQL("%s::text", column) if is_json else column
            cleaned = SQL("regexp_replace(%s, %s, %s, 'gi')", text, pattern, GONE)
            sets.append(SQL("%s = %s", column, SQL("%s::jsonb", cleaned) if is_json else cleaned))
            tests.append(SQL("%s ~* %s", text, pattern))
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s AND (%s)",
                SQL.identifier(table),
                SQL(", ").join(sets),
                where,
                SQL(" OR ").join(tests),
            )
        )
