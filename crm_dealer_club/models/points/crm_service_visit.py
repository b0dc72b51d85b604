from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.at_commit import collect

from .crm_club_point_claim import Claim

_KEY = "crm_club_point_visit_ids"
_FIELDS = {
    "active",
    "labour_amount",
    "order_id",
    "paid_on",
    "parts_amount",
    "partner_id",
    "stage",
    "visit_type",
}
_FINISHED = ("delivered", "followed_up")
# The manufacturer pays for these.
_FREE = ("warranty", "recall")


def settle(cr, visit_ids):
    """Bring these visits to what they have earned."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.service.visit"]._settle_club_points(visit_ids)


class CrmServiceVisit(models.Model):
    """A paid visit earns its customer points, unless a confirmed order does (M3)."""

    _inherit = "crm.service.visit"

    paid_on = fields.Date(
        copy=False,
        tracking=True,
        help="When the customer paid for a visit that has no order; members earn points then.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._queue_club_points()
        return visits

    def write(self, vals):
        result = super().write(vals)
        if _FIELDS & vals.keys():
            self._queue_club_points()
        return result

    def action_paid(self):
        """Note that the customer has paid today."""
        if self.filtered(lambda visit: visit.stage not in _FINISHED):
            raise UserError(self.env._("A visit is paid when it is delivered. Deliver it first."))
        self.filtered(lambda visit: not visit.paid_on).paid_on = fields.Date.context_today(self)

    def _queue_club_points(self):
        collect(self.env.cr, _KEY, self.ids, settle)

    @api.model
    def _settle_club_points(self, visit_ids):
        """Book what these visits earn, at a number of queries that does not grow with them."""
        self.env.flush_all()
        members = self._club_members_of(visit_ids)
        visits = self.browse(members).with_context(active_test=False)
        claims = []
        for company, ours in visits.grouped("company_id").items():
            program = self.env["loyalty.program"]._of_club(company)
            if not program:
                continue
            memberships = self.env["crm.club.membership"].browse(
                {members[visit.id] for visit in ours}
            )
            cards = memberships._cards_of(program)
            for visit in ours:
                claims.append(visit._club_claim(cards[memberships.browse(members[visit.id])]))
        self.env["crm.club.point.entry"]._settle_claims(claims)

    @api.model
    def _club_members_of(self, visit_ids):
        """Return ``{visit id: membership id}`` of visits that can earn, or have earned.

        The day of a visit is the company's, as the day of joining is. Once a visit has earned, it
        stays with that member.
        """
        # Some may be deleted since they were noted. sudo: only on whose clock they took place.
        companies = self.sudo().browse(visit_ids).exists().company_id
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (v.id) v.id, COALESCE(e.membership_id, c.id)
                         FROM crm_service_visit v
                    LEFT JOIN unnest(%s::int[], %s::text[]) AS here (company_id, zone)
                           ON here.company_id = v.company_id
                    LEFT JOIN crm_club_point_entry e
                           ON e.origin_model = 'crm.service.visit' AND e.origin_id = v.id
                    LEFT JOIN crm_club_membership c ON c.partner_id = v.commercial_partner_id
                          AND c.join_date <= (COALESCE(v.date_delivered, v.date)
                              AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(here.zone, 'UTC'))::date
                        WHERE v.id = ANY(%s) AND COALESCE(e.membership_id, c.id) IS NOT NULL
                        ORDER BY v.id, e.id""",
                    companies.ids,
                    [company._tz_here() for company in companies],
                    list(visit_ids),
                )
            )
        )

    def _club_claim(self, card):
        program = card.program_id
        rule = program._rules_for("visit")[:1]
        rate = program._from_company_currency(self.company_id, self._day())
        base = max(self.amount_total, 0) * rate
        words = card._in_members_words().env
        return Claim(
            card=card,
            kind="visit",
            origin=self,
            gross=base * rule._given_to(card.club_membership_id),
            base=base,
            share=int(self._earns_points(card, program)),
            reason=words._("paid by an order, reopened or not paid after all"),
        )

    def _earns_points(self, card, program):
        paid = self.paid_on or program.visit_points_when == "delivered"
        owner = self.commercial_partner_id == card.partner_id
        done = self.active and self.stage in _FINISHED and self.visit_type not in _FREE
        # sudo: the order may be another salesperson's.
        by_order = self.sudo().order_id.state == "sale"
        return bool(done and paid and owner and not by_order)
