"""The draw: one statement from the events to the customers who will be asked (S2)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.cleaning.crm_duplicate_candidate_sql import PHONE_KEY
from odoo.addons.crm_dealer_grading.tools.local_day import midnight

from ...tools.draw import draw_sql
from ...tools.sampling_rest import ASKED, KNOWN_THEN, OPEN_NOW, OPEN_THEN
from ...tools.sampling_sources import events_sql

# Somebody who signs in and sees a questionnaire is not contacted by that: a purpose that consents
# do not know, so that only the general refusals hold. Agents call as they do for follow-up.
PURPOSES = {
    "sms": (("survey", "sms"),),
    "email": (("survey", "email"),),
    "portal": (("survey_on_portal", "portal"),),
    "phone": (("survey", "phone"), ("followup", "phone")),
}
_ADDRESS = {
    "sms": "COALESCE(p.phone_sanitized, '') <> ''",
    "email": "COALESCE(p.email_normalized, '') <> ''",
    "portal": "EXISTS (SELECT FROM res_users u WHERE u.partner_id = p.id AND u.share AND u.active)",
    "phone": "COALESCE(p.phone, '') <> ''",
}
_FRAME = """
event AS MATERIALIZED (%(events)s),
person AS MATERIALIZED (SELECT DISTINCT partner_id FROM event),
%(refused)s,
asked (customer) AS MATERIALIZED (%(asked)s),
asked_number AS MATERIALIZED (
    SELECT DISTINCT %(number)s AS number FROM asked a JOIN res_partner p ON p.id = a.customer),
judged AS MATERIALIZED (
    SELECT w.*, CASE WHEN w.channel IS NULL AND w.address THEN 'refused'
                     WHEN w.channel IS NULL THEN 'unreachable'
                     WHEN a.customer IS NOT NULL OR n.number IS NOT NULL THEN 'resting'
                     END AS reason
      FROM (SELECT e.*, p.commercial_partner_id AS customer, %(channel)s AS channel,
                   %(address)s AS address, %(number)s AS number
              FROM event e JOIN res_partner p ON p.id = e.partner_id %(joins)s) w
      LEFT JOIN asked a USING (customer)
      LEFT JOIN asked_number n USING (number)),
-- A customer is asked about the latest event, so each is as likely as the next one.
one AS (
    SELECT DISTINCT ON (customer) j.*, %(figure)s AS figure FROM judged j WHERE reason IS NULL
     ORDER BY customer, moment DESC, key COLLATE "C" DESC),
-- Behind one phone is one person, or a family: it rings once, whatever duplicates there are.
apart AS (
    SELECT DISTINCT ON (COALESCE(number, customer::text)) o.* FROM one o
     ORDER BY COALESCE(number, customer::text), moment DESC, key COLLATE "C" DESC),
ranked AS MATERIALIZED (
    SELECT o.*, row_number() OVER (PARTITION BY dealer_id, stratum
                                       ORDER BY figure, key COLLATE "C") AS place FROM apart o),
grouped AS (
    SELECT j.dealer_id, j.stratum, count(*) AS frame,
           count(*) FILTER (WHERE reason = 'unreachable') AS unreachable,
           count(*) FILTER (WHERE reason = 'refused') AS refused,
           count(*) FILTER (WHERE reason = 'resting') AS resting,
           count(*) FILTER (WHERE reason IS NULL) AS fit
      FROM judged j GROUP BY j.dealer_id, j.stratum),
sized AS (
    SELECT g.*, COALESCE(r.able, 0) AS able, r.digest,
           sum(COALESCE(r.able, 0)) OVER (PARTITION BY g.dealer_id)::bigint AS dealer_able
      FROM grouped g
      LEFT JOIN (SELECT dealer_id, stratum, count(*) AS able,
                        md5(string_agg(key, ',' ORDER BY key COLLATE "C")) AS digest
                   FROM ranked GROUP BY dealer_id, stratum) r USING (dealer_id, stratum)),
%(allotted)s,
picked AS (
    SELECT r.*, r.place <= a.quota AS taken
      FROM ranked r JOIN allotted a USING (dealer_id, stratum)
     WHERE r.place <= a.quota + ceil(a.quota * %(reserve)s / 100.0))"""
# Largest remainder: whole shares, then one more for the greatest rests until the quota is full.
_PROPORTIONAL = """
shared AS (
    SELECT s.*, LEAST(%(quota)s, dealer_able) * able / GREATEST(dealer_able, 1) AS whole,
           LEAST(%(quota)s, dealer_able) * able %% GREATEST(dealer_able, 1) AS rest
      FROM sized s),
