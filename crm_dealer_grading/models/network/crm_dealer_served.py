from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmDealerServed(models.AbstractModel):
    """What has a home dealer and further dealers that serve it: customers and vehicles.

    Record rules ask ``served_by_own_dealer`` instead of ``serving_dealer_ids``: inside an OR the
    usual search on a many2many reads the whole table, this one only the few rows of the dealer.
    """

    _name = "crm.dealer.served"
    _description = "Served by Several Dealers"

    served_by_own_dealer = fields.Boolean(
        compute="_compute_served_by_own_dealer",
        search="_search_served_by_own_dealer",
        export_string_translation=False,
    )

    @api.depends("serving_dealer_ids")
    @api.depends_context("uid")
    def _compute_served_by_own_dealer(self):
        own = set(self.env.user.dealer_ids.ids)
        for record in self:
            record.served_by_own_dealer = not own.isdisjoint(record.sudo().serving_dealer_ids.ids)

    def _search_served_by_own_dealer(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        own = tuple(self.env.user.dealer_ids.ids) or (0,)
        relation = self._fields["serving_dealer_ids"]

        def to_sql(model, alias, query):
            return SQL(
                "%s = ANY(ARRAY(SELECT %s FROM %s WHERE %s IN %s))",
                SQL.identifier(alias, "id"),
                SQL.identifier(relation.column1),
                SQL.identifier(relation.relation),
                SQL.identifier(relation.column2),
                own,
            )

        return Domain.custom(
            to_sql=to_sql,
            predicate=lambda record: not set(own).isdisjoint(record.sudo().serving_dealer_ids.ids),
        )
