import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_club_point_book import Request
from .crm_club_point_entry import EARNED
from .crm_club_point_rule import MONEY

_UNLIMITED = "crm_dealer_grading.group_oem_manager"
_LIMITED = "crm_dealer_grading.group_dealer_manager"


class CrmClubMembership(models.Model):
    """The points of a member, and how others give them (M3)."""

    _inherit = "crm.club.membership"

    card_ids = fields.One2many("loyalty.card", "club_membership_id", string="Cards of Points")
    point_entry_ids = fields.One2many(
        "crm.club.point.entry", "membership_id", string="Points Ledger"
    )

    # ------------------------------------------------------------ entry points

    def _post_points(self, kind, amount=None, origin=None, description=None, company=None):
        """Give members points for something they did (M3). Idempotent by kind, origin and member.

        Members who are not active get none. Rights are the caller's business.

        :param str kind: "referral", "survey", "activity", or "bonus" for anything else
        :param amount: points; default what the point rule of ``kind`` says (there is none for
            referrals and activities: tier and activity say what they bring)
        :param origin: the record that earned them; each origin gives a member points of a kind
            once. Needed for all but "bonus"
        :param description: what the member reads; default the rule's name
        :param company: whose program; default the current company's
        :return: the new entries (``crm.club.point.entry``), in superuser mode; none where
            nothing is given or was given before
        :raise ValueError: an unknown kind, money without a document, or points below zero
        """
        nameless = not origin and kind != "bonus"
        if kind not in EARNED or kind in MONEY or nameless or (amount or 0) < 0:
            raise ValueError(f"Cannot give {amount} points of kind {kind!r} for {origin!r}")
        program = self.env["loyalty.program"]._of_club(company or self.env.company)
        active = self.sudo().filtered(lambda member: member.state == "active")
        rule = program._rules_for(kind)[:1]
        if not program or amount is None and not rule:
            return self.env["crm.club.point.entry"]
        cards = active._cards_of(program)
        given = {m: rule._given_to(m) if amount is None else amount for m in active}
        requests = [
            Request(
                card=cards[member],
                kind=kind,
                points=round(points, 2),
                key=member._point_key(kind, origin),
                origin=origin,
                description=description or cards[member]._in_members_words()._kind_name(kind),
                expires_on=program._last_day_of_points(self._today()),
            )
            for member, points in given.items()
            if round(points, 2) > 0
        ]
        return self.env["crm.club.point.entry"]._book(requests)

    def _has_points(self, kind, origin):
        """Whether ``_post_points`` gave the member points of this kind for ``origin``."""
        key = self._point_key(kind, origin)
        return bool(self.env["crm.club.point.entry"].sudo().search_count([("key", "=", key)]))

    def _point_key(self, kind, origin):
        if origin:
            return f"{kind}:{origin._name}:{origin.id}:{self.id}"
        return f"{kind}:{self.id}:{self._next_point_number()}"

    @api.model
    def _next_point_number(self):
        """A number that no other entry without a document has."""
        [(number,)] = self.env.execute_query(
            SQL("SELECT nextval('crm_club_point_entry_id_seq'::regclass)")
        )
        return number

    def _adjust_points(self, points, reason, card=None):
        """Add or take points by hand (M3); checks who may.

        The manufacturer's manager may adjust any; a dealer's manager those of the own members,
        up to the program's limit a member and month.

        :param float points: positive or negative
        :param str reason: for the ledger and the chatter
        :raise AccessError: the user may not
        :raise UserError: there are not so many points, or more than the limit
        """
        if not math.isfinite(points):
            raise UserError(self.env._("Give a number of points."))
        points = round(points, 2)
        if not points:
            return self.env["crm.club.point.entry"]
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the points are adjusted; the member reads it."))
        member = self.sudo()
        program = card.sudo().program_id if card else member._program()
        card = card or member._cards_of(program)[member]
        self._check_adjusting(points, card)
        return self._move_points(self._charge_request(points, reason, card, "adjustment"))

    def _charge_points(self, points, reason, origin=None, company=None, card=None, owe=False):
        """Take points (below zero) for something, or give them (M3).

        The caller does it once, and answers for the rights. It is no adjustment of a dealer's
        manager, and does not use up the limit.

        :param origin: the record that costs them; ``_return_points`` finds them by it
        :param company: whose program; default the current company's
        :param card: the card instead, where it is known
        :param bool owe: whether what was spent already is owed, and deducted from the next
            points, instead of refused
        :return: the new entry; none where there is no program
        :raise UserError: there are not so many points
        """
        self.ensure_one()
        program = self.env["loyalty.program"]._of_club(company or self.env.company)
        if not (card or program) or not round(points, 2):
            return self.env["crm.club.point.entry"]
        card = card or self.sudo()._cards_of(program)[self.sudo()]
        request = self._charge_request(round(points, 2), reason, card, "charge", origin)
        return self._move_points(request._replace(owe=owe))

    def _return_points(self, origin, reason):
        """Give back what ``origin`` took: on the card, and to the credits, that it came from.

        :return: the new entry; none where nothing of it is in the ledger
        """
        entries = self.env["crm.club.point.entry"].sudo()
        kinds = ("adjustment",)
        card = entries._card_of(origin, kinds)
        points = entries._taken(origin, card, kinds)
        if points <= 0:
            return entries
        away = entries._away(origin, card, kinds)
        days = timedelta(days=card.program_id.giveback_days)
        request = self._charge_request(points, reason, card, "charge", origin)
        entry = self._move_points(
            request._replace(uses=tuple(away), expires_on=self._today() + days)
        )
        entry._forfeit_of_left()
        return entry

    def _charge_request(self, points, reason, card, name, origin=None):
        """The request that books points by the key ``name``."""
        return Request(
            card=card,
            kind="adjustment",
            points=points,
            key=f"{name}:{self.id}:{self._next_point_number()}",
            origin=origin,
            description=reason.strip(),
            expires_on=card.sudo().program_id._last_day_of_points(self._today()),
        )

    def _move_points(self, request):
        """Book points, and tell it in the chatter."""
        entries = self.env["crm.club.point.entry"]._book([request])
        self.sudo().message_post(
            body=self.env._(
                "Points adjusted by %(points)s: %(reason)s",
                points=f"{request.points:+g}",
                reason=request.description,
            )
        )
        return entries

    def _check_adjusting(self, points, card):
        user = self.env.user
        if self.env.su or user.has_group(_UNLIMITED):
            return
        if not user.has_group(_LIMITED):
            raise AccessError(
                self.env._("Points are adjusted by a dealer's manager or the manufacturer's.")
            )
        self.check_access("read")
        member = self.sudo()
        if member.dealer_id not in user._own_dealers():
            raise AccessError(
                self.env._("Only the member's own dealer adjusts points. Ask its manager.")
            )
        touch(card)
        used = self._adjusted_this_month(card)
        limit = card.sudo().program_id.adjust_limit
        if round(used + abs(points), 2) > limit:
            raise UserError(
                self.env._(
                    "Of the %(limit)s points that dealers may adjust for a member in a month, "
                    "%(used)s are used. Ask the manufacturer's manager for more.",
                    limit=limit,
                    used=used,
                )
            )

    def _adjusted_this_month(self, card):
        first = self._today().replace(day=1)
        entries = self.env["crm.club.point.entry"].sudo()
        groups = entries.search_fetch(
            [
                ("card_id", "=", card.id),
                ("kind", "=", "adjustment"),
                ("key", "=like", "adjustment:%"),
                ("date", ">=", first),
            ],
            ["points"],
        )
        return sum(abs(entry.points) for entry in groups)

    def _check_may_redeem(self):
        """:raise UserError: a membership is not active, so its points are frozen"""
        for member in self.filtered(lambda member: member.state != "active"):
            state = dict(self._fields["state"]._description_selection(self.env))[member.state]
            raise UserError(
                self.env._(
                    "Membership %(number)s is not active (%(state)s): its points cannot be used. "
                    "Remove the reward from the order, or have the membership resumed.",
                    number=member.number,
                    state=state,
                )
            )

    # ------------------------------------------------------------ cards

    @api.model
    def _program(self):
        return self.env["loyalty.program"]._of_club(self.env.company)

    def _cards_of(self, program):
        """Return ``{member: card}``, in superuser mode; cards that are missing are made.

        Two who make the same card at the same instant meet at the membership's row.
        """
        cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
        found = cards.search(
            [("club_membership_id", "in", self.ids), ("program_id", "=", program.id)]
        )
        missing = self - found.club_membership_id
        if missing and program:
            touch(missing)
            found |= cards._open_for(missing, program)
        return {card.club_membership_id.with_env(self.env): card for card in found}

    def _after_enrol(self):
        """New members have a card of the current company's program."""
        result = super()._after_enrol()
        program = self._program()
        if program and self:
            # sudo: who may enrol the customer opens the card. Nobody else sees the member yet, so
            # nobody has opened one.
            self.env["loyalty.card"].sudo()._open_for(self.sudo(), program)
        return result

    def write(self, vals):
        result = super().write(vals)
        # sudo: cards follow the membership, whoever may change that.
        members = self.sudo().with_context(active_test=False)
        if vals.keys() & {"partner_id", "dealer_id"}:
            members.card_ids._follow_membership()
        if vals.get("state") == "left":
            members.card_ids._forfeit()
        return result
