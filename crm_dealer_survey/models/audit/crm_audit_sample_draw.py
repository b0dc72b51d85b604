from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.draw import draw_sql
from ...tools.verification import too_many

# The same vehicles as the KPIs count: handed over in the period, to a customer.
_SOLD = """
    FROM crm_vehicle v
   WHERE v.selling_dealer_id = %(dealer)s AND v.commercial_partner_id IS NOT NULL
     AND v.delivery_date >= %(begin)s AND v.delivery_date < %(end)s
     AND (v.company_id IS NULL OR v.company_id = %(company)s)
"""
# Who has it since may be another dealer's customer, and says nothing of this sale. Nor does a buyer
# whom another dealer has by now: the vehicle is drawn, without name, phone and plate.
_BUYER = """
  LEFT JOIN crm_vehicle_ownership sold_to ON sold_to.vehicle_id = drawn.id AND sold_to.is_buyer
  LEFT JOIN res_partner p ON p.id = sold_to.partner_id
       AND coalesce(p.dealer_id, %(dealer)s) = %(dealer)s
  LEFT JOIN LATERAL (
       SELECT o.plate FROM crm_vehicle_ownership o
        WHERE o.vehicle_id = drawn.id AND o.partner_id = p.id
        ORDER BY o.date_from DESC, o.id DESC LIMIT 1) had ON TRUE
"""
# What was on file is kept: a dealer that corrects it afterwards does not change the result.
_DRAW = """
INSERT INTO crm_audit_sample_line (
       sample_id, dealer_id, company_id, vehicle_id, partner_id, user_id, place, figure, state,
       name_on_file, phone_on_file, vin_on_file, plate_on_file, delivered_on_file,
       wrong_name, wrong_phone, wrong_plate, wrong_date, is_fake,
       create_uid, create_date, write_uid, write_date)
SELECT %(sample)s, %(dealer)s, %(company)s, drawn.id, p.id,
       (%(agents)s::int[])[1 + (drawn.place - 1) %% greatest(cardinality(%(agents)s::int[]), 1)],
       drawn.place, drawn.figure, 'open', p.name, p.phone, drawn.vin, had.plate,
       drawn.delivery_date, FALSE, FALSE, FALSE, FALSE, FALSE,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM (SELECT s.*, row_number() OVER (ORDER BY s.figure, s.id) AS place
          FROM (SELECT v.id, v.vin, v.delivery_date,
                       %(figure)s AS figure %(sold)s) s
         ORDER BY s.figure, s.id LIMIT %(size)s) drawn
  %(buyer)s
 ORDER BY drawn.place
"""


class CrmAuditSample(models.Model):
    """The draw: one statement, the same vehicles for the same seed (S9)."""

    _inherit = "crm.audit.sample"

    def _sold_sql(self):
        return SQL(
            _SOLD,
            dealer=self.dealer_id.id,
            begin=self.date_from,
            end=self.date_to,
            company=self.company_id.id,
        )

    def _count_sold(self):
        """How many vehicles the dealer handed over in the period."""
        if not self.dealer_id or not self.date_from or not self.date_to:
            return 0
        self.env["crm.vehicle"].flush_model(
            ["selling_dealer_id", "commercial_partner_id", "delivery_date", "company_id"]
        )
        [[count]] = self.env.execute_query(SQL("SELECT count(*) %s", self._sold_sql()))
        return count

    def _draw_lines(self):
        """Store the vehicles that the seed draws; returns ``(population, size)``.

        :raise UserError: nothing was sold, or so few that no number checked proves the share
        """
        population = self._count_sold()
        if not population:
            raise UserError(
                self.env._(
                    "%s handed no vehicle over in this period. Choose another period.",
                    self.dealer_id.name,
                )
            )
        if self.design == "accept" and self.accept_number >= too_many(population, self.max_wrong):
            raise UserError(
                self.env._(
                    "%(accepted)s wrong ones of %(population)s are more than %(share).1f %% "
                    "already. Accept fewer, or allow a greater share.",
                    accepted=self.accept_number,
                    population=population,
                    share=self.max_wrong,
                )
            )
        size = self._wanted_size(population)
        self._insert_lines(size)
        return population, size

    def _insert_lines(self, size):
        self.env["res.partner"].flush_model(["name", "phone", "dealer_id"])
        self.env["crm.vehicle"].flush_model(["vin"])
        self.env["crm.vehicle.ownership"].flush_model()
        self.env.cr.execute(
            SQL(
                _DRAW,
                sample=self.id,
                dealer=self.dealer_id.id,
                company=self.company_id.id,
                agents=self.agent_ids.sorted("id").ids,
                uid=self.env.uid,
                figure=draw_sql(SQL("%s", self.seed), SQL("v.id::text")),
                sold=self._sold_sql(),
                buyer=SQL(_BUYER, dealer=self.dealer_id.id),
                size=size,
            )
        )
        self.env["crm.audit.sample.line"].invalidate_model()
        self.invalidate_recordset()
