"""Finding due contacts, set-based for all customers (G12)."""

from datetime import datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.local_day import midnight
from .crm_contact_log import BY_US, REACHED

# Days before its part of the period ends that a contact for the minimum is handed out.
MINIMUM_LEAD_DAYS = 7


_CANDIDATES = """
            WITH level (id, days, cap, needed_month, needed_quarter, deep_month, deep_quarter)
                AS (VALUES %(levels)s),
            treated AS (
                SELECT r.partner_id,
                       min(CASE WHEN l.days > 0 THEN l.days::bigint << 32 | l.id END) AS shortest,
                       min(r.since) FILTER (WHERE l.days > 0) AS since,
                       min(l.cap) FILTER (WHERE l.cap > 0) AS cap,
                       max(l.needed_month::bigint << 32 | l.id) AS for_month,
                       max(l.needed_quarter::bigint << 32 | l.id) AS for_quarter,
                       max(l.deep_month::bigint << 32 | l.id) AS for_deep_month,
                       max(l.deep_quarter::bigint << 32 | l.id) AS for_deep_quarter
                  FROM crm_grading_result r JOIN level l ON l.id = r.level_id
                 WHERE %(results)s
                 GROUP BY r.partner_id),
            contacts AS (
                SELECT c.commercial_partner_id AS partner_id,
                       (max(c.date) AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS last,
                       count(*) FILTER (WHERE c.date >= %(month)s) AS month,
                       count(*) FILTER (WHERE c.date >= %(quarter)s) AS quarter,
                       count(*) FILTER (WHERE c.date >= %(month)s AND c.deep) AS deep_month,
                       count(*) FILTER (WHERE c.date >= %(quarter)s AND c.deep) AS deep_quarter,
                       count(*) FILTER (WHERE c.date >= %(month)s AND %(by_us)s) AS by_us
                  FROM crm_contact_log c
                 WHERE %(reached)s AND %(contacts)s
                 GROUP BY 1),
            skipped AS (
                SELECT s.partner_id, max(s.closed_on) AS day
                  FROM crm_contact_due s WHERE s.state = 'skipped' AND %(skips)s GROUP BY 1),
            figures AS (
                SELECT t.partner_id, t.shortest,
                       CASE WHEN COALESCE(c.deep_month, 0) < t.for_deep_month >> 32
                            THEN t.for_deep_month ELSE t.for_month END AS for_month,
                       CASE WHEN COALESCE(c.deep_quarter, 0) < t.for_deep_quarter >> 32
                            THEN t.for_deep_quarter ELSE t.for_quarter END AS for_quarter,
                       COALESCE(GREATEST(c.last, s.day), t.since, %(today)s)
                           + (t.shortest >> 32)::int AS due,
                       (COALESCE(c.month, 0) < t.for_month >> 32
                        OR COALESCE(c.deep_month, 0) < t.for_deep_month >> 32)
                           AND COALESCE(s.day < %(month_day)s, TRUE) AS below_month,
                       (COALESCE(c.quarter, 0) < t.for_quarter >> 32
                        OR COALESCE(c.deep_quarter, 0) < t.for_deep_quarter >> 32)
                           AND COALESCE(s.day < %(quarter_day)s, TRUE) AS below_quarter
                  FROM treated t
                  LEFT JOIN contacts c ON c.partner_id = t.partner_id
                  LEFT JOIN skipped s ON s.partner_id = t.partner_id
                 WHERE t.cap IS NULL OR COALESCE(c.by_us, 0) < t.cap),
            picked AS (
                SELECT f.partner_id,
                       CASE WHEN f.due <= %(today)s THEN f.due ELSE %(today)s END AS date,
                       CASE WHEN f.due <= %(today)s THEN 'interval' ELSE 'minimum' END AS origin,
                       ((CASE WHEN f.due <= %(today)s THEN f.shortest
                              WHEN f.below_month THEN f.for_month
                              ELSE f.for_quarter END) & 4294967295)::int AS level_id
                  FROM figures f
                 WHERE f.due <= %(today)s OR f.below_month OR f.below_quarter)
            SELECT k.partner_id, p.dealer_id, p.user_id AS owner, k.date, k.level_id,
                   COALESCE(l.contact_way, 'phone') AS way, k.origin, NULL AS note
              FROM picked k
              JOIN res_partner p ON p.id = k.partner_id
              JOIN crm_dealer d ON d.id = p.dealer_id AND d.active
              JOIN crm_grading_level l ON l.id = k.level_id
             WHERE p.active AND %(may)s"""


