from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceNumber(models.Model):
    """The last number that a dealer's visits of a year have drawn (C5).

    The row is changed in the transaction that saves the visits: whoever saves at the same time
    waits, and is then repeated by the server on what the first has left. So a save that fails
    leaves no gap, and none meets another's number.
    """

    _name = "crm.service.number"
    _description = "Visit Number Counter"
    _order = "dealer_id, year desc"

    dealer_id = fields.Many2one("crm.dealer", required=True, ondelete="cascade", readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    last = fields.Integer(string="Last Number", required=True, readonly=True, aggregator=None)

    _year_uniq = models.Constraint(
        "UNIQUE(dealer_id, year)", "The dealer has a counter for this year already."
    )

    @api.model
    def _lock(self, dealer, year):
        """Hold the counter until the transaction ends; return the last number."""
        [[last]] = self.env.execute_query(
            SQL(
                """INSERT INTO crm_service_number AS counter (dealer_id, year, last)
                   VALUES (%s, %s, 0)
                   ON CONFLICT (dealer_id, year) DO UPDATE SET last = counter.last
                   RETURNING last""",
                dealer.id,
                year,
            )
        )
        return last

    @api.model
    def _draw(self, dealer, year, count):
        """Return the next ``count`` numbers of the dealer in ``year``, in order.

        Numbers that an import has given before are passed over.
        """
        last, drawn = self._lock(dealer, year), []
        while len(drawn) < count:
            names = [f"{dealer.code}-{year}-{last + i:05d}" for i in range(1, count + 1)]
            taken = {
                name
                for [name] in self.env.execute_query(
                    SQL(
                        "SELECT name FROM crm_service_visit WHERE dealer_id = %s"
                        " AND name = ANY(%s)",
                        dealer.id,
                        names,
                    )
                )
            }
            for name in names:
                last += 1
                if name not in taken:
                    drawn.append(name)
                if len(drawn) == count:
                    break
        self.env.cr.execute(
            SQL(
                "UPDATE crm_service_number SET last = %s WHERE dealer_id = %s AND year = %s",
                last,
                dealer.id,
                year,
            )
        )
        self.invalidate_model(flush=False)
        return drawn
