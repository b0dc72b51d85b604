"""Points of invoices in another currency, and of those that are paid early (M3)."""

import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common_points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsCurrency(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env.company._today_here()
        cls.foreign = cls.env["res.currency"].create(
            {"name": "XTS", "symbol": "X", "rounding": 0.01}
        )
        cls._rate(4, cls.today - timedelta(400))
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Test Foreign", "currency_id": cls.foreign.id}
        )

    @classmethod
    def _rate(cls, per_unit, day):
        """From ``day`` on, a unit of the company's currency is worth so many foreign ones."""
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.foreign.id,
                "name": day,
                "rate": per_unit,
                "company_id": cls.env.company.id,
            }
        )

    def _billed_abroad(self, amount):
        return self._billed(self.customer_a, amount, pricelist_id=self.pricelist.id)

    def _balance(self):
        self.card_a.invalidate_recordset()
        return self.card_a.points + 0 - (self.card_a.points_owed or 0)

    def test_amounts_are_in_the_companys_currency_at_the_invoices_rate(self):
        invoice = self._billed_abroad(1000)
        self.assertEqual(invoice.currency_id, self.foreign)
        self._pay(invoice)
        self.assertEqual(self._balance(), 250)

    def test_what_is_credited_in_full_leaves_nothing(self):
        """Also where the currency fell or rose between invoice and credit note."""
        for rate in (5, 2):
            invoice = self._billed_abroad(1000)
            self._pay(invoice)
            before = self._balance()
            self._rate(rate, self.today + timedelta(rate))
            note = invoice._reverse_moves(
                [{"invoice_date": self.today + timedelta(rate), "date": self.today}]
            )
            note.action_post()
            self._commit()
            self.assertEqual(self._balance(), before - 250, rate)
            self.env["res.currency.rate"].search(
                [("currency_id", "=", self.foreign.id), ("name", ">", self.today)]
            ).unlink()

    def test_random_credit_notes(self):
        """Against plain arithmetic: points = paid share of the amount at the invoice's rate."""
        rng = random.Random(19)
        self._rate(3, self.today + timedelta(1))
        expected = 0
        for _case in range(6):
            amount = rng.randrange(40, 4000)
            invoice = self._billed_abroad(amount)
            self._pay(invoice)
            credited = rng.choice((0, amount, rng.randrange(1, amount)))
            if credited:
                note = invoice._reverse_moves([{"invoice_date": self.today + timedelta(1)}])
                note.invoice_line_ids.price_unit = credited
                note.action_post()
            self._commit()
            expected += round(amount / 4, 2) * (1 - credited / amount)
            self.assertAlmostEqual(self._balance(), expected, delta=0.06)
        self._check_books()

    def test_who_pays_early_has_paid(self):
        """A cash discount is no credit note: the points are those of the invoice."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % within 7 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100,
                                             "nb_days": 30})],
            }
        )  # fmt: skip
        for computation in ("included", "excluded", "mixed"):
            terms.early_pay_discount_computation = computation
            before = self._balance()
            invoice = self._billed(self.customer_a, 1000, payment_term_id=terms.id)
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payment = register.create({"payment_date": fields.Date.today()})
            self.assertEqual(payment.amount, 980, computation)
            payment.action_create_payments()
            self._commit()
            self.assertIn(invoice.payment_state, ("paid", "in_payment"))
            self.assertEqual(self._balance() - before, 1000, computation)
