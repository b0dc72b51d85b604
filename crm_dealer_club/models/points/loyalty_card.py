import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# In the context of what the ledger does itself; no caller can forge it.
STEP = object()

# Behind core's create, which would send e-mails and take a statement for each hundred.
_OPEN = """
    INSERT INTO loyalty_card (program_id, company_id, club_membership_id, partner_id, dealer_id,
           is_club, code, points, points_owed, active, create_uid, write_uid, create_date,
           write_date)
    SELECT %(program)s, %(company)s, m.id, m.partner_id, m.dealer_id, TRUE, n.code, 0, 0, TRUE,
           %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM unnest(%(members)s::int[], %(codes)s::varchar[]) AS n(membership_id, code)
      JOIN crm_club_membership m ON m.id = n.membership_id
     ORDER BY m.id
    RETURNING id"""

# What makes a card a member's: changed by the club's own steps alone.
_FIXED = {
    "active",
    "club_membership_id",
    "code",
    "dealer_id",
    "expiration_date",
    "is_club",
    "partner_id",
    "points_owed",
    "program_id",
}

# What only such a card has.
_MEMBERS = ("club_membership_id", "is_club", "points_owed")


class LoyaltyCard(models.Model):
    """A member's card of points: its balance is the sum of the ledger, always (M3).

    Whoever changes ``points`` of such a card, comes to the ledger. Other cards are the ERP's.
    """

    _inherit = "loyalty.card"

    # Plain columns, so that nothing is computed for cards that were there before.
    is_club = fields.Boolean(string="Card of a Member", readonly=True, copy=False)
    club_membership_id = fields.Many2one(
        "crm.club.membership",
        string="Membership",
        readonly=True,
        copy=False,
        index="btree_not_null",
        # The ledger keeps a membership; an empty card does not.
        ondelete="cascade",
    )
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    points_owed = fields.Float(
        readonly=True,
        copy=False,
        help="Taken back after they were spent; deducted from the next points.",
    )
    expiry_noticed_until = fields.Date(readonly=True, copy=False)
    point_entry_ids = fields.One2many("crm.club.point.entry", "card_id", string="Points Ledger")

    # Each order asks for its gift cards; without members there are few cards to look through.
    _order_index = models.Index("(order_id) WHERE order_id IS NOT NULL")
    _club_member_uniq = models.UniqueIndex(
        "(club_membership_id, program_id) WHERE club_membership_id IS NOT NULL",
        "The member has a card of this program already.",
    )
    _club_not_negative = models.Constraint(
        "CHECK(is_club IS NOT TRUE OR points >= 0 AND points_owed >= 0)",
        "A member's points cannot go below zero. Look at the balance and try again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_made_club(vals)
        cards = super().create(vals_list)
        # sudo: which program is the club's is no secret.
        if any(cards.sudo().program_id.mapped("is_club")):
            raise UserError(
                self.env._(
                    "Cards of the club are made when a customer is enrolled. Enrol the customer, "
                    "then adjust the points."
                )
            )
        return cards

    @api.model
    def _open_for(self, members, program):
        """Make the cards of ``program`` for members without one, by one statement.

        Who may enrol the customers opens the cards: nobody is asked for rights.
        """
        members.flush_model()
        rows = self.env.execute_query(
            SQL(
                _OPEN,
                program=program.id,
                company=program.company_id.id or None,
                members=members.ids,
                # Nobody guesses a card by its neighbour.
                codes=[f"044{secrets.randbelow(10**16):016}" for _member in members],
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()
        members.invalidate_model(["card_ids"])
        return self.sudo().browse(number for (number,) in rows)

    def write(self, vals):
        club = self.filtered("is_club") if vals.keys() & {"points", *_FIXED} else self.browse()
        if self.env.context.get("club_points_step") is STEP:
            return super().write(vals)
        if self - club:
            self._check_not_made_club(vals)
        if not club:
            return super().write(vals)
        club._check_fixed(vals)
        if "points" not in vals:
            return super().write(vals)
        if self.env.context.get("club_order_step") is not STEP:
            # sudo: what is past expires, whoever sets the balance.
            self.env["crm.club.point.entry"].sudo()._take_in_hand(club)
            for card in club:
                card._adjust(vals["points"] - card.points)
        rest = {name: value for name, value in vals.items() if name != "points"}
        super(LoyaltyCard, club).write(rest)
        return super(LoyaltyCard, self - club).write(vals)

    def _check_not_made_club(self, vals):
        """A card of the ERP does not become a member's, with points that nobody earned."""
        # sudo: which program is the club's is no secret.
        program = self.env["loyalty.program"].sudo().browse(vals.get("program_id") or [])
        if program.is_club or any(vals.get(name) for name in _MEMBERS):
            raise UserError(
                self.env._(
                    "Cards of the club are made when a customer is enrolled. Enrol the customer, "
                    "then adjust the points."
                )
            )

    def _check_fixed(self, vals):
        """Superusers' steps, like a merge of customers, may move a card."""
        if self.env.su:
            return
        for card in self:
            for name in _FIXED & vals.keys():
                if card[name] != card._fields[name].convert_to_record(
                    card._fields[name].convert_to_cache(vals[name], card), card
                ):
                    raise UserError(
                        self.env._(
                            "The card belongs to membership %s. Change the membership instead.",
                            card.sudo().club_membership_id.number,
                        )
                    )

    def _adjust(self, points, reason=None):
        """Change the balance by hand; the ledger checks who may, and books it."""
        self.ensure_one()
        # sudo: the method asks for the rights of the user itself.
        self.club_membership_id.sudo(self.env.su)._adjust_points(
            points, reason or self.env._("Balance changed by hand."), card=self
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_club(self):
        if self.env.context.get("club_points_step") is not STEP and self.filtered("is_club"):
            raise UserError(
                self.env._("A member's card stays as long as the membership; archive that one.")
            )
