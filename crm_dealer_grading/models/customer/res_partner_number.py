from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import SQL, mute_logger

# A write of one of these may make a customer of a contact, or a contact of a customer.
_TRIGGERS = {"dealer_id", "parent_id", "is_company"}
_MAY_NUMBER = "crm_dealer_grading.group_oem_manager"


class ResPartner(models.Model):
    """Customer numbers ``CRM-YYYYMM-NNNN``, starting again each month (C1)."""

    _inherit = "res.partner"

    # Not read-only: a file names known customers by it. Who may set one, create and write check.
    customer_number = fields.Char(
        copy=False,
        help="Issued when a person or company becomes a dealer's customer.",
    )

    _customer_number_uniq = models.UniqueIndex(
        "(customer_number) WHERE customer_number IS NOT NULL",
        "This customer number belongs to another customer already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_customer_numbers(vals.get("customer_number") for vals in vals_list)
        partners = super().create(vals_list)
        partners._issue_customer_numbers()
        return partners

    def write(self, vals):
        if "customer_number" in vals:
            number = vals["customer_number"] or False
            self._check_customer_numbers([any(p.customer_number != number for p in self)])
        concerned = not _TRIGGERS.isdisjoint(vals)
        result = super().write(vals)
        if concerned:
            self._issue_customer_numbers()
        return result

    @api.model
    def _check_customer_numbers(self, given):
        """Only the manufacturer's managers give numbers by hand, as when they import."""
        if any(given) and not (self.env.su or self.env.user.has_group(_MAY_NUMBER)):
            raise AccessError(
                self.env._(
                    "Customer numbers are issued, not typed. Leave the number out, "
                    "or ask the manufacturer's manager to import it."
                )
            )

    def _issue_customer_numbers(self):
        """Give each dealer's customer among these a number, and take a mere contact's away."""
        customers = self.filtered(lambda partner: partner.commercial_partner_id == partner)
        numbers = {partner.id: None for partner in self - customers if partner.customer_number}
        new = customers.filtered(lambda partner: partner.dealer_id and not partner.customer_number)
        if new:
            numbers.update(zip(new.ids, self._next_customer_numbers(len(new)), strict=True))
        self._store_customer_numbers(numbers)

    @api.model
    def _store_customer_numbers(self, numbers):
        """Write ``{partner id: number or None}`` in one statement."""
        if not numbers:
            return
        self.flush_model(["customer_number"])
        rows = SQL(", ").join(SQL("(%s, %s)", *row) for row in numbers.items())
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET customer_number = new.number::varchar "
                "FROM (VALUES %s) AS new (id, number) WHERE res_partner.id = new.id",
                rows,
            )
        )
        self.browse(numbers).invalidate_recordset(["customer_number"], flush=False)

    @api.model
    def _next_customer_numbers(self, count):
        """Draw ``count`` numbers of this month that nobody has, in two queries."""
        # sudo: whoever may create a customer may draw a number.
        sequence = self.env.ref("crm_dealer_grading.sequence_customer_number").sudo()
        today = fields.Date.context_today(self)
        period = self._customer_number_period(sequence, today)
        numbers = []
        while len(numbers) < count:
            drawn = self._draw_numbers(sequence, period, today, count - len(numbers))
            # Numbers that came by import may lie in the way.
            self.flush_model(["customer_number"])
            taken = self.env.execute_query(
                SQL(
                    "SELECT customer_number FROM res_partner WHERE customer_number IN %s",
                    tuple(drawn),
                )
            )
            numbers += [number for number in drawn if (number,) not in taken]
        return numbers

    @api.model
    def _draw_numbers(self, sequence, period, today, count):
        if not period or sequence.implementation != "standard":
            return [sequence._next(sequence_date=today) for _index in range(count)]
        sequence = sequence.with_context(ir_sequence_date_range=period.date_from)
        drawn = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}_{period.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in drawn]

    @api.model
    def _customer_number_period(self, sequence, today):
        """Return the month's range of ``sequence``, made when it is the first number in it."""
        periods = self.env["ir.sequence.date_range"].sudo()
        if not sequence.use_date_range:
            return periods
        period = periods.search(
            [
                ("sequence_id", "=", sequence.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ],
            limit=1,
        )
        if period:
            return period
        start = today.replace(day=1)
        end = start + relativedelta(months=1, days=-1)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return periods.create(
                    {"sequence_id": sequence.id, "date_from": start, "date_to": end}
                )
        except UniqueViolation as error:
            # Somebody else has just begun this month; our snapshot cannot see it: try again.
            raise ConcurrencyError(f"Month {start} of the customer numbers") from error
