"""Kinds about a dealer in a quarter, beside the other dealers (S9)."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.cleaning.crm_duplicate_candidate_sql import PHONE_KEY

from ...tools.tails import improbable_odds, improbable_shares, too_improbable

_SUMS = """
WITH %(with)s
SELECT g.version_id, g.quarter, g.dealer_id, d.company_id, r.check_id, r.severity, r.threshold,
       r.min_count, g.programme_id, g.answers, g.figures, g.hits, g.hh, g.hf, g.ff
  FROM (SELECT version_id, programme_id, quarter, dealer_id, count(*) AS answers,
               sum(n) AS figures, sum(k) AS hits,
               sum(k * k) AS hh, sum(k * n) AS hf, sum(n * n) AS ff
          FROM (SELECT a.version_id, a.programme_id, a.dealer_id,
                       date_trunc('quarter', a.day)::date AS quarter, count(*) AS n,
                       count(*) FILTER (WHERE l.value_scale = 10) AS k
                  FROM answer a
                  JOIN survey_user_input_line l ON l.user_input_id = a.id
                  JOIN survey_question q ON q.id = l.question_id
                 WHERE q.satisfaction_kind = 'satisfaction' AND l.answer_type = 'scale'
                   AND l.skipped IS NOT TRUE
                 GROUP BY a.id, a.version_id, a.programme_id, a.dealer_id, a.day) one
         GROUP BY version_id, programme_id, quarter, dealer_id) g
  JOIN crm_dealer d ON d.id = g.dealer_id
  JOIN rule r ON r.programme_id = g.programme_id AND r.code = 'tens'
 WHERE g.answers >= GREATEST(r.min_count, 2)"""

# Customers of a dealer in a quarter: whether one of them had reason to be unhappy, and whether
# they can be asked now. A repair of the vehicle within 30 days of another repair is repeated.
_VISITED = """
visit AS MATERIALIZED (
    SELECT i.id, i.dealer_id, i.vehicle_id, i.partner_id,
           i.commercial_partner_id AS customer, COALESCE(i.date_delivered, i.date) AS at,
           i.visit_type IN ('warranty', 'repair', 'body_paint') AS repair,
           date_trunc('quarter', COALESCE(i.date_delivered, i.date) AT TIME ZONE 'UTC'
                                 AT TIME ZONE %(days)s)::date AS quarter
      FROM crm_service_visit i
     WHERE i.active AND i.stage IN ('delivered', 'followed_up') AND i.partner_id IS NOT NULL
       AND i.dealer_id IS NOT NULL AND COALESCE(i.date_delivered, i.date) >= %(since)s),
