"""Factories of the tests of points."""

from odoo import Command, fields
from odoo.tools import SQL

from .common import ClubCase


class PointsCase(ClubCase):
    """Two members whose factor is 1, rules in round numbers: 1 point per unit of money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["loyalty.program"]._of_club(cls.env.company)
        cls.program.currency_id = cls.env.company.currency_id
        cls.program.point_rule_ids.filtered(lambda rule: rule.kind == "order").points = 1
        cls.program.point_rule_ids.filtered(lambda rule: rule.kind == "visit").points = 2
        cls.tiers["O"].points_factor = 1
        (cls.member_a | cls.member_b)._store({"tier_id": cls.tiers["O"].id})
        cls.card_a, cls.card_b = (cls._card_of(member) for member in (cls.member_a, cls.member_b))
        cls.reward = cls.program.reward_ids.filtered(lambda reward: reward.required_points == 100)
        cls.ledger = cls.env["crm.club.point.entry"]

    @classmethod
    def _card_of(cls, member):
        return member._cards_of(cls.program)[member]

    @classmethod
    def _commit(cls):
        """What the transaction does just before its commit."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    @classmethod
    def _give(cls, member, points):
        """Points out of nothing: the balance is ``points`` more."""
        return member.sudo()._post_points("bonus", points)

    def _backdate(self, entry, last_day):
        """Let the credit expire on another day."""
        self.env.cr.execute(
            SQL(
                "UPDATE crm_club_point_entry SET expires_on = %s WHERE id = ANY(%s)",
                last_day,
                entry.ids,
            )
        )
        entry.invalidate_recordset()

    def _billed(self, partner, amount, **vals):
        """A posted invoice of a confirmed order of ``partner``."""
        order = self._order(partner, amount, **vals)
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def _pay(self, invoices):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        payments = register.create({"group_payment": False})._create_payments()
        self._commit()
        return payments

    def _credit(self, invoice, amount=None):
        """A posted credit note of ``amount``, default all of the invoice."""
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        if amount is not None:
            note.invoice_line_ids[0].price_unit = amount
        note.action_post()
        self._commit()
        return note

    def _draft_order(self, partner, amount=1000.0, reward=True):
        """A quotation, with the reward of 100 points where the member can pay for it."""
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        if reward:
            self._add_reward(order)
        return order

    def _add_reward(self, order, reward=None):
        order._update_programs_and_rewards()
        card = self.env["loyalty.card"].search(
            [
                ("partner_id", "=", order.partner_id.commercial_partner_id.id),
                ("program_id", "=", self.program.id),
            ]
        )
        return order._apply_program_reward(reward or self.reward, card)

    def _check_books(self, cards=None):
        """Balance = sum of the ledger = what the credits have left; nothing below zero."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, c.points, COALESCE(c.points_owed, 0),
                          COALESCE(sum(e.points), 0)::float8, COALESCE(sum(e.owed), 0)::float8,
                          COALESCE(sum(e.remaining), 0)::float8,
                          COALESCE(min(e.remaining), 0)::float8
                     FROM loyalty_card c LEFT JOIN crm_club_point_entry e ON e.card_id = c.id
                    WHERE c.is_club AND (%(all)s OR c.id = ANY(%(cards)s)) GROUP BY c.id""",
                all=cards is None,
                cards=cards.ids if cards else [],
            )
        )
        self.assertTrue(rows)
        for number, points, owed, ledger, owed_ledger, left, least in rows:
            self.assertAlmostEqual(points, ledger, msg=f"card {number} and its ledger")
            self.assertAlmostEqual(points, left, msg=f"card {number} and its credits")
            self.assertAlmostEqual(owed, owed_ledger, msg=f"debt of card {number}")
            self.assertGreaterEqual(points, 0)
            self.assertGreaterEqual(least, 0)
            self.assertFalse(points and owed, "who has points has paid the debt")
        self._check_uses(cards)

    def _check_uses(self, cards=None):
        """Of each credit: what is left and what was used are all of it."""
        wrong = self.env.execute_query(
            SQL(
                """SELECT e.id FROM crm_club_point_entry e
                LEFT JOIN crm_club_point_use u ON u.credit_id = e.id
                    WHERE e.kind <> 'giveback' AND (%(all)s OR e.card_id = ANY(%(cards)s))
                    GROUP BY e.id
                   HAVING GREATEST(e.points, 0) <> e.remaining + COALESCE(sum(u.points), 0)""",
                all=cards is None,
                cards=cards.ids if cards else [],
            )
        )
        self.assertEqual(wrong, [])
