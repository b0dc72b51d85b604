from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.figure import OPERATORS, condition

# Visits that ended with the vehicle handed back to the customer.
FINISHED = ("stage", "in", ("delivered", "followed_up"))


class CrmVehicleOwnership(models.Model):
    """Whether owners came to a workshop once the vehicle had been handed over (S10)."""

    _inherit = "crm.vehicle.ownership"

    model_id = fields.Many2one(related="vehicle_id.model_id")
    returned_on = fields.Datetime(
        string="First Visit Since",
        compute="_compute_returned_on",
        search="_search_returned_on",
        help="The customer's first finished visit, with this vehicle or another, after the day on "
        "which the vehicle was delivered. Visits that you may not see do not count.",
    )

    def action_open_vehicle(self):
        """Open the vehicle, for who may see it: it may be another dealer's customer's by now."""
        self.vehicle_id.check_access("read")
        return self.vehicle_id.get_formview_action()

    def _compute_returned_on(self):
        self.returned_on = False
        query = self._search([("id", "in", self.ids)])
        first = SQL("(SELECT MIN(visit.date) %s)", self._visits_since_sql(query.table))
        columns = SQL("%s, %s", SQL.identifier(query.table, "id"), first)
        for line_id, moment in self.env.execute_query(query.select(columns)):
            self.browse(line_id).returned_on = moment

    def _search_returned_on(self, operator, value):
        if operator not in OPERATORS:
            return NotImplemented

        def to_sql(model, alias, _query):
            visits = model._visits_since_sql(alias)
            if operator in ("<", "<="):  # any visit tells, the first need not be found
                return SQL("EXISTS (SELECT %s AND visit.date %s %s)", visits, SQL(operator), value)
            return condition(SQL("(SELECT MIN(visit.date) %s)", visits), operator, value)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _visits_since_sql(self, alias):
        """``FROM … visit WHERE …``: visits that the user sees, since the delivery to the owner."""
        visits = self.env["crm.service.visit"].with_context(active_test=False)
        query = visits._search([FINISHED])
        columns = [SQL.identifier(query.table, name) for name in ("commercial_partner_id", "date")]
        return SQL(
            """FROM (%(visits)s) visit
              WHERE visit.commercial_partner_id = %(customer)s
                AND visit.date >= ((%(delivered)s + 1)::timestamp AT TIME ZONE %(zone)s)
                                  AT TIME ZONE 'UTC'""",
            visits=query.select(*columns),
            customer=SQL.identifier(alias, "commercial_partner_id"),
            delivered=SQL.identifier(alias, "delivery_date"),
            zone=self.env.company._tz_here(),
        )
