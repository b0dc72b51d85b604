"""Calls are made by events, once each, set-based (S3)."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again

from ...tools.draw import draw_sql

_BATCH = 5000
# How far the job came today: "day, argument, last id".
_LOOKED_AT = "crm_dealer_survey.followup_looked_at"
# What follows from visits and deliveries today. %(visits)s and %(deliveries)s narrow it.
_WANTED = """
company AS (SELECT * FROM unnest(%(companies)s::int[], %(zones)s::text[], %(days)s::date[])
                     AS company(id, tz, today)),
event AS (
    SELECT 'visit:' || v.id AS key, v.id AS visit_id, NULL::int AS delivery_id,
           NULL::int AS lead_id, v.visit_type AS event, v.partner_id, v.vehicle_id, v.dealer_id,
           c.id AS company_id, c.tz, c.today,
           (COALESCE(v.date_delivered, v.date) AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date AS day
      FROM crm_service_visit v
      JOIN company c ON c.id = v.company_id
     WHERE v.active AND v.stage IN ('delivered', 'followed_up') AND v.partner_id IS NOT NULL
       AND v.dealer_id IS NOT NULL AND %(visits)s
     UNION ALL
    SELECT 'delivery:' || d.id, NULL, d.id, d.lead_id, 'delivery', d.partner_id, d.vehicle_id,
           d.dealer_id, c.id, c.tz, c.today, l.delivered_on
      FROM crm_lead_delivery_log d
      JOIN crm_lead l ON l.id = d.lead_id AND l.delivered_on IS NOT NULL
      JOIN crm_dealer w ON w.id = d.dealer_id
      JOIN company c ON c.id = COALESCE(l.company_id, w.company_id, %(company)s)
     WHERE d.event = 'delivered' AND d.partner_id IS NOT NULL AND %(deliveries)s
       AND NOT EXISTS (SELECT FROM crm_lead_delivery_log u
                        WHERE u.lead_id = d.lead_id AND u.id > d.id)),
wanted AS MATERIALIZED (
    SELECT r.id AS rule_id, r.caller, r.hour_from, r.valid_days, e.*,
           (e.day + r.delay * CASE r.delay_unit WHEN 'month' THEN interval '1 month'
                                                ELSE interval '1 day' END)::date AS due
      FROM event e
      JOIN crm_followup_rule r ON r.event = e.event AND r.active AND e.day >= r.start_on
     WHERE %(drawn)s < r.share)"""
_MAKE = """
WITH %(wanted)s
INSERT INTO crm_followup_call AS old (
       rule_id, caller, event_key, visit_id, delivery_id, lead_id, vehicle_id, partner_id,
       commercial_partner_id, dealer_id, company_id, event_date, date_due, date_next, lapses_on,
       state, attempt_count, missed_count, create_uid, write_uid, create_date, write_date)
SELECT w.rule_id, w.caller, w.key, w.visit_id, w.delivery_id, w.lead_id, w.vehicle_id,
       w.partner_id, p.commercial_partner_id, w.dealer_id, w.company_id, w.day, w.due,
       (w.due + make_interval(mins => round(w.hour_from * 60)::int)) AT TIME ZONE w.tz
           AT TIME ZONE 'UTC',
       w.due + w.valid_days, 'due', 0, 0, %(uid)s, %(uid)s, %(now)s, %(now)s
  FROM wanted w JOIN res_partner p ON p.id = w.partner_id
 WHERE w.due + w.valid_days >= w.today AND w.partner_id NOT IN (%(refused)s)
 ORDER BY w.key, w.rule_id
    ON CONFLICT (rule_id, event_key, partner_id) DO UPDATE
   SET state = 'due', withdrawn_why = NULL, dealer_id = EXCLUDED.dealer_id,
       vehicle_id = EXCLUDED.vehicle_id, event_date = EXCLUDED.event_date,
       date_due = EXCLUDED.date_due, date_next = EXCLUDED.date_next,
       lapses_on = EXCLUDED.lapses_on, write_date = EXCLUDED.write_date
 WHERE old.attempt_count = 0
   AND (old.state = 'withdrawn' AND old.withdrawn_why = 'event'
        OR old.state = 'due' AND (old.dealer_id, old.vehicle_id, old.event_date)
           IS DISTINCT FROM (EXCLUDED.dealer_id, EXCLUDED.vehicle_id, EXCLUDED.event_date))
RETURNING id"""
# Calls whose event is no longer what it was: undone, taken back, of another kind or owner. A lead
# that was merged into another one has delivered all the same.
_TAKE_BACK = """
WITH %(wanted)s
UPDATE crm_followup_call c
   SET state = 'withdrawn', withdrawn_why = 'event', holder_id = NULL, held_until = NULL,
       write_date = %(now)s
 WHERE c.state = 'due' AND %(calls)s
   AND NOT EXISTS (SELECT FROM crm_lead_delivery_log d
                    WHERE d.id = c.delivery_id AND d.lead_id IS NULL)
   AND NOT EXISTS (SELECT FROM event e JOIN crm_followup_rule r ON r.event = e.event
                    WHERE e.key = c.event_key AND e.partner_id = c.partner_id
                      AND r.id = c.rule_id)
RETURNING c.id"""


class CrmFollowupCall(models.Model):
    _inherit = "crm.followup.call"

    @api.model
    def _follow_up(self, visit_ids=(), delivery_ids=()):
        """Make the calls that these events ask for, and withdraw what they no longer ask for.

        The same again changes nothing. Two at once: one of them is repeated by the server.

        :return: ids of new calls, and of those that hold again
        """
        if not (visit_ids or delivery_ids):
            return []
        self._flush_events()
        keys = [f"visit:{number}" for number in visit_ids]
        keys += [f"delivery:{number}" for number in delivery_ids]
        wanted = self._wanted_sql(list(visit_ids), list(delivery_ids))
        now = fields.Datetime.now()
        calls = SQL("c.event_key = ANY(%s)", keys)
        self.env.execute_query(SQL(_TAKE_BACK, wanted=wanted, now=now, calls=calls))
        people = SQL("SELECT DISTINCT partner_id FROM wanted")
        refused = self.env["res.partner"]._contact_refused_sql(people, "followup", "phone")
        rows = self.env.execute_query(
            SQL(_MAKE, wanted=wanted, refused=refused, now=now, uid=self.env.uid)
        )
        self.invalidate_model()
        return [row[0] for row in rows]

    @api.model
    def _flush_events(self):
        for name in (
            "crm.service.visit",
            "crm.lead",
            "crm.lead.delivery.log",
            "crm.dealer",
            "crm.followup.rule",
            "crm.followup.call",
        ):
            self.env[name].flush_model()

    @api.model
    def _wanted_sql(self, visit_ids, delivery_ids):
        return SQL(
            _WANTED,
            **self._days_here(),
            company=self.env.company.id,
            visits=SQL("v.id = ANY(%s)", visit_ids),
            deliveries=SQL("d.id = ANY(%s)", delivery_ids),
            drawn=draw_sql(SQL("r.seed"), SQL("e.key")),
        )

    @api.model
    def _days_here(self):
        """Where the day begins, and which one it is, for each company."""
        # sudo: that is no secret; events of all companies are followed up.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        companies = companies.search(fields.Domain.TRUE)
        return {
            "companies": companies.ids,
            "zones": [company._tz_here() for company in companies],
            "days": [company._today_here() for company in companies],
        }

    def _withdraw(self, why):
        """Withdraw open calls; ``why`` is a value of ``withdrawn_why``."""
        self.filtered(lambda call: call.state == "due").write(
            {
                "state": "withdrawn",
                "withdrawn_why": why,
                "holder_id": False,
                "held_until": False,
            }
        )

    @api.model
    def _withdraw_of(self, partners):
        """Withdraw the open calls to persons who are not to be contacted any more."""
        whose = fields.Domain("partner_id", "in", partners.ids)
        whose |= fields.Domain("commercial_partner_id", "in", partners.ids)
        self.search(whose & fields.Domain("state", "=", "due"))._withdraw("contact")

    # -- Nightly job -------------------------------------------------------------------------

    @api.model
    def _cron_catch_up(self, batch=_BATCH):
        """Make calls that an event has not made, let others lapse; in batches that commit.

        Killed, it begins anew: what is there already is there. Where the time of a run is up the
        next one goes on behind the last batch.
        """
        cron, parts = self.env["ir.cron"], self._parts_to_look_at(batch)
        cron._commit_progress(remaining=len(parts) + 1)
        for name, ids in parts:
            part = {name: ids}
            again(self.env, lambda part=part: self._follow_up(**part), "Follow-up calls")
            if not cron._commit_progress(1):
                self._note_looked_at(f"{self.env.company._today_here()} {name} {ids[-1]}")
                return
        again(self.env, self._close_overdue, "Follow-up calls")
        self._note_looked_at(False)
        cron._commit_progress(remaining=0)

    @api.model
    def _parts_to_look_at(self, batch):
        """``[(argument of _follow_up, ids)]`` in batches, less those that today's run had."""
        # sudo: how far the job is.
        noted = self.env["ir.config_parameter"].sudo().get_param(_LOOKED_AT) or ""
        day, name, last = (*noted.split(), "", "", "")[:3]
        if day != str(self.env.company._today_here()):
            name = ""
        parts = []
        for kind, ids in self._events_to_look_at().items():
            if name == kind:
                ids = [one for one in ids if one > int(last)]
            elif name == "delivery_ids":
                ids = []  # visits come first: all were had
            parts += [(kind, ids[at : at + batch]) for at in range(0, len(ids), batch)]
        return parts

    @api.model
    def _note_looked_at(self, noted):
        """Note how far the job came; kept by the commit that ends it."""
        parameters = self.env["ir.config_parameter"].sudo()
        if noted or parameters.get_param(_LOOKED_AT):
            parameters.set_param(_LOOKED_AT, noted)

    @api.model
    def _events_to_look_at(self):
        """``{"visit_ids": ids, "delivery_ids": ids}`` that may still lead to a call, or have one.

        Days are taken generously; the statement that makes calls decides.
        """
        self._flush_events()
        rules = self.env["crm.followup.rule"].sudo().search(fields.Domain.TRUE)
        today = self.env.company._today_here()
        first = fields.Date.subtract(today, days=max(map(self._reach, rules), default=0) + 2)
        visits = SQL(
            """SELECT id FROM crm_service_visit
                WHERE stage IN ('delivered', 'followed_up')
                  AND COALESCE(date_delivered, date) >= %(first)s
                UNION SELECT visit_id FROM crm_followup_call
                       WHERE state = 'due' AND visit_id IS NOT NULL
                ORDER BY 1""",
            first=first,
        )
        deliveries = SQL(
            """SELECT d.id FROM crm_lead_delivery_log d JOIN crm_lead l ON l.id = d.lead_id
                WHERE d.event = 'delivered' AND l.delivered_on >= %(first)s
                UNION SELECT delivery_id FROM crm_followup_call
                       WHERE state = 'due' AND delivery_id IS NOT NULL
                ORDER BY 1""",
            first=first,
        )
        return {
            "visit_ids": [row[0] for row in self.env.execute_query(visits)],
            "delivery_ids": [row[0] for row in self.env.execute_query(deliveries)],
        }

    @staticmethod
    def _reach(rule):
        """So many days after an event the rule may still make a call, at most."""
        return rule.delay * (31 if rule.delay_unit == "month" else 1) + rule.valid_days

    @api.model
    def _close_overdue(self):
        """Let open calls lapse, and withdraw those whom nobody may call any more.

        Those given to somebody who has left are nobody's again.

        :return: number of lapsed calls
        """
        self._free_given()
        self.flush_model()
        people = SQL("SELECT DISTINCT partner_id FROM crm_followup_call WHERE state = 'due'")
        refused = self.env["res.partner"]._contact_refused_sql(people, "followup", "phone")
        now = fields.Datetime.now()
        free = SQL("state = 'due' AND (held_until IS NULL OR held_until < %s)", now)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_followup_call SET state = 'withdrawn', withdrawn_why = 'contact',
                          write_date = %s
                    WHERE %s AND partner_id IN (%s)""",
                now,
                free,
                refused,
            )
        )
        here = self._days_here()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_followup_call c SET state = 'lapsed', write_date = %s
                     FROM unnest(%s::int[], %s::date[]) AS company(id, today)
                    WHERE company.id = c.company_id AND c.lapses_on < company.today AND %s""",
                now,
                here["companies"],
                here["days"],
                free,
            )
        )
        lapsed = self.env.cr.rowcount
        self.invalidate_model()
        return lapsed
