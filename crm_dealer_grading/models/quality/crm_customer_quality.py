from odoo import api, fields, models
from odoo.tools import SQL

VERIFIED_STATES = [
    ("not_verified", "Not Verified"),
    ("correct", "Verified Correct"),
    ("wrong", "Verified Wrong"),
]
BANDS = [
    ("full", "100 %"),
    ("high", "95 to below 100 %"),
    ("middle", "80 to below 95 %"),
    ("low", "Below 80 %"),
]
# Lowest completeness of each band but the last, in percent.
BAND_LIMITS = {"full": 100, "high": 95, "middle": 80}

# One row for each customer of a dealer; only changed rows are written.
_REFRESH = """
WITH verified AS (
    SELECT partner_id,
           array_agg(field_name) FILTER (WHERE verdict = 'correct') AS correct,
           array_agg(field_name) FILTER (WHERE verdict = 'wrong') AS wrong,
           max(date) AS date
      FROM crm_customer_verification_line
     WHERE stands%(some_lines)s
     GROUP BY partner_id),
customer AS (
    SELECT p.id, p.dealer_id, p.user_id, p.is_company,
           (p.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS since,
           CASE WHEN p.is_company THEN %(keys_b)s ELSE %(keys_c)s END AS keys,
           CASE WHEN p.is_company THEN %(count_b)s ELSE %(count_c)s END AS required,
           array_remove(CASE WHEN p.is_company THEN %(missing_b)s ELSE %(missing_c)s END, NULL)
               AS missing
      FROM res_partner p
     WHERE p.dealer_id IS NOT NULL AND p.active AND (p.parent_id IS NULL OR p.is_company)
           %(some_partners)s),
found AS (
    SELECT c.id, c.dealer_id, c.user_id, c.since, c.missing,
           CASE WHEN c.is_company THEN 'B' ELSE 'C' END AS customer_type,
           CASE WHEN c.required = 0 THEN 100
                ELSE round(100.0 * (c.required - cardinality(c.missing)) / c.required, 2)
           END::float8 AS completeness,
           CASE WHEN v.wrong && c.keys THEN 'wrong'
                WHEN cardinality(c.keys) > 0 AND v.correct @> c.keys THEN 'correct'
                ELSE 'not_verified' END AS state,
           CASE WHEN (v.wrong || v.correct) && c.keys THEN v.date END AS verified_on
      FROM customer c LEFT JOIN verified v ON v.partner_id = c.id),
row AS (
    SELECT f.*, f.missing = '{}' AS is_complete,
           f.missing = '{}' AND f.state = 'correct' AS is_effective FROM found f),
gone AS (
    DELETE FROM crm_customer_quality q
     WHERE NOT EXISTS (SELECT FROM row WHERE row.id = q.partner_id)%(some_rows)s
    RETURNING 1),
written AS (
    INSERT INTO crm_customer_quality AS q
           (partner_id, customer_type, dealer_id, user_id, since, missing, completeness,
            verified_state, verified_on, is_complete, is_effective, effective_share, count)
    SELECT row.id, row.customer_type, row.dealer_id, row.user_id, row.since,
           to_jsonb(row.missing), row.completeness, row.state, row.verified_on,
           row.is_complete, row.is_effective, CASE WHEN row.is_effective THEN 100 ELSE 0 END, 1
      FROM row LEFT JOIN crm_customer_quality o ON o.partner_id = row.id
     WHERE o.partner_id IS NULL
        OR (o.customer_type, o.dealer_id, o.user_id, o.since, o.missing, o.completeness,
            o.verified_state, o.verified_on, o.is_effective)
           IS DISTINCT FROM
           (row.customer_type, row.dealer_id, row.user_id, row.since, to_jsonb(row.missing),
            row.completeness, row.state, row.verified_on, row.is_effective)
    ON CONFLICT (partner_id) DO UPDATE
       SET customer_type = EXCLUDED.customer_type, dealer_id = EXCLUDED.dealer_id,
           user_id = EXCLUDED.user_id, since = EXCLUDED.since, missing = EXCLUDED.missing,
           completeness = EXCLUDED.completeness, verified_state = EXCLUDED.verified_state,
           verified_on = EXCLUDED.verified_on, is_complete = EXCLUDED.is_complete,
           is_effective = EXCLUDED.is_effective, effective_share = EXCLUDED.effective_share
    RETURNING 1)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM gone)
"""