allotted AS MATERIALIZED (
    SELECT s.*, whole + (row_number() OVER (PARTITION BY dealer_id
                                            ORDER BY rest DESC, stratum COLLATE "C")
                         <= LEAST(%(quota)s, dealer_able)
                            - sum(whole) OVER (PARTITION BY dealer_id))::int AS quota
      FROM shared s)"""
_FIXED = """
allotted AS MATERIALIZED (SELECT s.*, LEAST(%(quota)s, able) AS quota FROM sized s)"""
_STORE = """
WITH %(frame)s,
stored AS (
    INSERT INTO crm_satisfaction_sample_stratum (sample_id, company_id, dealer_id, stratum, frame,
           unreachable, refused, resting, double, able, quota, digest)
    SELECT %(sample)s, %(company)s, dealer_id, stratum, frame, unreachable, refused, resting,
           fit - able, able, quota, digest FROM allotted
    RETURNING id, dealer_id, stratum)
INSERT INTO crm_satisfaction_sample_line (sample_id, stratum_id, programme_id, company_id,
       dealer_id, stratum, place, figure, event_key, visit_id, lead_id, vehicle_id, partner_id,
       commercial_partner_id, channel, state, asked_on, cooling_days, asked, replaced,
       create_uid, write_uid, create_date, write_date)
SELECT %(sample)s, s.id, %(programme)s, %(company)s, k.dealer_id, k.stratum, k.place, k.figure,
       k.key, k.visit_id, k.lead_id, k.vehicle_id, k.partner_id, k.customer, k.channel,
       CASE WHEN k.taken THEN 'drawn' ELSE 'reserve' END, CASE WHEN k.taken THEN %(day)s END,
       %(cooling)s, FALSE, FALSE, %(uid)s, %(uid)s, %(now)s, %(now)s
  FROM picked k JOIN stored s USING (dealer_id, stratum)
 ORDER BY k.customer
    -- Who is being drawn by somebody else at this instant: the server repeats this draw.
    ON CONFLICT DO NOTHING
