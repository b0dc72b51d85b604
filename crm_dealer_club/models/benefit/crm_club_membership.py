from odoo import api, fields, models
from odoo.tools import SQL

# Members whose quotations are priced together.
_BATCH = 100


class CrmClubMembership(models.Model):
    """What follows for quotations when a card changes (M2)."""

    _inherit = "crm.club.membership"

    priced_tier_id = fields.Many2one(
        "crm.club.tier",
        readonly=True,
        copy=False,
        ondelete="set null",
        export_string_translation=False,
        help="Technical: the tier that the member's quotations were priced for.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {"tier_id", "state", "partner_id"} & vals.keys():
            self._reprice_moved(self.ids)
        return result

    @api.model
    def _also_stored_sql(self, partner, tier, alias=None):
        """Who has no draft has nothing to price; others wait for ``_reprice_moved``."""
        priced = SQL.identifier(alias, "priced_tier_id") if alias else SQL("NULL")
        return {
            **super()._also_stored_sql(partner, tier, alias),
            "priced_tier_id": SQL(
                "CASE WHEN EXISTS (SELECT FROM %s) THEN %s ELSE %s END",
                self._sql_drafts(partner),
                priced,
                tier,
            ),
        }

    def _after_enrol(self):
        result = super()._after_enrol()
        self._reprice_moved(self.ids)
        return result

    @api.model
    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        self._reprice_moved(list(moves))
        return result

    @api.model
    def _reprice_moved(self, member_ids=None):
        """Price the draft quotations of members whose card changed (M2).

        Called by each step and run of the tiers; whoever moves members by SQL elsewhere calls
        it. Once a move: it remembers for which tier a member's quotations are priced.

        :param list member_ids: ids of memberships; default all that moved since
        :return int: how many quotations were looked at
        """
        self.env.flush_all()
        self.env["res.partner"].invalidate_model(["property_product_pricelist"], flush=False)
        self._settle_without_quotations(member_ids)
        moved = self._moved_quotations(member_ids)
        count = 0
        for start in range(0, len(moved), _BATCH):
            count += self._settle_quotations(moved[start : start + _BATCH])
        return count

    @api.model
    def _sql_moved(self, member_ids):
        """Memberships, named ``member``, whose quotations are priced for another tier."""
        mine = SQL("TRUE") if member_ids is None else SQL("member.id = ANY(%s)", list(member_ids))
        return SQL("%s AND member.priced_tier_id IS DISTINCT FROM %s", mine, self._sql_tier())

    @api.model
    def _sql_tier(self):
        return SQL("CASE WHEN member.state = 'active' THEN member.tier_id END")

    @api.model
    def _sql_drafts(self, partner=None):
        return SQL(
            """sale_order JOIN res_partner customer ON customer.id = sale_order.partner_id
                WHERE customer.commercial_partner_id = %s AND sale_order.state = 'draft'""",
            partner or SQL("member.partner_id"),
        )

    @api.model
    def _settle_without_quotations(self, member_ids):
        """Most members have no draft: one statement for all of them."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_club_membership member SET priced_tier_id = %s
                    WHERE %s AND NOT EXISTS (SELECT FROM %s)""",
                self._sql_tier(),
                self._sql_moved(member_ids),
                self._sql_drafts(),
            )
        )
        self.invalidate_model(["priced_tier_id"], flush=False)

    @api.model
    def _moved_quotations(self, member_ids):
        """``[(membership id, tier before or None, [ids of draft orders])]``."""
        return self.env.execute_query(
            SQL(
                """SELECT member.id, member.priced_tier_id,
                          ARRAY(SELECT sale_order.id FROM %s ORDER BY sale_order.id)
                     FROM crm_club_membership member WHERE %s ORDER BY member.id""",
                self._sql_drafts(),
                self._sql_moved(member_ids),
            )
        )

    @api.model
    def _settle_quotations(self, moved):
        # sudo: the card's prices follow the card, whoever may see the member's quotations.
        orders = self.env["sale.order"].sudo()
        joined = orders.browse([number for _id, tier, ids in moved if not tier for number in ids])
        others = orders.browse([number for _id, tier, ids in moved if tier for number in ids])
        joined._club_settle(joined=True)
        others._club_settle()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_club_membership member SET priced_tier_id = %s WHERE id IN %s",
                self._sql_tier(),
                tuple(number for number, _tier, _orders in moved),
            )
        )
        self.invalidate_model(["priced_tier_id"], flush=False)
        return len(joined) + len(others)

    @api.model
    def _cron_settle_quotations(self):
        """Nightly: what moved by SQL, and what benefits began, ended or became another.

        One commit a batch; a night that is killed goes on where it stopped.
        """
        cron = self.env["ir.cron"]
        self.env["product.pricelist"]._club_sync()
        cron._commit_progress(remaining=1)
        self._settle_without_quotations(None)
        while moved := self._moved_quotations(None)[:_BATCH]:
            self._settle_quotations(moved)
            if not cron._commit_progress(len(moved)):
                return
        while orders := self.env["sale.order"]._club_outdated(limit=_BATCH):
            orders._club_settle()
            if not cron._commit_progress(len(orders)):
                return
        cron._commit_progress(1, remaining=0)

    # -- For the portal and the advisor -------------------------------------------------------

    def action_open_offers(self):
        """Open what partner merchants offer this member today."""
        self.ensure_one()
        return self.env["crm.club.merchant"]._action_offers(self)