class CrmCustomerQuality(models.Model):
    """How complete and how well verified a customer's file is (C2). Written by SQL only."""

    _name = "crm.customer.quality"
    _description = "Completeness of a Customer File"
    _order = "completeness, id"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    customer_type = fields.Selection([("B", "B: Company"), ("C", "C: Person")])
    dealer_id = fields.Many2one("crm.dealer", index=True, ondelete="cascade")
    region_id = fields.Many2one(related="dealer_id.region_id")
    user_id = fields.Many2one("res.users", string="Advisor", index="btree_not_null")
    since = fields.Date(string="Customer File Since", help="Day on which the file was opened.")
    missing = fields.Json(string="Missing Fields", help="Names of the empty required fields.")
    missing_text = fields.Char(string="Missing", compute="_compute_missing_text")
    completeness = fields.Float(
        string="Completeness (%)",
        digits=(5, 2),
        aggregator="avg",
        help="Share of the required data that are filled.",
    )
    is_complete = fields.Boolean(string="Complete")
    verified_state = fields.Selection(VERIFIED_STATES, string="Verification")
    verified_on = fields.Date(help="Day of the latest verification that still holds.")
    is_effective = fields.Boolean(
        string="Effective",
        help="All required data are filled, and those that the call centre asks for are "
        "verified correct.",
    )
    effective_share = fields.Float(string="Effective (%)", aggregator="avg", digits=(5, 2))
    count = fields.Integer(string="Customers", aggregator="sum")

    _partner_uniq = models.Constraint("UNIQUE(partner_id)", "A customer has one file.")

    @api.depends("missing")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        labels = dict(self.env["crm.customer.required.field"]._selection_field_name())
        for row in self:
            row.missing_text = ", ".join(labels.get(name, name) for name in row.missing or [])

    @api.model
    def _refresh(self, partner_ids=None):
        """Compute the rows anew with one statement that writes only what changed. Idempotent.

        :param partner_ids: ids of customers; None for all
        :return: number of rows that were written or removed
        """
        self.env.flush_all()
        [[changed]] = self.env.execute_query(self._refresh_sql(partner_ids))
        self.invalidate_model()
        self.env["res.partner"]._invalidate_quality()
        return changed

    @api.model
    def _refresh_sql(self, partner_ids):
        some = {"some_lines": SQL(), "some_partners": SQL(), "some_rows": SQL()}
        if partner_ids is not None:
            ids = tuple(partner_ids) or (0,)
            some = {
                "some_lines": SQL(" AND partner_id IN %s", ids),
                "some_partners": SQL(" AND p.id IN %s", ids),
                "some_rows": SQL(" AND q.partner_id IN %s", ids),
            }
        Required = self.env["crm.customer.required.field"]
        required = Required._names()
        parts = {}
        for kind, (names, keys) in required.items():
            cases = [
                SQL("CASE WHEN NOT (%s) THEN %s END", Required._filled_sql(name), name)
                for name in names
            ]
            key = kind.lower()
            parts[f"missing_{key}"] = SQL("ARRAY[%s]::varchar[]", SQL(", ").join(cases))
            parts[f"keys_{key}"] = SQL("%s::varchar[]", list(keys))
            parts[f"count_{key}"] = len(names)
        return SQL(_REFRESH, tz=self.env.company._tz_here(), **some, **parts)

    @api.model
    def _refresh_now(self, partner_ids):
        """Refresh the customers whose own data changed, before the commit."""
        self._refresh(partner_ids)

    @api.model
    def _cron_refresh(self):
        """Nightly run over all customers; a killed one writes nothing and starts anew."""
        self.env["ir.cron"]._commit_progress(remaining=1)
        self._refresh()
        self.env["ir.cron"]._commit_progress(1)

    def action_open_customer(self):
        """Open the customer's file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
