"""Points of the demo network's members: earned at visits, used, expired, corrected (M3)."""

from datetime import datetime, time, timedelta

from odoo import Command
from odoo.tools import SQL

from ..models.points.crm_club_point_book import Request

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "tz": "Asia/Shanghai"}
_WELCOME = 200
_FREE = ("warranty", "recall")


def load(env):
    """Let the members have lived with points since they joined."""
    Loader(env(context={**env.context, **_QUIET})).load()


class Loader:
    def __init__(self, env):
        self.env = env
        self.ledger = env["crm.club.point.entry"].sudo()
        self.program = env["loyalty.program"]._of_club(env.company)
        # sudo: the story is told by the loader, whoever installs.
        members = env["crm.club.membership"].sudo().search([("state", "!=", "left")], order="id")
        self.cards = members._cards_of(self.program)
        self.members = {member.partner_id: member for member in self.cards}

    def load(self):
        if not self.members:
            return
        requests = self._welcome() + self._visits()
        self.ledger._book([request for _day, request in sorted(requests, key=lambda r: r[0])])
        while self.ledger._expire_batch():
            pass
        self._expired_in_time()
        self._pay_orders()
        self._use_points()
        self._others()

    def _request(self, member, kind, day, points, **values):
        """A dated request; points as they were earned on that day."""
        moment = datetime.combine(day, time(4))
        further = {"date": moment, **values.pop("values", {})}
        return moment, Request(
            card=self.cards[member],
            kind=kind,
            points=round(points, 2),
            expires_on=self.program._last_day_of_points(day),
            values=further,
            **values,
        )

    def _welcome(self):
        return [
            self._request(
                member,
                "bonus",
                member.join_date,
                _WELCOME,
                key=f"bonus:welcome:{member.id}",
                description="入会礼",
            )
            for member in self.cards
        ]

    def _visits(self):
        """Visits without an order were paid at delivery; they earned since the owner joined."""
        visits = self.env["crm.service.visit"].search(
            [
                ("stage", "in", ("delivered", "followed_up")),
                ("order_id", "=", False),
                ("visit_type", "not in", _FREE),
                ("commercial_partner_id", "in", [partner.id for partner in self.members]),
            ]
        )
        paid = {visit: (visit.date_delivered or visit.date).date() for visit in visits}
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_visit SET paid_on = COALESCE(date_delivered, date)::date
                    WHERE id = ANY(%s)""",
                visits.ids,
            )
        )
        visits.invalidate_recordset(["paid_on"])
        found = []
        for visit, day in paid.items():
            member = self.members[visit.commercial_partner_id]
            claim = visit._club_claim(self.cards[member])
            if day >= member.join_date and claim.gross:
                found.append(self._of_visit(member, visit, day, claim))
        return found

    def _of_visit(self, member, visit, day, claim):
        return self._request(
            member,
            "visit",
            day,
            claim.gross,
            key=f"visit:{visit._name}:{visit.id}:0",
            origin=visit,
            description=visit.display_name,
            values={
                "gross_points": round(claim.gross, 2),
                "base_amount": claim.base,
                "source_dealer_id": visit.dealer_id.id,
            },
        )

    def _expired_in_time(self):
        """As if the job had run every night."""
        self.env.cr.execute(
            """UPDATE crm_club_point_entry e SET date = c.expires_on + interval '17 hours'
                 FROM crm_club_point_use u JOIN crm_club_point_entry c ON c.id = u.credit_id
                WHERE u.entry_id = e.id AND e.kind = 'expiry'"""
        )
        self.ledger.invalidate_model(["date"])

    def _pay_orders(self):
        """Some orders since the members joined were billed and paid a week later."""
        orders = self.env["sale.order"].search(
            [
                ("state", "=", "sale"),
                ("invoice_ids", "=", False),
                ("partner_id.is_company", "=", False),
                ("partner_id", "in", [partner.id for partner in self.members]),
            ],
            order="id desc",
            limit=400,
        )
        orders = orders.filtered(
            lambda order: order.date_order.date() > self.members[order.partner_id].join_date
        )[:80:4]
        for line in orders.order_line:
            line.qty_delivered = line.product_uom_qty
        invoices = self.env["account.move"].union(*(order._create_invoices() for order in orders))
        invoices.action_post()
        for invoice in invoices.filtered("amount_residual"):
            self._pay(invoice)
        self.env["account.move"]._settle_club_points(invoices.ids)
        for order in orders:
            self._date_back(order.invoice_ids, order.date_order.date() + timedelta(7))

    def _pay(self, invoice):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create({})._create_payments()

    def _date_back(self, invoices, day):
        """As if the invoice had been paid on that day."""
        day = min(day, self.env["crm.club.membership"]._today())
        self.env.cr.execute(
            SQL(
                """UPDATE crm_club_point_entry SET date = %s, expires_on = %s
                    WHERE origin_model = 'account.move' AND origin_id = ANY(%s)""",
                datetime.combine(day, time(5)),
                self.program._last_day_of_points(day),
                invoices.ids,
            )
        )

    def _use_points(self):
        """Some members use points for their next order; one changes their mind."""
        rewards = self.program.reward_ids.sorted("required_points", reverse=True)
        product = self.env.ref("crm_dealer_grading.product_tyres")
        rich = [m for m in self.cards if m.state == "active" and self.cards[m].points >= 100][:40:4]
        orders = self.env["sale.order"]
        for member in rich:
            order = orders.create(
                {
                    "partner_id": member.partner_id.id,
                    "user_id": member.partner_id.user_id.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": 900})
                    ],
                }
            )
            order._update_programs_and_rewards()
            card = self.cards[member]
            reward = rewards.filtered(
                lambda reward, card=card: reward.required_points <= card.points
                and reward.discount < 900
            )[:1]
            order._apply_program_reward(reward, card)
            orders |= order
        # The last ones stay quotations.
        orders[:-2].action_confirm()
        orders[:1]._action_cancel()

    def _others(self):
        """Surveys, recommendations, and what managers corrected."""
        active = [member for member in self.cards if member.state == "active"]
        for member in active[2:40:5]:
            member._post_points("survey", origin=member.partner_id, description="售后满意度调查")
        for member in active[3:40:13]:
            member._post_points("referral", 2000, member.partner_id, description="推荐好友购车")
        for member, points, reason in zip(
            active[1:60:20],
            (100, -50, 300),
            ("交车延误致歉", "重复积分更正", "周年庆赠送"),
            strict=False,
        ):
            member._adjust_points(max(points, -self.cards[member].points), reason)
