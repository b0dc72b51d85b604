from datetime import timedelta

from odoo import Command, fields

from .load_base import Loader

# Firms that buy on account, best first: the limit against what is used, days until it ends.
_LIMITS = ((2.5, 300), (1.4, 200), (1.2, 18), (0.8, 120), (1.1, -3))
_OPEN_DAYS = 60  # older statements are paid


class CreditLoader(Loader):
    """Firms billed by statement, their limits, and what the credit check stopped (K3, K4)."""

    def load(self, today):
        """Bill the firms, give limits, switch the control on, and try to sell."""
        # The to-dos are part of the story here.
        self.env = self.env(context={**self.env.context, "mail_activity_automation_skip": False})
        self.today = today
        self.company = self.env.company
        self.company.credit_controller_id = self.ref("user_credit")
        firms = self._firms()
        for firm in firms:
            self._bill(firm)
        for firm, (factor, days) in zip(firms, _LIMITS, strict=False):
            self._grant(firm, factor, today + timedelta(days))
        self.company.credit_mode = "release"
        self._sell(firms)

    def _firms(self):
        """The fleets with most orders."""
        rows = self.env["sale.order"]._read_group(
            [("state", "=", "sale"), ("partner_id.is_company", "=", True)],
            ["partner_id"],
            order="__count DESC, partner_id",
            limit=len(_LIMITS),
        )
        return self.env["res.partner"].union(*(partner for (partner,) in rows))

    def _bill(self, firm):
        """A statement that was paid, and one that is not; the last orders are not billed yet."""
        orders = self.env["sale.order"].search(
            [("partner_id", "=", firm.id), ("state", "=", "sale")], order="date_order"
        )
        ends = self.today - timedelta(_OPEN_DAYS), self.today - timedelta(20)
        for number, end in enumerate(ends):
            due = orders.filtered(
                lambda order, end=end: order.date_order.date() <= end and not order.invoice_ids
            )
            if not due:
                continue
            for line in due.order_line:
                line.qty_delivered = line.product_uom_qty
            invoice = due._create_invoices()
            invoice.write({"invoice_date": end, "invoice_date_due": end + timedelta(15)})
            invoice.action_post()
            if not number:
                self._pay(invoice, end + timedelta(20))

    def _pay(self, invoice, day):
        payments = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payments.create({"payment_date": day})._create_payments()

    def _grant(self, firm, factor, until):
        file = self.env["crm.credit.file"]._open(firm, self.company)
        used = self._used(firm)
        limit = round(max(used, 1000) * factor, -3) or 1000.0
        assessment = self.env["crm.credit.assessment"].search(
            [("partner_id", "=", firm.id), ("state", "=", "done")], limit=1
        )
        # sudo: the controller's word, in the loader's hand.
        file = file.with_user(self.ref("user_credit")).sudo()
        file._grant(limit, until, "年度授信", assessment=assessment)

    def _used(self, firm):
        exposures = firm._credit_exposure(self.company)
        return sum(exposures.get((firm.id, self.company.id), (0, 0)))

    def _sell(self, firms):
        """One quotation each of the second and third firm: held, and released."""
        released, held = firms[1:3]
        for firm in (released, held):
            file = self.env["crm.credit.file"]._of(firm, self.company)[firm]
            room = max(file.limit - self._used(firm), 0)
            order = self._quotation(firm, round(room + 2000, -2))
            if firm == released:
                controller = self.env["crm.credit.release"].with_user(self.ref("user_credit"))
                controller.sudo().create(
                    {
                        "partner_id": firm.id,
                        "company_id": self.company.id,
                        "amount": 5000,
                        "order_id": order.id,
                        "reason": "客户已安排月底付款，承诺函已收。",
                    }
                )
                order.action_confirm()
            else:
                seller = order.user_id or order.env.user
                order.with_user(seller).sudo().action_confirm_within_limits()

    def _quotation(self, firm, amount):
        return self.env["sale.order"].create(
            {
                "partner_id": firm.id,
                "user_id": firm.user_id.id,
                "date_order": fields.Datetime.now(),
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.ref("product_tyres"),
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
