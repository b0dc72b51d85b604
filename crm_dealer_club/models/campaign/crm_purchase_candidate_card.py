from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.touch import touch

_BATCH = 100


class CrmPurchaseCandidate(models.Model):
    """Expected purchases become prospect cards, exactly once (M11).

    A row is locked while its card is made, rows that others hold are left to them; each customer's
    row is written, so that two who make cards for two vehicles of one customer meet. Behind it
    stands a unique key of leads.
    """

    _inherit = "crm.purchase.candidate"

    @api.model
    def _cron_make_cards(self):
        """Make the leads of automatic rules, in batches that are committed."""
        cron = self.env["ir.cron"]
        due = self._due_for_cards()
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), _BATCH):
            batch = due[start : start + _BATCH]
            batch._make_cards()
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _due_for_cards(self):
        """Open rows of automatic rules, as many a dealer as the rule gives a night, less those
        made today; the oldest first."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH made AS (
                    SELECT c.rule_id, c.dealer_id, count(*) AS number
                      FROM crm_purchase_candidate c JOIN crm_lead l ON l.id = c.lead_id
                     WHERE l.create_date >= now() AT TIME ZONE 'UTC' - interval '20 hours'
                     GROUP BY 1, 2)
                SELECT id FROM (
                    SELECT c.id, r.most_per_dealer - COALESCE(m.number, 0) AS room,
                           r.most_per_dealer = 0 AS endless,
                           row_number() OVER (PARTITION BY c.rule_id, c.dealer_id
                                              ORDER BY c.found_on, c.id) AS place
                      FROM crm_purchase_candidate c
                      JOIN crm_purchase_rule r ON r.id = c.rule_id
                      LEFT JOIN made m ON m.rule_id = c.rule_id AND m.dealer_id = c.dealer_id
                     WHERE c.state = 'open' AND r.active AND r.automatic) due
                 WHERE endless OR place <= room ORDER BY id"""
            )
        )
        return self.browse(row[0] for row in rows)

    def _make_cards(self):
        """Make a card for each of ``self`` that is still open and whose customer has no lead.

        :return: the new leads; with the user's rights, whose they are says the customer's dealer
        """
        mine = self._lock_open()
        leads = self.env["crm.lead"]
        if not mine:
            return leads
        touch(mine.partner_id)
        mine = mine._still_found()
        if not mine:
            return leads
        # The caller may make leads; what names the candidate is closed to all.
        leads = leads.create([candidate._card_values() for candidate in mine])
        for candidate, lead in zip(mine, leads.sudo(), strict=True):
            lead.purchase_candidate_id = candidate.id
            candidate.write({"state": "card", "lead_id": lead.id})
        leads.flush_recordset()
        return leads

    def _lock_open(self):
        """Those of ``self`` that are open and that nobody else works on, as superuser."""
        self.flush_recordset()
        if not self.ids:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_purchase_candidate WHERE id IN %s AND state = 'open'
                    ORDER BY id FOR UPDATE SKIP LOCKED""",
                tuple(self.ids),
            )
        )
        # sudo: callers have checked who may; whose customer it is follows from the row.
        return self.sudo().browse(row[0] for row in rows)

    def _still_found(self):
        """The first row of each customer whom the rule finds at this moment as well.

        Since the list was written the vehicle may be sold, the rule be another one or expect
        another purchase, the customer have said no or have a lead.
        """
        self.env.flush_all()
        kept, customers = self.browse(), set()
        for rule, candidates in self.grouped("rule_id").items():
            found = self._found_again(rule, candidates) if rule.active else ()
            expected = [("purchase_type", "=", rule.purchase_type), ("dealer_id", "!=", False)]
            for candidate in candidates.filtered_domain(expected):
                customer = candidate.partner_id.id
                if (customer, candidate.vehicle_id.id) in found and customer not in customers:
                    customers.add(customer)
                    kept |= candidate
        return kept

    @api.model
    def _found_again(self, rule, candidates):
        """``{(customer id, vehicle id)}`` of these rows' customers, as the rule finds them."""
        rows = self.env.execute_query(
            SQL(
                """SELECT found.partner_id, found.vehicle_id FROM (%s) found
                    WHERE found.partner_id IN %s""",
                self._found_sql(rule),
                tuple(candidates.partner_id.ids),
            )
        )
        return set(rows)

    def _card_values(self):
        seller = self.partner_id.user_id
        if self.dealer_id not in seller._own_dealers():
            seller = self.env["res.users"]
        kind = dict(self._fields["purchase_type"]._description_selection(self.env))
        return {
            "name": f"{kind[self.purchase_type]}: {self.vehicle_id.name}",
            "type": "opportunity",
            "partner_id": self.partner_id.id,
            "dealer_id": self.dealer_id.id,
            "user_id": seller.id,
            "team_id": False,
            "purchase_type": self.purchase_type,
            "visit_reason": "owner",
            "description": self.rule_id.name,
        }
