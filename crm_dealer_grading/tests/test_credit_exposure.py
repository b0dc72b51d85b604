import random

from odoo import fields
from odoo.tests import tagged

from .common_credit import CreditCase


class Ledger:
    """Independent oracle: what a customer owes and has ordered, in plain Python."""

    def __init__(self):
        self.orders = {}  # order: [total, invoiced], confirmed ones only
        self.invoices = {}  # invoice: open amount

    def exposure(self):
        ordered = sum(max(0, total - invoiced) for total, invoiced in self.orders.values())
        return sum(self.invoices.values()), ordered


@tagged("post_install", "-at_install")
class TestCreditExposure(CreditCase):
    """Exposures over random histories agree with a ledger kept beside them (K4)."""

    def test_random_histories(self):
        self.company.credit_mode = "off"
        draw = random.Random(19)
        customers = [self._customer(self.dealer_a, name=f"Customer {n}") for n in range(4)]
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        contact = self._customer(self.dealer_a, name="Contact", parent_id=firm.id)
        ledgers = {partner: Ledger() for partner in (*customers, firm)}
        for _step in range(70):
            partner = draw.choice([*customers, firm, contact])
            ledger = ledgers[partner.commercial_partner_id]
            draw.choice(
                [self._sell, self._sell, self._bill, self._deposit, self._receive, self._credit,
                 self._cancel]
            )(draw, partner, ledger)  # fmt: skip
        partners = self.env["res.partner"].union(*ledgers)
        found = partners._credit_exposure(self.company)
        for partner, ledger in ledgers.items():
            exposure = found.get((partner.id, self.company.id), (0, 0))
            self.assertEqual(
                [round(amount, 2) for amount in exposure],
                [round(amount, 2) for amount in ledger.exposure()],
                partner.name,
            )
        self.assertTrue(any(sum(ledger.exposure()) for ledger in ledgers.values()))

    def _sell(self, draw, partner, ledger):
        amount = draw.randrange(100, 900)
        order = self._quotation(partner, amount)
        if draw.random() < 0.8:
            order.action_confirm()
            ledger.orders[order] = [amount, 0]

    def _bill(self, draw, _partner, ledger):
        open_orders = [o for o, (total, invoiced) in ledger.orders.items() if invoiced < total]
        if not open_orders:
            return
        order = draw.choice(open_orders)
        invoice = order._create_invoices(final=True)
        if draw.random() < 0.2:
            invoice.unlink()  # a draft counts for nothing, and is thrown away
            return
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        total, invoiced = ledger.orders[order]
        ledger.invoices[invoice] = total - invoiced
        ledger.orders[order][1] = total

    def _deposit(self, draw, _partner, ledger):
        open_orders = [o for o, (_total, invoiced) in ledger.orders.items() if not invoiced]
        if not open_orders:
            return
        order = draw.choice(open_orders)
        amount = draw.randrange(10, 90)
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create({"advance_payment_method": "fixed", "fixed_amount": amount}).create_invoices()
        deposit = order.invoice_ids.filtered(lambda move: move.state == "draft")
        deposit.invoice_line_ids.tax_ids = False
        deposit.action_post()
        ledger.invoices[deposit] = amount
        ledger.orders[order][1] += amount

    def _receive(self, draw, _partner, ledger):
        unpaid = [invoice for invoice, amount in ledger.invoices.items() if amount > 0]
        if not unpaid:
            return
        invoice = draw.choice(unpaid)
        open_amount = ledger.invoices[invoice]
        amount = open_amount if draw.random() < 0.5 else round(open_amount / 3, 2)
        self._pay(invoice, amount)
        ledger.invoices[invoice] -= amount

    def _credit(self, draw, _partner, ledger):
        """A credit note of a whole invoice: its amount is to be invoiced again."""
        whole = [
            invoice
            for invoice, amount in ledger.invoices.items()
            if amount == invoice.amount_total and len(invoice.line_ids.sale_line_ids.order_id) == 1
            and not invoice.line_ids.sale_line_ids.filtered("is_downpayment")
        ]  # fmt: skip
        if not whole:
            return
        invoice = draw.choice(whole)
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        note.action_post()
        ledger.orders[invoice.line_ids.sale_line_ids.order_id][1] -= invoice.amount_total
        ledger.invoices[invoice] = 0

    def _cancel(self, draw, _partner, ledger):
        fresh = [order for order, (_total, invoiced) in ledger.orders.items() if not invoiced]
        if fresh:
            order = draw.choice(fresh)
            order._action_cancel()
            del ledger.orders[order]
