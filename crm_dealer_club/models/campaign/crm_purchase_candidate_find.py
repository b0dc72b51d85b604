from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

# Customers of a rule, each with the vehicle that was bought first of those that fit. ``p`` is the
# customer, ``v`` the vehicle.
_FOUND = """
SELECT DISTINCT ON (p.id) p.id AS partner_id, v.id AS vehicle_id, p.dealer_id
  FROM crm_vehicle v
  JOIN res_partner p ON p.id = v.commercial_partner_id
  JOIN crm_dealer d ON d.id = p.dealer_id AND d.active
 WHERE v.active AND p.active AND %(vehicle)s AND %(customer)s
   AND %(may)s AND NOT EXISTS (%(leads)s)
 ORDER BY p.id, COALESCE(v.purchase_date, v.delivery_date), v.id"""


class CrmPurchaseCandidate(models.Model):
    """Finding expected purchases: a rule compiles to one statement, whatever its size."""

    _inherit = "crm.purchase.candidate"

    @api.model
    def _cron_find(self):
        """Scheduled action: bring the list up to date, a rule at a time; then make leads."""
        cron = self.env["ir.cron"]
        rules = self.env["crm.purchase.rule"].search([("active", "=", True)])
        cron._commit_progress(remaining=len(rules))
        self._drop_without_rule()
        for rule in rules:
            self._find(rule)
            if not cron._commit_progress(1):
                return
        self._cron_make_cards()

    @api.model
    def _drop_without_rule(self):
        """Nobody is expected to buy by a rule that is archived or deleted."""
        self.env.flush_all()
        self.env.cr.execute(
            """DELETE FROM crm_purchase_candidate c
                WHERE c.state = 'open' AND NOT EXISTS (
                      SELECT FROM crm_purchase_rule r WHERE r.id = c.rule_id AND r.active)"""
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _find(self, rules):
        """Write rows for whom the rules find; drop open rows that a rule finds no more."""
        self.env.flush_all()
        for rule in rules.filtered("active"):
            found = self._found_sql(rule)
            today = self.env.company._today_here()
            self.env.cr.execute(
                SQL(
                    """DELETE FROM crm_purchase_candidate c
                        WHERE c.rule_id = %s AND c.state = 'open' AND NOT (
                              c.purchase_type = %s AND EXISTS (
                              SELECT FROM (%s) found WHERE found.partner_id = c.partner_id
                                 AND found.vehicle_id = c.vehicle_id))""",
                    rule.id,
                    rule.purchase_type,
                    found,
                )
            )
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_purchase_candidate
                              (partner_id, vehicle_id, dealer_id, purchase_type, rule_id,
                               found_on, state, create_uid, create_date, write_uid, write_date)
                       SELECT found.partner_id, found.vehicle_id, found.dealer_id, %(type)s,
                              %(rule)s, %(today)s, 'open', %(uid)s, %(now)s, %(uid)s, %(now)s
                         FROM (%(found)s) found
                       ON CONFLICT (partner_id, vehicle_id, purchase_type) DO NOTHING""",
                    type=rule.purchase_type,
                    rule=rule.id,
                    today=today,
                    uid=self.env.uid,
                    now=self.env.cr.now(),
                    found=found,
                )
            )
        self.env.invalidate_all(flush=False)

    @api.model
    def _found_sql(self, rule):
        """SQL of ``partner_id, vehicle_id, dealer_id`` of whom a rule finds today."""
        given_up = self.env["res.partner"]._given_up_sql()
        return SQL(
            _FOUND,
            vehicle=SQL(" AND ").join(self._vehicle_conditions(rule)),
            customer=SQL(" AND ").join(self._customer_conditions(rule)),
            may=SQL(
                "p.contact_opt_out IS NOT TRUE AND p.id NOT IN %s AND %s",
                given_up,
                self.env["res.partner"]._keep_in_touch_sql(SQL("p.id"), "phone", selling=True),
            ),
            leads=self._leads_sql(rule, SQL("p.id")),
        )

    @api.model
    def _vehicle_conditions(self, rule):
        today = self.env.company._today_here()
        bought = SQL("COALESCE(v.purchase_date, v.delivery_date)")
        conditions = [SQL("v.partner_id IS NOT NULL")]
        if rule.age_months:
            day = today - relativedelta(months=rule.age_months)
            conditions.append(SQL("%s <= %s", bought, day))
        if rule.age_months_most:
            day = today - relativedelta(months=rule.age_months_most)
            conditions.append(SQL("%s > %s", bought, day))
        if rule.mileage_km:
            # sudo: what the vehicle has run decides, whoever starts the search.
            km = self.env["crm.vehicle"].sudo()._lifecycle_km_sql("v")
            conditions.append(SQL("%s >= %s", km, rule.mileage_km))
        if rule.warranty:
            months = rule.warranty_months if rule.warranty == "ending" else 0
            day = today + relativedelta(months=months)
            conditions.append(SQL("v.warranty_end < %s", day))
        if rule.model_ids:
            conditions.append(SQL("v.model_id IN %s", tuple(rule.model_ids.ids)))
        if rule.usage_private:
            conditions.append(SQL("COALESCE(v.usage, 'private') = 'private'"))
        return conditions

    @api.model
    def _customer_conditions(self, rule):
        conditions = [SQL("TRUE")]
        count = SQL(
            """(SELECT count(*) FROM crm_vehicle other
                 WHERE other.commercial_partner_id = p.id AND other.active)"""
        )
        if rule.vehicles_least:
            conditions.append(SQL("%s >= %s", count, rule.vehicles_least))
        if rule.vehicles_most:
            conditions.append(SQL("%s <= %s", count, rule.vehicles_most))
        if rule.with_family:
            conditions.append(SQL("COALESCE(p.family, '') <> ''"))
        if rule.dealer_ids:
            conditions.append(SQL("p.dealer_id IN %s", tuple(rule.dealer_ids.ids)))
        return conditions

    @api.model
    def _leads_sql(self, rule, customer):
        """SQL of the leads that speak against another one for ``customer``: open ones, and those
        of the rule's last months, won or lost."""
        since = self.env.company._today_here() - relativedelta(months=rule.quiet_months or 6)
        return SQL(
            """SELECT FROM crm_lead l JOIN res_partner c ON c.id = l.partner_id
                WHERE c.commercial_partner_id = %s
                  AND (l.won_status = 'pending' AND l.active
                       OR COALESCE(l.date_closed, l.create_date) >= %s
                       OR l.create_date >= %s)""",
            customer,
            since,
            since,
        )
