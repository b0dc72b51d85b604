from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What is kept of customers beside their own, wide table (design.md, rule 1)."""

    _inherit = "res.partner"

    def _valid_field_parameter(self, field, name):
        """``column_sql``: the method that gives a field's SQL, ``(alias, name, query)``."""
        return name == "column_sql" or super()._valid_field_parameter(field, name)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Fields with ``column_sql`` are not stored; people filter, group and sort by them.

        One place for all: everybody's lists ask this of each column.
        """
        column_sql = getattr(self._fields.get(field_expr), "column_sql", None)
        if column_sql is None or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        return getattr(self, column_sql)(alias, field_expr, query)

    @api.model
    def _join_of_customer(self, alias, query, table, name, *conditions):
        """Join the rows of the customer, that is of the contact's company; none where none are.

        :param str alias: of res_partner in ``query``
        :param table: name of a table with a row a customer, or SQL; its column is ``partner_id``
        :param str name: what the joined alias tells
        :param conditions: ``(column, value)`` that choose the row where there are several
        :return: the joined alias
        """
        beside = query.make_alias(alias, name)
        terms = [
            SQL(
                "%s = %s",
                SQL.identifier(beside, "partner_id"),
                self._field_to_sql(alias, "commercial_partner_id", query),
            ),
            *(SQL("%s = %s", SQL.identifier(beside, column), v) for column, v in conditions),
        ]
        query.add_join("LEFT JOIN", beside, table, SQL(" AND ").join(terms))
        return beside
