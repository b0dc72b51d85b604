import random

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.credit.exposure_sql import EACH, JOINED
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditVariants(CreditCase):
    """All statements that tell an exposure tell the same one (K4).

    For a few customers, for all of them, with the orders apart, with and without drafts: which is
    asked is a matter of speed only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_mode = "off"
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        cls.env.user.company_ids += cls.branch
        cls.provider, cls.method = cls._provider(cls)
        _currency, cls.foreign = cls._foreign(4)
        firm = cls._customer(cls.dealer_a, name="Firm", is_company=True)
        contacts = [cls._customer(cls.dealer_a, name=f"C{n}", parent_id=firm.id) for n in range(2)]
        persons = [cls._customer(cls.dealer_b, name=f"Person {n}") for n in range(3)]
        cls.payers = [firm, *contacts, *persons]
        cls.orders = cls.env["sale.order"]

    def test_random_histories(self):
        draw = random.Random(20)
        steps = [self._sell] * 4 + [self._bill] * 3 + [self._pay_some] * 2
        steps += [self._deposit, self._refund, self._on_its_way, self._draft_again, self._card]
        steps += [self._cancel, self._without_order]
        for round_ in range(4):
            for _step in range(25):
                draw.choice(steps)(draw)
            self._compare(round_)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [partner.id for partner in self.payers[-2:]], self.payers[-1], extra_checks=False
        )
        del self.payers[-2]
        self._compare("merged")

    def _compare(self, when):
        customers = self.env["res.partner"].union(*self.payers).commercial_partner_id
        customers._credit_flush()
        chosen = SQL("p.commercial_partner_id = ANY(%s)", customers.ids)

        def told(*args):
            query = customers._credit_exposure_sql(*args)
            return {(row[0], row[1]): self._round(row[2:]) for row in self.env.execute_query(query)}

        everybody = told(SQL("TRUE"))
        mine = {pair: amounts for pair, amounts in everybody.items() if pair[0] in customers.ids}
        self.assertTrue(any(map(any, mine.values())))
        self.assertEqual(told(chosen, EACH), mine, when)
        self.assertEqual(told(chosen, JOINED), mine, when)
        companies = self.company | self.branch
        asked = {
            pair: self._round(both) for pair, both in customers._credit_exposure(companies).items()
        }
        self.assertEqual(asked, mine, when)
        confirmed = self.orders.filtered(lambda order: order.state == "sale")
        matched = self._drafts_matched()
        for drafts in {True, matched}:
            found, rests = customers._credit_exposure_apart(companies, confirmed, drafts)
            found = {pair: self._round(both) for pair, both in found.items()}
            self.assertEqual(found, mine, (when, drafts))
            self.assertEqual(self._rounded(rests), self._rounded(confirmed._credit_rest()), when)
        self._compare_held(confirmed, matched)
        self._compare_lines(customers, mine)

    def _compare_held(self, confirmed, matched):
        """What tells whether the drafts may be left out sees all of them."""
        payers = confirmed.partner_invoice_id.commercial_partner_id
        found, drafts = self.env["crm.credit.guard"]._take_begun(confirmed, self.company)
        self.assertEqual({partner for partner, _file, _limit in found}, set(payers.ids))
        self.assertEqual(drafts, matched)

    def _compare_lines(self, customers, mine):
        """The list of receivables adds up to the same."""
        items = self.env["crm.credit.receivable"]
        items.invalidate_model()
        domain = [("partner_id", "in", customers.ids)]
        sums = items._read_group(domain, ["partner_id"], ["amount:sum"])
        found = {customer.id: self._round([amount]) for customer, amount in sums}
        for (customer, _company), (receivable, _uninvoiced) in mine.items():
            self.assertEqual(found.get(customer, (0,)), (receivable,))

    def _drafts_matched(self):
        domain = [("parent_state", "=", "draft"), ("matching_number", "!=", False)]
        return bool(self.env["account.move.line"].search(domain, limit=1))

    @staticmethod
    def _round(amounts):
        return tuple(round(float(amount), 2) + 0.0 for amount in amounts)

    def _rounded(self, rests):
        return {
            order: {pair: self._round([amount]) for pair, amount in amounts.items()}
            for order, amounts in rests.items()
        }

    # -- steps -------------------------------------------------------------------------------

    def _posted(self, kind="out_invoice"):
        partners = self.env["res.partner"].union(*self.payers)
        return self.env["account.move"].search(
            [("partner_id", "in", partners.ids), ("state", "=", "posted"), ("move_type", "=", kind)]
        )

    def _any(self, draw, records):
        return records[draw.randrange(len(records))] if records else records

    def _sell(self, draw):
        vals = {}
        if draw.random() < 0.3:
            vals["pricelist_id"] = self.foreign.id
        elif draw.random() < 0.3:
            vals["company_id"] = self.branch.id
        buyer, payer = draw.choice(self.payers), draw.choice(self.payers)
        if draw.random() < 0.3:
            vals["partner_invoice_id"] = payer.id
        order = self._quotation(buyer, draw.randrange(100, 900), **vals)
        if draw.random() < 0.9:
            order.action_confirm()
        self.orders += order

    def _open(self, draw):
        """An order to invoice; those of the branch stay open."""
        own = self.orders.filtered(lambda o: o.company_id == self.company)
        open_ones = own.filtered(lambda o: o.invoice_status == "to invoice")
        return self._any(draw, open_ones)

    def _bill(self, draw):
        if order := self._open(draw):
            if draw.random() < 0.4:
                order.order_line[0].product_uom_qty += 1
            invoice = order._create_invoices(final=True)
            invoice.invoice_date = fields.Date.today()
            if draw.random() < 0.3:
                invoice.invoice_line_ids[0].price_unit *= 0.8
            if draw.random() < 0.7:
                invoice.action_post()

    def _deposit(self, draw):
        if order := self._open(draw):
            wizard = self.env["sale.advance.payment.inv"].with_context(
                active_model="sale.order", active_ids=order.ids
            )
            wizard.create({"advance_payment_method": "percentage", "amount": 20}).create_invoices()
            deposit = order.invoice_ids.filtered(lambda move: move.state == "draft")
            deposit.invoice_line_ids.tax_ids = False
            if draw.random() < 0.7:
                deposit.action_post()

    def _pay_some(self, draw):
        unpaid = self._posted().filtered(lambda move: move.payment_state == "not_paid")
        if invoice := self._any(draw, unpaid):
            part = draw.choice([1, 0.5])
            self._pay(invoice, round(invoice.amount_residual * part, 2))

    def _refund(self, draw):
        if invoice := self._any(draw, self._posted()):
            note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
            if draw.random() < 0.7:
                note.action_post()

    def _on_its_way(self, draw):
        payment = self.env["account.payment"].create(
            {
                "partner_id": draw.choice(self.payers).id,
                "amount": draw.randrange(10, 90),
                "payment_type": draw.choice(["inbound", "inbound", "outbound"]),
                "partner_type": draw.choice(["customer", "customer", "supplier"]),
            }
        )
        payment.outstanding_account_id = False  # as where the bank statement books it
        payment.action_post()

    def _draft_again(self, draw):
        """A payment or credit note that stays matched with its invoice."""
        notes = self._posted("out_refund")
        partners = self.env["res.partner"].union(*self.payers)
        payments = self.env["account.payment"].search(
            [("partner_id", "in", partners.ids), ("state", "in", ("in_process", "paid"))]
        )
        if draw.random() < 0.7 and payments:
            self._any(draw, payments).action_draft()
        elif notes:
            self._any(draw, notes).button_draft()

    def _card(self, draw):
        if order := self._any(draw, self.orders):
            transaction = self.env["payment.transaction"].create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "reference": f"T{draw.random()}",
                    "amount": draw.choice([order.amount_total, 50]),
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
            draw.choice([transaction._set_done, transaction._set_pending])()

    def _cancel(self, draw):
        if order := self._any(draw, self.orders):
            order._action_cancel()

    def _without_order(self, draw):
        """A receipt, now and then of nobody."""
        receipt = self._invoice(draw.choice(self.payers), 70, move_type="out_receipt")
        if draw.random() < 0.5:
            receipt.partner_id = False
        receipt.action_post()
