from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_vehicle_lifecycle_stage import LIFECYCLE
from .res_partner import ACCESS

_CODES = [code for code, _label in LIFECYCLE]


class ResPartner(models.Model):
    """The lifecycle of a customer: that of the best vehicle, prospect without one (C7)."""

    _inherit = "res.partner"

    lifecycle = fields.Selection(
        LIFECYCLE,
        compute="_compute_lifecycle",
        search="_search_lifecycle",
        column_sql="_lifecycle_to_sql",
        groups=ACCESS,
        help="Stage of the customer's best vehicle, the newest in its life; "
        "a customer without a vehicle is a prospect.",
    )

    @api.model
    def _lifecycle_of_customers(self, ids=None):
        """SQL of a table (partner_id, place of the best vehicle's stage), for all or ``ids``."""
        # sudo: who may read the customer may see the stage, as with levels.
        vehicles = self.env["crm.vehicle"].sudo()
        customer = vehicles._field_to_sql("vehicle", "commercial_partner_id")
        chosen = SQL("IS NOT NULL") if ids is None else SQL("IN %s", tuple(ids) or (0,))
        return SQL(
            """(SELECT %(customer)s AS partner_id,
                       MIN(array_position(%(codes)s, %(stage)s)) AS place
                FROM crm_vehicle vehicle WHERE %(customer)s %(chosen)s GROUP BY 1)""",
            customer=customer,
            codes=_CODES,
            stage=vehicles._lifecycle_sql("vehicle"),
            chosen=chosen,
        )

    @api.depends("vehicle_ids.lifecycle", "commercial_partner_id")
    @api.depends_context("tz")
    def _compute_lifecycle(self):
        customers = self.commercial_partner_id._origin
        rows = self.env.execute_query(
            SQL("SELECT * FROM %s best", self._lifecycle_of_customers(customers.ids))
        )
        places = dict(rows)
        for partner in self:
            place = places.get(partner.commercial_partner_id._origin.id, 1)
            partner.lifecycle = _CODES[place - 1]

    @api.model
    def _search_lifecycle(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["lifecycle"], "read")
        places = tuple(_CODES.index(code) + 1 for code in value if code in _CODES)
        if not places:
            return Domain.FALSE

        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", model._lifecycle_place_sql(alias, query), places
            ),
            predicate=lambda partner: partner.lifecycle in value,
        )

    def _lifecycle_place_sql(self, alias, query):
        customers = self._lifecycle_of_customers()
        best = self._join_of_customer(alias, query, customers, "lifecycle")
        return SQL("COALESCE(%s, 1)", SQL.identifier(best, "place"))

    def _lifecycle_to_sql(self, alias, _name, query):
        self._check_field_access(self._fields["lifecycle"], "read")
        return SQL(
            "(%s)[%s]", SQL("%s::varchar[]", _CODES), self._lifecycle_place_sql(alias, query)
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "lifecycle":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        self._check_field_access(self._fields["lifecycle"], "read")
        return SQL("%s %s %s", self._lifecycle_place_sql(alias, query), direction, nulls)
