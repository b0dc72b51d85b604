from datetime import timedelta

from odoo import models
from odoo.tools import SQL, email_normalize

from odoo.addons.crm_dealer_grading.models.cleaning.crm_duplicate_candidate_sql import PHONE_KEY

# Alias p: a customer or a prospect card. Only numbers that are not in international form are
# looked at one by one.
_SAME = """(p.phone_sanitized = %(phone)s OR p.email_normalized = %(email)s
 OR p.phone IS NOT NULL AND COALESCE(p.phone_sanitized, '') NOT LIKE '+%%'
    AND %(key)s = %(phone)s)"""
_KNOWN = """
SELECT p.commercial_partner_id FROM res_partner p
 WHERE p.active AND %(same)s
   AND p.id IS DISTINCT FROM %(but)s AND p.commercial_partner_id IS DISTINCT FROM %(but)s
   AND (EXISTS (SELECT FROM crm_vehicle_ownership o
                 WHERE o.commercial_partner_id = p.commercial_partner_id)
     OR EXISTS (SELECT FROM crm_club_membership m WHERE m.partner_id = p.commercial_partner_id)
     OR EXISTS (SELECT FROM sale_order s JOIN res_partner b ON b.id = s.partner_id
                 WHERE b.commercial_partner_id = p.commercial_partner_id AND s.state = 'sale'))
 LIMIT 1"""
_CARDS = """
SELECT p.id FROM crm_lead p
 WHERE p.active AND p.won_status = 'pending' AND p.id IS DISTINCT FROM %(but)s AND %(same)s
 LIMIT 1"""
# Who recommended the customer, and who recommended that one, and so on.
CHAIN = """
WITH RECURSIVE chain AS (
    SELECT p.id, r.commercial_partner_id AS above
      FROM res_partner p LEFT JOIN res_partner r ON r.id = p.referred_by_id WHERE p.id = %s
     UNION
    SELECT p.id, r.commercial_partner_id
      FROM chain JOIN res_partner p ON p.id = chain.above
      LEFT JOIN res_partner r ON r.id = p.referred_by_id)
SELECT id FROM chain"""


class CrmClubReferral(models.Model):
    """Which recommendations do not count (M9)."""

    _inherit = "crm.club.referral"

    def _find_refusal(self):
        """Why the referral does not count, a key of ``REFUSALS``; None when it does.

        Asked when it is made: whether the person is the recommender, or known already.
        """
        self.ensure_one()
        referral = self.sudo()  # sudo: whether somebody is known is asked in the whole network
        referral.flush_recordset()
        email = email_normalize(referral.email or "") or None
        customer = referral.lead_id.partner_id.commercial_partner_id
        recommender = referral.recommender_id
        own = referral._find_own(recommender, email, customer)
        if own:
            return own
        if referral._is_known(email, customer):
            return "customer"
        return referral._find_earlier(email)

    def _find_own(self, recommender, email, customer):
        """The recommender itself, a contact of the same company, or the recommender's own."""
        if customer and customer == recommender:
            return "self"
        said = {self.phone_key, email} - {None, False}
        # The customer's own too: what was said when it was recommended may have been another.
        if self._marks(recommender) & (said | self._marks(customer)):
            return "company" if recommender.is_company else "self"
        if customer and customer.id in self._chain(recommender):
            return "loop"
        return None

    def _marks(self, customer):
        """Phone numbers, e-mail addresses and identity numbers of a customer and its contacts."""
        family = self.env["res.partner"].search([("commercial_partner_id", "in", customer.ids)])
        numbers = {self._phone_key(person.phone) for person in family}
        emails = {email_normalize(person.email or "") for person in family}
        return (numbers | emails | set(family.mapped("id_number_hash"))) - {None, False}

    def _chain(self, partner):
        """Ids of the customer and of all above: who recommended it, and so on."""
        self.env["res.partner"].flush_model(["referred_by_id", "commercial_partner_id"])
        rows = self.env.execute_query(SQL(CHAIN, partner.commercial_partner_id.id))
        return [row[0] for row in rows]

    def _is_known(self, email, customer):
        """Whether the person owns or owned a vehicle, bought something, or is a member."""
        if customer and (self._owned_before(customer) or customer.club_membership_id):
            return True
        self.env.flush_all()
        query = SQL(_KNOWN, same=self._same_person(email), but=customer.id or None)
        return bool(self.env.execute_query(query))

    def _same_person(self, email):
        return SQL(_SAME, phone=self.phone_key or None, email=email, key=PHONE_KEY)

    def _owned_before(self, customer):
        """Whether the customer was one before it was recommended."""
        owned = self.env["crm.vehicle.ownership"].search_count(
            [
                ("commercial_partner_id", "=", customer.id),
                ("date_from", "<", self.date),
            ],
            limit=1,
        )
        # A delivery may have enrolled the owner just now.
        member = customer.club_membership_id
        return bool(owned or (member and member.join_date < self.date))

    def _find_earlier(self, email):
        """An open prospect card or referral of the same person that was there before."""
        query = SQL(_CARDS, same=self._same_person(email), but=self.lead_id.id or None)
        cards = self.env.execute_query(query)
        since = self.date - timedelta(self.env.company.club_referral_days)
        words = [("phone_key", "=", self.phone_key or "-")]
        if email:
            words = ["|", *words, ("email", "=ilike", email)]
        other = self.search_count(
            [
                *words,
                ("id", "!=", self.id),
                ("state", "not in", ("lost", "refused")),
                ("date", ">=", since),
            ],
            limit=1,
        )
        return "recommended" if other else "prospect" if cards else None

    def _refusal_in_words(self, refusal):
        """The refusal for a dealer's staff: what it is, and what to do."""
        words = {
            "self": self.env._("Nobody recommends oneself: choose who really recommended."),
            "company": self.env._("Contacts of one company do not recommend each other."),
            "loop": self.env._(
                "The recommender was itself recommended by this person; that cannot go in a circle."
            ),
            "customer": self.env._(
                "This person is a customer already. Open a card without a recommender."
            ),
            "prospect": self.env._(
                "There is an open prospect card for this person. Work on that one."
            ),
            "recommended": self.env._("Somebody else has recommended this person already."),
        }
        return words[refusal]
