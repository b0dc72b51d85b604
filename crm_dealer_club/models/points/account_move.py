from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.at_commit import collect

from .crm_club_point_claim import Claim

_KEY = "crm_club_point_move_ids"
_PAID = ("paid", "in_payment")


def settle(cr, move_ids):
    """Bring these invoices to what they have earned."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["account.move"]._settle_club_points(move_ids)


class AccountMove(models.Model):
    """A paid invoice of an order earns its customer points (M3).

    Whatever pays, credits or reopens an invoice, it is looked at before the commit, as it stands
    then. Only lines of orders count; visits without an order earn by themselves.
    """

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._queue_club_points()
        return result

    def _invoice_paid_hook(self):
        # Also invoices of nothing, and those whose payment has no entry.
        self._queue_club_points()
        return super()._invoice_paid_hook()

    def _queue_club_points(self):
        # sudo: points count whoever made the document.
        moves = self.sudo()
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        credit_notes = moves.filtered(lambda move: move.move_type == "out_refund")
        invoices |= credit_notes._credited_invoices()
        collect(self.env.cr, _KEY, invoices.ids, settle)

    @api.model
    def _settle_club_points(self, move_ids):
        """Book what these invoices earn, at a number of queries that does not grow with them."""
        self.env.flush_all()
        members = self._club_members_of(move_ids)
        if not members:
            return
        invoices = self.browse(members)
        paid = invoices._line_amounts(orders_only=True)
        whole = invoices._line_amounts()
        credited = invoices._credited()
        claims = []
        for company, ours in invoices.grouped("company_id").items():
            program = self.env["loyalty.program"]._of_club(company)
            if not program:
                continue
            memberships = self.env["crm.club.membership"].browse(
                {members[invoice.id] for invoice in ours}
            )
            cards = memberships._cards_of(program)
            for invoice in ours:
                card = cards[memberships.browse(members[invoice.id])]
                total = sum(amount for _category, amount in whole.get(invoice, ()))
                share = invoice._paid_share(total, credited.get(invoice.id, 0))
                claims += invoice._club_claim(card, paid.get(invoice, ()), share)
        self.env["crm.club.point.entry"]._settle_claims(claims)

    @api.model
    def _club_members_of(self, move_ids):
        """Return ``{invoice id: membership id}`` of invoices that can earn, or have earned.

        What is dated before the customer joined earns nothing. Once an invoice has earned, it
        stays with that member.
        """
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (m.id) m.id, COALESCE(e.membership_id, c.id)
                         FROM account_move m
                    LEFT JOIN crm_club_point_entry e
                           ON e.origin_model = 'account.move' AND e.origin_id = m.id
                    LEFT JOIN res_partner p ON p.id = m.partner_id
                    LEFT JOIN crm_club_membership c ON c.partner_id = p.commercial_partner_id
                          AND m.state = 'posted' AND c.join_date <= m.invoice_date
                        WHERE m.id = ANY(%s) AND m.move_type = 'out_invoice'
                          AND COALESCE(e.membership_id, c.id) IS NOT NULL
                        ORDER BY m.id, e.id""",
                    list(move_ids),
                )
            )
        )

    def _line_amounts(self, orders_only=False):
        """Return ``{invoice: [(product category, amount)]}``, without tax, company currency."""
        domain = [("move_id", "in", self.ids), ("display_type", "=", "product")]
        if orders_only:
            domain.append(("sale_line_ids", "!=", False))
        lines = self.env["account.move.line"].search_fetch(
            domain, ["move_id", "product_id", "balance"]
        )
        return {
            move: [(line.product_id.categ_id, -line.balance) for line in ours]
            for move, ours in lines.grouped("move_id").items()
        }

    def _paid_share(self, total, credited):
        """How much of the invoice is paid for good: 0 … 1."""
        if self.state != "posted" or self.payment_state not in _PAID or total <= 0:
            return 0
        return min(1, max(0, 1 - credited / total))

    def _club_claim(self, card, lines, share):
        """Return the claim of one invoice in a list.

        Rewards and other deductions lower all lines alike.
        """
        program = card.program_id
        rules = program._rules_for("order")
        positive = sum(amount for _category, amount in lines if amount > 0)
        net = sum(amount for _category, amount in lines)
        points = 0
        for category, amount in lines:
            rule = rules._for_category(category)
            if amount > 0 and rule:
                points += amount * rule._given_to(card.club_membership_id)
        rate = program._from_company_currency(self.company_id, self.invoice_date or self.date)
        part = max(net, 0) / positive * rate if positive else 0
        return [
            Claim(
                card=card,
                kind="order",
                origin=self,
                gross=points * part,
                base=max(net, 0) * rate,
                share=share if net > 0 else 0,
                reason=card._in_members_words().env._("credited, or not paid after all"),
            )
        ]
