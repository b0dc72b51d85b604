from odoo import Command, api, fields, models
from odoo.exceptions import UserError

_CHANGES_FEE = {"partner_id", "dealer_id", "rescue_fault_id", "rescue_fee_base"}


class HelpdeskTicket(models.Model):
    """What a rescue costs, and why: the fee of the breakdown less what the card gives (M2, M8)."""

    _inherit = "helpdesk.ticket"

    rescue_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Fee"
    )
    rescue_fee_base = fields.Monetary(
        string="Fee Without a Card",
        currency_field="rescue_currency_id",
        aggregator=None,
        help="As the kind of breakdown says; change it when the help took more or less.",
    )
    rescue_benefit_id = fields.Many2one(
        "crm.club.benefit", string="Benefit", readonly=True, copy=False, ondelete="set null"
    )
    rescue_discount = fields.Float(
        string="Discount of the Card (%)",
        digits=(5, 2),
        readonly=True,
        copy=False,
        aggregator=None,
    )
    rescue_fee = fields.Monetary(
        string="Fee", currency_field="rescue_currency_id", readonly=True, copy=False
    )
    rescue_fee_reason = fields.Char(string="Why This Fee", compute="_compute_rescue_fee_reason")
    rescue_order_id = fields.Many2one(
        "sale.order",
        string="Order of the Fee",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("rescue_benefit_id", "rescue_discount", "rescue_fee_base", "partner_id")
    @api.depends_context("lang")
    def _compute_rescue_fee_reason(self):
        for ticket in self:
            ticket.rescue_fee_reason = ticket._rescue_fee_in_words()

    def _rescue_fee_in_words(self):
        if self.crm_kind != "rescue":
            return False
        if not self.rescue_fee_base:
            return self.env._("This help is free.")
        # sudo: what the card of this customer gives; the ticket is the user's to read.
        benefit = self.sudo().rescue_benefit_id
        if benefit:
            return self.env._(
                "%(tier)s card: %(benefit)s", tier=benefit.tier_id.name, benefit=benefit.summary
            )
        member = self.sudo().commercial_partner_id.club_membership_id
        if member.state == "active":
            return self.env._("The %s card gives no discount on rescue.", member.tier_id.name)
        if not self.partner_id:
            return self.env._("Unknown caller: the whole fee.")
        return self.env._("No card that is valid: the whole fee.")

    def _rescue_reckon(self, vals=None):
        """Bring the fee in line with breakdown, customer and dealer, until it is on an order."""
        if vals is not None and not _CHANGES_FEE & vals.keys():
            return
        for ticket in self:
            if ticket.rescue_order_id:
                ticket._rescue_refuse_fee(vals)
                continue
            base = ticket.rescue_fee_base
            if vals is None or ("rescue_fault_id" in vals and "rescue_fee_base" not in vals):
                base = base if vals is None and base else ticket._rescue_list_fee()
            benefit = ticket._rescue_benefit() if base else self.env["crm.club.benefit"]
            fee = base * (1 - benefit.percent / 100)
            ticket._store(
                {
                    "rescue_fee_base": base,
                    "rescue_benefit_id": benefit.id,
                    "rescue_discount": benefit.percent,
                    "rescue_fee": ticket.rescue_currency_id.round(fee),
                }
            )

    def _rescue_refuse_fee(self, vals):
        if "rescue_fee_base" in (vals or {}):
            raise UserError(
                self.env._(
                    "The fee is on %s already. Change it there.", self.sudo().rescue_order_id.name
                )
            )

    def _rescue_list_fee(self):
        # sudo: prices of our own services are no secret.
        product = self.sudo().rescue_fault_id.product_id
        price = product.with_company(self.company_id).list_price
        currency = product.currency_id or self.rescue_currency_id
        return currency._convert(price, self.rescue_currency_id, self.company_id)

    def _rescue_benefit(self):
        """The best discount on rescue that the customer's card gave on the day of the report."""
        # sudo: what the card gives decides, whoever takes the call.
        ticket = self.sudo()
        member = ticket.commercial_partner_id.club_membership_id
        benefits = ticket.env["crm.club.benefit"]
        here = ticket.with_context(tz=ticket.company_id._tz_here())
        day = fields.Datetime.context_timestamp(here, ticket.date_received).date()
        tier = member._tier_on(day)
        benefits = ticket.env["crm.club.benefit"]._of_tiers(tier, day) if tier else benefits
        given = benefits._at_dealer(ticket.dealer_id or member.dealer_id)
        rescue = given.filtered(lambda benefit: benefit.kind == "rescue")
        return rescue.sorted("percent", reverse=True)[:1]

    # -- The order --------------------------------------------------------------------------------

    def action_rescue_order(self):
        """Open the order of the fee; the first time it is made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self._rescue_order().id,
            "views": [(False, "form")],
        }

    def _rescue_order(self):
        """Return the quotation of the fee, made once, by the rights of the user."""
        if self.rescue_order_id:
            return self.rescue_order_id
        if refusal := self._rescue_order_refusal():
            raise UserError(refusal)
        self.check_access("write")
        product = self.sudo().rescue_fault_id.product_id
        line = {
            "product_id": product.id,
            "name": f"{product.display_name}\n{self.name}\n{self.rescue_fee_reason}",
            "product_uom_qty": 1,
        }
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "dealer_id": self.dealer_id.id,
                "origin": self.number,
                "order_line": [Command.create(line)],
            }
        )
        # Not what price lists say: the fee of this rescue was agreed on.
        order.order_line.write(self._rescue_line_price(order))
        # The row of the ticket is changed: of two at once the later one finds this order.
        self._store({"rescue_order_id": order.id})
        return order

    def _rescue_line_price(self, order):
        """Price and discount of the order's line, in its currency on its day.

        As with the product's own price, it depends on the tax whether that is included.
        """
        price = self.rescue_currency_id._convert(
            self.rescue_fee_base, order.currency_id, order.company_id, order.date_order.date()
        )
        return {"price_unit": price, "discount": self.rescue_discount}

    def _rescue_order_refusal(self):
        number = self.number
        if not self.partner_id:
            return self.env._("%s: enter the customer who pays first.", number)
        if not self.sudo().rescue_fault_id.product_id:
            return self.env._(
                "%s: this kind of breakdown has no product to sell. Ask the manufacturer's "
                "manager to set one under Configuration, Kinds of Breakdown.",
                number,
            )
        if not self.rescue_fee_base:
            return self.env._("%s: this help is free, there is nothing to order.", number)
        return None
