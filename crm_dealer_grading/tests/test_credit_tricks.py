from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditTricks(CreditCase):
    """Ways round the limit that somebody tried (K4)."""

    def _refused(self, change, error=CreditRefusal):
        with self.assertRaises(error), self.env.cr.savepoint():
            change()

    def test_amounts_are_not_written(self):
        order = self._quotation(self.partner, 5000)
        for vals in ({"amount_total": 1}, {"amount_untaxed": 1}, {"currency_rate": 1e6}):
            self._refused(lambda vals=vals: order.write(vals), UserError)
        sold = self._sold(900)
        for record, name in (
            (sold, "amount_total"), (sold, "invoice_status"),
            (sold.order_line, "invoice_status"), (sold.order_line, "qty_invoiced"),
            (sold.order_line, "price_total"),
        ):  # fmt: skip
            self._refused(lambda r=record, n=name: r.write({n: r[n]}), UserError)

    def test_line_below_zero_goes(self):
        order = self._quotation(self.partner, 5000)
        discount = order.order_line.copy(
            {"order_id": order.id, "price_unit": -4500, "is_downpayment": True}
        )
        order.action_confirm()
        self._refused(discount.unlink)

    def test_links_to_invoices_are_not_written(self):
        invoice = self._sold(500)._create_invoices()
        invoice.action_post()
        order = self._sold(400)
        lines = self._as("sales_a", order.order_line)
        vals = {"invoice_lines": [Command.link(invoice.invoice_line_ids[0].id)]}
        self._refused(lambda: lines.write(vals), UserError)

    def test_credit_does_not_move_to_another_account(self):
        self._sold(800)
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        partner = self._as("sales_a", self.partner)
        self._refused(lambda: partner.write({"parent_id": firm.id}), UserError)
        self._refused(lambda: partner.write({"commercial_partner_id": firm.id}), UserError)
        dummy = self._customer(self.dealer_a, name="Dummy")
        self._sold(5000, dummy)
        self.partner.is_company = True
        dummy = self._as("sales_a", dummy)
        self._refused(lambda: dummy.write({"parent_id": self.partner.id}), UserError)
        fresh = self._as("sales_a", self._customer(self.dealer_a, name="Fresh"))
        fresh.parent_id = self.partner

    def test_contact_takes_no_limit_along(self):
        self.partner.is_company = True
        contact = self._customer(self.dealer_a, name="Contact", parent_id=self.partner.id)
        contact.parent_id = False
        self.assertEqual(contact.credit_limit, 0)
        self._refused(
            lambda: self._customer(self.dealer_a, name="Rich", credit_limit=99999), UserError
        )

    def test_new_customer_brings_no_limit_by_default(self):
        """Neither the context, nor the user's own default, nor a 0 that is no limit."""
        clerk = self.users["sales_a"]
        clerk.group_ids |= self.env.ref("account.group_account_invoice")
        partners = self.env["res.partner"].with_user(clerk)
        rich = partners.with_context(default_credit_limit=9999999)
        vals = {"name": "New", "dealer_id": self.dealer_a.id}
        self._refused(lambda: rich.create(vals), UserError)
        defaults = self.env["ir.default"]
        defaults.set("res.partner", "credit_limit", 10000, company_id=self.company.id)
        self.assertEqual(partners.create(vals).sudo().credit_limit, 10000)
        for limit in (0, False):
            self._refused(lambda n=limit: partners.create({**vals, "credit_limit": n}), UserError)
        firm = partners.create({**vals, "is_company": True, "credit_limit": 10000})
        contact = partners.create({"name": "Contact", "parent_id": firm.id})
        self.assertEqual(contact.commercial_partner_id, firm)
        defaults.set("res.partner", "credit_limit", 9999999, user_id=clerk.id)
        self._refused(lambda: partners.create(vals), UserError)
        self.company.credit_mode = "off"
        self.assertEqual(rich.create(vals).credit_limit, 9999999)

    def test_payment_term_after_confirmation(self):
        """Whatever changes the amount of a confirmed order is judged, not a list of fields."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Mixed",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "discount_percentage": 50,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        tax = self.env["account.tax"].create(
            {"name": "Tax", "amount": 100, "company_id": self.company.id}
        )
        order = self._quotation(self.partner, 600, payment_term_id=term.id)
        order.order_line.tax_ids = tax
        if order.amount_total > 1000:
            self.skipTest("The term does not lower this order.")
        order.action_confirm()
        self._refused(lambda: order.write({"payment_term_id": False}))

    def test_company_and_state_at_once(self):
        other = self.env["res.company"].create({"name": "Uncontrolled"})
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Both",
                "currency_id": self.company.currency_id.id,
                "company_id": False,
            }
        )
        order = self._quotation(
            self.partner, 5000, company_id=other.id, pricelist_id=pricelist.id
        )
        self._refused(lambda: order.write({"company_id": self.company.id, "state": "sale"}))

    def test_payer_of_a_posted_invoice(self):
        rich = self._customer(self.dealer_a, name="Rich")
        invoice = self._invoice(rich, 5000, post=True)
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self._refused(lambda: receivable.write({"partner_id": self.partner.id}))
        forced = invoice.with_context(skip_readonly_check=True)
        self._refused(lambda: forced.write({"partner_id": self.partner.id}))

    def test_holds_are_not_rewritten(self):
        self._quotation(self.partner, 5000).action_confirm_within_limits()
        hold = self._as("credit", self.env["crm.credit.hold"]).search([], limit=1)
        bill = self._invoice(self.partner, 10, move_type="in_invoice")
        for vals in ({"order_id": False, "move_id": bill.id}, {"excess": 1}, {"state": "done"}):
            self._refused(lambda vals=vals: hold.write(vals), AccessError)

    def test_history_keeps_its_customer(self):
        lonely = self._customer(self.dealer_a, name="Lonely")
        self._file(lonely, 10)
        self._refused(self._as("sales_a", lonely).unlink, UserError)

    def test_order_by_default(self):
        sold = self._sold(900)
        lines = self.env["sale.order.line"].with_context(default_order_id=sold.id)
        line = {"product_id": self.product.id, "price_unit": 5000, "tax_ids": [Command.clear()]}
        self._refused(lambda: lines.create(line))

    def test_lines_of_one_save_are_judged_together(self):
        order = self._quotation(self.partner, 500)
        order.order_line.copy({"order_id": order.id})
        order.action_confirm()
        first, second = order.order_line
        save = [
            Command.update(first.id, {"price_unit": 700}),
            Command.update(second.id, {"price_unit": 300}),
        ]
        order.write({"order_line": save})
        save[1] = Command.update(second.id, {"price_unit": 301})
        self._refused(lambda: order.write({"order_line": save}))

    def test_mass_confirmation_goes_by_number(self):
        """The queue is the same before and after the dates of the orders change."""
        first = self._quotation(self.partner, 900)
        second = self._quotation(self.partner, 900, date_order="2020-01-01")
        self._release(self.partner, 5000, order_id=second.id)
        (first | second).action_confirm_within_limits()
        self.assertEqual((first | second).mapped("state"), ["sale", "sale"])

    def test_opened_file_changes_nothing(self):
        other = self._customer(self.dealer_a, name="Buys as before")
        other.action_open_credit_file()
        self.assertEqual(self._sold(5000, other).state, "sale")

    def test_banner_is_for_those_who_sell(self):
        order = self._quotation(self.partner, 5000)
        self.assertFalse(self._as("agent", order).partner_credit_warning)
        self.assertIn("over the credit limit", self._as("sales_a", order).partner_credit_warning)
        for name in ("credit_granted", "credit_used", "credit_free", "credit_file_id"):
            with self.assertRaises(AccessError):
                self._as("agent", self.partner).read([name])

    def test_dust_is_no_amount(self):
        order = self._quotation(self.partner, 100)
        order.action_confirm()
        self.file._change_limit(0, "lowered", "Test")
        self.env["crm.credit.guard"]._check(
            {order: {(self.partner.id, self.company.id): 0.0029}}
        )
