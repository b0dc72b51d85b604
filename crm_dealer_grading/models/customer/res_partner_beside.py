from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What is kept of customers beside their own, wide table (design.md, rule 1)."""

    _inherit = "res.partner"

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