class Period(NamedTuple):
    """A month or quarter: days, and the moment in UTC at which it begins."""

    first: object  # date
    after: object  # date, the first day that is not in it
    start: datetime
    end: datetime


def required_by(minimum, day, length):
    """Contacts that a customer should have had by a day of the period, out of ``minimum``.

    The period has as many equal parts as contacts are wanted; each part's contact is due in the
    last ``MINIMUM_LEAD_DAYS`` days of its part.

    >>> [required_by(1, day, 30) for day in (1, 22, 23, 30)]
    [0, 0, 1, 1]
    >>> [required_by(2, day, 30) for day in (7, 8, 22, 23)]
    [0, 1, 1, 2]
    """
    return minimum * min(length, day + MINIMUM_LEAD_DAYS) // length


class CrmContactDue(models.Model):
    _inherit = "crm.contact.due"

    @api.model
    def _period(self, kind, day, shift=0):
        """The month or quarter of ``day``, or ``shift`` of them later, in the company's days."""
        months = 3 if kind == "quarter" else 1
        first = day.replace(day=1)
        if kind == "quarter":
            first -= relativedelta(months=(day.month - 1) % 3)
        first += relativedelta(months=months * shift)
        after = first + relativedelta(months=months)
        return Period(first, after, *(midnight(d, self._tz()) for d in (first, after)))

    # -- Finding -----------------------------------------------------------------------------

    @api.model
    def _find(self, today, partner_ids=None):
        """Write a line for each customer whose contact is due; return the new lines' ids.

        One statement: a killed one leaves nothing, a second one finds nothing.

        :param datetime.date today: the day that contacts are due on or before
        :param partner_ids: only these customers; default all
        """
        levels = self._treated_levels(today)
        if not levels:
            return []
        return self._insert(self._candidates_sql(today, levels, partner_ids), "owner")

    @api.model
    def _treated_levels(self, today):
        """Rows ``(level, days, most a month, needed in month, needed in quarter, deep ones needed
        in month, in quarter)`` of levels with a treatment, in active schemes."""
        # sudo: the treatment holds for everybody, whoever looks for due contacts.
        levels = self.env["crm.grading.level"].sudo()
        found = levels.search(
            [
                ("scheme_id.active", "=", True),
                ("scheme_id.applies_to", "=", "customer"),
                "|",
                "|",
                ("contact_interval_days", ">", 0),
                ("max_contacts_month", ">", 0),
                ("min_contacts", ">", 0),
            ]
        )
        rows = []
        for level in found:
            needed = {"month": 0, "quarter": 0, "deep_month": 0, "deep_quarter": 0}
            kind = level.min_contacts_period or "month"
            period = self._period(kind, today)
            needed[f"deep_{kind}" if level.min_contacts_deep else kind] = required_by(
                level.min_contacts,
                (today - period.first).days + 1,
                (period.after - period.first).days,
            )
            rows.append(
                SQL(
                    "(%s, %s, %s, %s, %s, %s, %s)",
                    level.id,
                    level.contact_interval_days,
                    level.max_contacts_month,
                    *needed.values(),
                )
            )
        return rows

    @api.model
    def _candidates_sql(self, today, levels, partner_ids=None):
        """Customers to be contacted: partner_id, dealer_id, owner, date, level_id, way, origin.

        A level and its figure travel as one number, so that the smallest interval and its level
        are found by one pass without sorting.
        """
        month, quarter = self._period("month", today), self._period("quarter", today)
        self.env["crm.contact.log"].flush_model()
        self.env["res.partner"].flush_model()
        self.env["crm.grading.level"].flush_model()
        self.flush_model()
        return SQL(
            _CANDIDATES,
            levels=SQL(", ").join(levels),
            results=self._among(SQL("r.partner_id"), partner_ids),
            contacts=self._among(SQL("c.commercial_partner_id"), partner_ids),
            skips=self._among(SQL("s.partner_id"), partner_ids),
            reached=REACHED,
            by_us=BY_US,
            tz=self._tz(),
            month=month.start,
            quarter=quarter.start,
            month_day=month.first,
            quarter_day=quarter.first,
            today=today,
            may=self._may_be_contacted_sql(SQL("COALESCE(l.contact_way, 'phone')")),
        )

    @api.model
    def _among(self, column, partner_ids):
        if partner_ids is None:
            return SQL("%s IS NOT NULL", column)
        return SQL("%s = ANY(%s)", column, list(partner_ids))

    @api.model
    def _may_be_contacted_sql(self, way):
        """Condition on customer ``p``: contact is welcome, by this way too, and worth while."""
        # sudo: who was given up is no secret of the user's; archived ones count as well.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        given_up = partners._search(partners._no_planned_contacts_domain())
        return SQL(
            """p.contact_opt_out IS NOT TRUE
               AND p.id NOT IN %(given_up)s
               AND NOT EXISTS (SELECT FROM crm_contact_due o WHERE o.partner_id = p.id
                                  AND o.state IN ('found', 'planned'))
               AND %(wanted)s
               AND NOT (%(way)s IN ('phone', 'sms') AND EXISTS (
                        SELECT FROM phone_blacklist b
                         WHERE b.number = p.phone_sanitized AND b.active))
               AND NOT (%(way)s = 'email' AND EXISTS (
                        SELECT FROM mail_blacklist b
                         WHERE b.email = p.email_normalized AND b.active))""",
            way=way,
            given_up=given_up.subselect(),
            wanted=partners._keep_in_touch_sql(SQL("p.id"), way),
        )

    # -- Caps and minimums -------------------------------------------------------------------

    @api.model
    def _caps(self, customers, today):
        """``{customer id: (contacts this month, most a month)}`` of those with a limit (G12)."""
        self.env["crm.contact.log"].flush_model(
            ["commercial_partner_id", "date", "direction", "missed"]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT r.partner_id, min(l.max_contacts_month),
                          (SELECT count(*) FROM crm_contact_log c
                            WHERE c.commercial_partner_id = r.partner_id AND c.date >= %s
                              AND %s)
                     FROM crm_grading_result r
                     JOIN crm_grading_level l ON l.id = r.level_id AND l.max_contacts_month > 0
                     JOIN crm_grading_scheme s ON s.id = l.scheme_id AND s.active
                    WHERE r.partner_id = ANY(%s) GROUP BY 1""",
                self._period("month", today).start,
                BY_US,
                customers.ids,
            )
        )
        return {partner: (count, most) for partner, most, count in rows}

    @api.model
    def _below_minimum_sql(self, shift=0):
        """Ids of customers with fewer contacts than their level's minimum.

        :param int shift: 0 for the present month or quarter, -1 for the last whole one
        """
        today = self._today()
        month = self._period("month", today, shift)
        quarter = self._period("quarter", today, shift)
        kind = SQL("l.min_contacts_period = 'quarter'")

        def bound(name):
            return SQL(
                "CASE WHEN %s THEN %s::timestamp ELSE %s::timestamp END",
                kind,
                getattr(quarter, name),
                getattr(month, name),
            )

        return SQL(
            """SELECT r.partner_id FROM crm_grading_result r
                 JOIN crm_grading_level l ON l.id = r.level_id AND l.min_contacts > 0
                 JOIN crm_grading_scheme s ON s.id = l.scheme_id AND s.active
                WHERE r.since <= (%(last)s)::date AND l.min_contacts > (
                      SELECT count(*) FROM crm_contact_log c
                       WHERE c.commercial_partner_id = r.partner_id
                         AND c.date >= %(start)s AND c.date < %(end)s AND %(reached)s
                         AND (c.deep OR l.min_contacts_deep IS NOT TRUE))""",
            reached=REACHED,
            last=today if shift == 0 else bound("end"),
            start=bound("start"),
            end=bound("end"),
        )

    @api.model
    def _next_month(self, today):
        return self._period("month", today, 1).first