bad AS (
    SELECT v.dealer_id, v.customer, v.quarter FROM visit v
     WHERE v.repair AND EXISTS (
           SELECT FROM crm_service_visit b
            WHERE b.vehicle_id = v.vehicle_id AND b.dealer_id = v.dealer_id AND b.id <> v.id
              AND b.stage IN ('delivered', 'followed_up')
              AND b.visit_type IN ('warranty', 'repair', 'body_paint')
              AND COALESCE(b.date_delivered, b.date) <= v.at
              AND COALESCE(b.date_delivered, b.date) > v.at - interval '30 days')
     UNION
    SELECT i.dealer_id, i.commercial_partner_id,
           date_trunc('quarter', i.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
      FROM crm_contact_log i
     WHERE i.date >= %(since)s AND i.dealer_id IS NOT NULL
       AND (i.complaint IS NOT NULL OR i.satisfaction BETWEEN 1 AND 5)),
customer AS MATERIALIZED (
    SELECT v.dealer_id, v.customer, v.quarter, max(v.partner_id) AS partner_id,
           min(v.at) AS at, bool_or(b.customer IS NOT NULL) AS bad
      FROM visit v
      LEFT JOIN bad b USING (dealer_id, customer, quarter)
     GROUP BY v.dealer_id, v.customer, v.quarter),
refused AS MATERIALIZED (%(refused)s),
changed AS MATERIALIZED (
    SELECT DISTINCT c.dealer_id, c.customer, c.quarter
      FROM customer c
      JOIN mail_message m ON m.model = 'res.partner' AND m.res_id IN (c.partner_id, c.customer)
                         AND m.date > c.at
      JOIN mail_tracking_value t ON t.mail_message_id = m.id AND t.old_value_char <> ''
      JOIN ir_model_fields f ON f.id = t.field_id AND f.name IN ('phone', 'email')
      JOIN crm_dealer_user_rel s ON s.user_id = t.create_uid AND s.dealer_id = c.dealer_id)"""
_LOST = """
WITH %(visited)s
SELECT c.quarter, c.dealer_id, d.company_id,
       count(*) FILTER (WHERE c.bad AND l.lost) AS hit, count(*) FILTER (WHERE c.bad) AS bad,
       count(*) FILTER (WHERE NOT c.bad AND l.lost) AS other,
       count(*) FILTER (WHERE NOT c.bad) AS others,
       (array_agg(c.customer ORDER BY c.customer) FILTER (WHERE c.bad AND l.lost))[1:50] AS named
  FROM customer c
  JOIN crm_dealer d ON d.id = c.dealer_id
  JOIN res_partner p ON p.id = c.partner_id
  LEFT JOIN refused r ON r.partner_id = c.partner_id
  LEFT JOIN changed h ON (h.dealer_id, h.customer, h.quarter)
                         = (c.dealer_id, c.customer, c.quarter)
  LEFT JOIN crm_customer_quality k ON k.partner_id = c.customer
 CROSS JOIN LATERAL (
       SELECT r.partner_id IS NOT NULL OR h.customer IS NOT NULL
              OR k.verified_state = 'wrong' AND p.email_normalized IS NULL
              OR %(phone)s IS NULL AND p.email_normalized IS NULL AS lost) l
 GROUP BY c.quarter, c.dealer_id, d.company_id"""
_COLUMNS = """
code text, check_id int, key text, user_input_id int, dealer_id int, programme_id int,
version_id int, company_id int, date date, severity text, figure float8, threshold float8,
evidence jsonb"""


class CrmSatisfactionFlag(models.Model):
    _inherit = "crm.satisfaction.flag"

    # -- Tens --------------------------------------------------------------------------------

    @api.model
    @api.private
    def _check_tens(self, only, since=None, versions=None):
        """Compare the share of tens of each dealer, version and quarter with the network's.

        :param SQL only: narrows ``survey_user_input i`` to whole versions
        :param since: first day of these quarters; None for all
        :param versions: those that ``only`` takes; None for all
        """
        query = SQL(_SUMS, **{"with": self._answers_with(only)})
        quarters = {}
        for row in self.env.execute_query_dict(query):
            if since and row["quarter"] < since:
                continue  # a part of a quarter
            row |= {name: float(row[name]) for name in ("figures", "hits", "hh", "hf", "ff")}
            quarters.setdefault((row["version_id"], row["quarter"]), {})[row["dealer_id"]] = row
        flags = []
        for dealers in quarters.values():
            level = min(row["threshold"] for row in dealers.values())
            tails, usual = improbable_shares(dealers, level)
            flags += [
                self._tens_row(dealers[dealer], tails[dealer], usual, len(dealers))
                for dealer in too_improbable(tails, level)
            ]
        return self._store_rows(flags, ["tens"], self._period_scope(since, versions))

    @api.model
    def _tens_row(self, row, tail, usual, dealers):
        key = f"dealer:{row['dealer_id']}/{row['version_id']}/{row['quarter']}"
        return {
            **self._dealer_row("tens", key, row, tail),
            "programme_id": row["programme_id"],
            "version_id": row["version_id"],
            "evidence": {
                "tens": int(row["hits"]),
                "figures": int(row["figures"]),
                "count": row["answers"],
                "usual": round(100 * usual, 1),
                "dealers": dealers,
            },
        }

    # -- Unreachable -------------------------------------------------------------------------

    @api.model
    @api.private
    def _check_unreachable(self, since):
        """Compare who cannot be asked: the unhappy customers of each dealer, and its others.

        :param since: first day of the quarters that are looked at
        """
        # sudo: the job reads the thresholds.
        check = self.env["crm.satisfaction.check"].sudo().search([("code", "=", "unreachable")])
        flags = []
        if check:
            quarters = {}
            for row in self.env.execute_query_dict(self._lost_sql(since)):
                if row["quarter"] >= since:
                    quarters.setdefault(row["quarter"], []).append(row)
            for rows in quarters.values():
                flags += self._unreachable_rows(check, rows)
        return self._store_rows(flags, ["unreachable"], self._period_scope(since))

    @api.model
    def _lost_sql(self, since):
        self._flush_checked()
        for name in ("crm.contact.log", "mail.message", "mail.tracking.value"):
            self.env[name].flush_model()
        people = SQL("SELECT DISTINCT partner_id FROM customer")
        visited = SQL(
            _VISITED,
            days=self.env["crm.satisfaction.score"]._time_zones(),
            zone=self.env.company._tz_here(),  # a contact has no company
            since=fields.Date.subtract(since, days=1),  # the company's clock decides
            refused=self.env["res.partner"]._contact_refused_sql(people, "followup", "phone"),
        )
        return SQL(_LOST, visited=visited, phone=PHONE_KEY)

    @api.model
    def _unreachable_rows(self, check, rows):
        """Flags of one quarter. What is usual is told by the other dealers."""
        tables = {n: (r["hit"], r["bad"], r["other"], r["others"]) for n, r in enumerate(rows)}
        found = improbable_odds(tables, check.threshold)
        compared = {
            number: tail
            for number, (tail, _odds) in found.items()
            if rows[number]["bad"] >= max(check.min_count, 1)
        }
        flags = []
        for number in sorted(too_improbable(compared, check.threshold)):
            row, (tail, odds) = rows[number], found[number]
            row |= {"check_id": check.id, "severity": check.severity, "threshold": check.threshold}
            key = f"dealer:{row['dealer_id']}/{row['quarter']}"
            evidence = {name: row[name] for name in ("hit", "bad", "other", "others")}
            evidence |= {"odds": round(odds, 2), "customers": row["named"]}
            flags.append(
                {**self._dealer_row("unreachable", key, row, tail), "evidence": evidence}
            )
        return flags

    # -- Both --------------------------------------------------------------------------------

    @api.model
    def _dealer_row(self, code, key, row, tail):
        return {
            "code": code,
            "check_id": row["check_id"],
            "key": key,
            "dealer_id": row["dealer_id"],
            "company_id": row["company_id"],
            "date": str(row["quarter"]),
            "severity": row["severity"],
            # Digits beyond are rounding errors, and would be news each night.
            "figure": float(f"{tail:.3g}"),
            "threshold": row["threshold"],
        }

    @api.model
    def _period_scope(self, since, versions=None):
        """The flags ``f`` of whole quarters, of all or some versions."""
        scope = SQL("TRUE") if since is None else SQL("f.date >= %s", since)
        if versions is not None:
            scope = SQL("%s AND f.version_id = ANY(%s)", scope, versions.ids)
        return scope

    @api.model
    def _store_rows(self, rows, codes, scope):
        rows = SQL(
            "given AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS row (%s))",
            json.dumps(rows),
            SQL(_COLUMNS),
        )
        return self._store(rows, SQL("SELECT * FROM given"), codes, scope)