RETURNING id"""
# What groups tell, in the order of _PREVIEW.
FIGURES = ("frame", "unreachable", "refused", "resting", "double", "able", "quota")
_PREVIEW = """
WITH %(frame)s
SELECT dealer_id, stratum, frame, unreachable, refused, resting, fit - able, able, quota, digest
  FROM allotted ORDER BY dealer_id, stratum COLLATE "C" """
_PICKS = """
WITH %(frame)s SELECT key, taken FROM picked"""
_READS = (
    *("crm.service.visit", "crm.lead", "crm.lead.delivery.log", "crm.vehicle", "crm.dealer"),
    *("res.partner", "res.users", "survey.user_input", "crm.followup.call", "crm.followup.rule"),
    *("crm.satisfaction.sample", "crm.satisfaction.sample.stratum"),
    "crm.satisfaction.sample.line",
)


class CrmSatisfactionSample(models.Model):
    _inherit = "crm.satisfaction.sample"

    def _store_draw(self):
        """Draw, and keep groups and customers; the same seed and events give the same again.

        :return: ids of the customers, reserve included
        """
        rows = self._run(_STORE, self.drawn_at)
        self.stratum_ids.invalidate_model()
        self.line_ids.invalidate_model()
        self.invalidate_recordset()
        return [row[0] for row in rows]

    def _preview(self):
        """What a draw would find now, a dict for each dealer and group; nothing is written."""
        names = ("dealer_id", "stratum", *FIGURES, "digest")
        rows = self._run(_PREVIEW, fields.Datetime.now())
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _redraw(self):
        """``{event key: whether drawn at once}`` by the seed and the events as they are now."""
        return dict(self._run(_PICKS, self.drawn_at))

    def _run(self, final, now):
        """Rows of ``final``; see :meth:`_draw_sql`.

        The planner cannot know how many events there are behind the ``WITH``; asked customer by
        customer instead of joined, a million take twice as long.
        """
        query = self._draw_sql(final, now)
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        rows = self.env.execute_query(query)
        self.env.cr.execute("SET LOCAL enable_nestloop = on")
        return rows

    def _draw_sql(self, final, now):
        """``final`` with the frame of the sample, as of ``now`` (naive UTC)."""
        self.ensure_one()
        for name in _READS:
            self.env[name].flush_model()
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id._tz_here()), now
        ).date()
        values = {
            "sample": self.id or 0,
            "programme": self.programme_id.id,
            "company": self.company_id.id,
            "cooling": self.cooling_days,
            "day": day,
            "now": now,
            "known": SQL("TRUE"),
            "open": SQL(OPEN_NOW),
            "since": now - timedelta(self.cooling_days),
            "quota": self.quota,
            "reserve": self.reserve,
            "uid": self.env.uid,
        }
        if final is _PICKS and self.line_ids:
            values |= {"known": SQL(KNOWN_THEN, **values), "open": SQL(OPEN_THEN, **values)}
        return SQL(final, frame=self._frame_sql(values), **values)

    def _frame_sql(self, values):
        channels = self._channels()
        allotted = _FIXED if self.allocation == "fixed" else _PROPORTIONAL
        return SQL(
            _FRAME,
            events=self._events_sql(),
            refused=self._refused_ctes(channels, SQL("SELECT partner_id FROM person")),
            asked=SQL(ASKED, **values),
            joins=self._refused_joins(channels),
            channel=self._channel_sql(channels),
            number=PHONE_KEY,
            address=SQL(" OR ").join(SQL(_ADDRESS[channel]) for channel in channels),
            figure=draw_sql(SQL("%s", self.seed), SQL("j.key")),
            allotted=SQL(allotted, **values),
            reserve=self.reserve,
        )

    def _events_sql(self):
        zone = self.company_id._tz_here()
        return events_sql(
            self.programme_id.sample_source or "visit",
            {
                "company": self.company_id.id,
                "dealers": self._dealers_asked()[self].ids,
                "start": midnight(self.date_from, zone),
                "stop": midnight(self.date_to, zone),
                "day_from": self.date_from,
                "day_to": self.date_to,
            },
        )

    @api.model
    def _refused_ctes(self, channels, people):
        """Tables ``refused_<channel>`` of the persons who must not be asked that way."""
        partners = self.env["res.partner"]
        return SQL(",\n").join(
            SQL(
                "%s (partner_id) AS MATERIALIZED (%s)",
                SQL.identifier(f"refused_{channel}"),
                SQL(" UNION ").join(  # each person once
                    SQL("(%s)", partners._contact_refused_sql(people, purpose, way))
                    for purpose, way in PURPOSES[channel]
                ),
            )
            for channel in channels
        )

    @api.model
    def _refused_joins(self, channels):
        """Joined, not looked up: there may be as many of them as customers."""
        return SQL(" ").join(
            SQL(
                "LEFT JOIN %(table)s ON %(table)s.partner_id = p.id",
                table=SQL.identifier(f"refused_{channel}"),
            )
            for channel in channels
        )

    @api.model
    def _channel_sql(self, channels):
        """The first of ``channels`` that leads to the person ``p`` and is allowed, or NULL."""
        whens = SQL(" ").join(
            SQL(
                "WHEN (%s) AND %s.partner_id IS NULL THEN %s",
                SQL(_ADDRESS[channel]),
                SQL.identifier(f"refused_{channel}"),
                channel,
            )
            for channel in channels
        )
        return SQL("CASE %s END", whens)

    @api.model
    def _channels_now(self, partner_ids, channels):
        """``{partner id: channel}`` of those who may be asked at this moment.

        :param list channels: the allowed ways, the preferred one first
        """
        self.env["res.partner"].flush_model()
        people = SQL("SELECT unnest(%s::int[]) AS partner_id", sorted(set(partner_ids)))
        return dict(
            self.env.execute_query(
                SQL(
                    """WITH %s SELECT * FROM (
                           SELECT p.id, %s AS channel FROM res_partner p %s
                            WHERE p.id = ANY(%s)) w
                        WHERE channel IS NOT NULL""",
                    self._refused_ctes(channels, people),
                    self._channel_sql(channels),
                    self._refused_joins(channels),
                    sorted(set(partner_ids)),
                )
            )
        )
