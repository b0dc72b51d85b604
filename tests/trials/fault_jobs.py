"""The jobs that are killed: how their data are made, how far they are, and what must come out.

``outcome`` is what is compared with a run that nobody killed; ``never`` finds what must not be
there at any moment, a kill or not. Both are plain SQL that shares nothing with the product.
"""

from typing import NamedTuple


class Job(NamedTuple):
    name: str
    make: str  # function of fault_work
    progress: str  # a count that grows while the job runs
    outcome: str
    never: str  # rows that this finds are mistakes
    work: str = "cron"
    by_time: bool = False  # steps take long, and store nothing on the way


GRADING = Job(
    name="grading",
    make="make_orders",
    progress="SELECT count(*) FROM crm_grading_run WHERE create_date > now() - interval '1 hour'",
    outcome="""SELECT scheme_id, partner_id, level_id, score::numeric(16, 4)
                 FROM crm_grading_result ORDER BY 1, 2""",
    # A level that changed without its line in the history, or with two; a line without a change.
    never="""SELECT scheme_id, partner_id FROM crm_grading_result r
               JOIN fault_before b USING (scheme_id, partner_id)
              CROSS JOIN LATERAL (
                    SELECT count(*) AS lines FROM crm_grading_history h
                     WHERE h.partner_id = r.partner_id AND h.scheme_id = r.scheme_id
                       AND h.id > b.last) h
              WHERE h.lines <> (r.level_id <> b.level_id)::int""",
)
CARE = Job(
    name="care",
    make="make_care",
    progress="SELECT count(*) FROM crm_care_reminder WHERE state = 'sent'",
    outcome="""SELECT partner_id, vehicle_id, state, reason, r.channel,
                      (mail_id IS NULL)::int + (sms_id IS NULL)::int + (activity_id IS NULL)::int
                 FROM crm_care_reminder r JOIN crm_care_rule u ON u.id = r.rule_id
                WHERE u.name->>'en_US' LIKE 'Faults %' ORDER BY 1, 2""",
    # Customers with more or fewer than one message, or log entry, for two vehicles that were told.
    never="""WITH told AS (
                 SELECT r.partner_id, count(*) FILTER (WHERE r.state = 'sent') AS sent, u.channel
                   FROM crm_care_reminder r JOIN crm_care_rule u ON u.id = r.rule_id
                  WHERE u.name->>'en_US' LIKE 'Faults %' GROUP BY 1, 3),
             made AS (
                 SELECT partner_id, sent, channel,
                        (SELECT count(*) FROM mail_mail m JOIN mail_message g
                             ON g.id = m.mail_message_id
                          WHERE g.model = 'res.partner' AND g.res_id = partner_id)
                        + (SELECT count(*) FROM sms_sms s WHERE s.partner_id = told.partner_id)
                        + (SELECT count(*) FROM mail_activity a
                            WHERE a.res_model = 'res.partner' AND a.res_id = told.partner_id)
                        AS messages,
                        (SELECT count(*) FROM crm_contact_log l
                          WHERE l.partner_id = told.partner_id) AS logged
                   FROM told)
             SELECT * FROM made
              WHERE (sent, messages, logged) NOT IN
                    ((0, 0, 0), (2, 1, CASE WHEN channel = 'activity' THEN 0 ELSE 1 END))""",
)
TIERS = Job(
    name="tiers",
    make="make_tiers",
    progress="SELECT count(*) FROM crm_club_membership_change WHERE kind <> 'enrolled'",
    outcome="""SELECT m.partner_id, m.tier_id, m.state, m.valid_until,
                      (SELECT array_agg(c.kind || c.to_tier_id ORDER BY c.id)
                         FROM crm_club_membership_change c WHERE c.membership_id = m.id)
                 FROM crm_club_membership m ORDER BY 1""",
    # A tier without its line in the history, or a second move the same day. Where the company is
    # it may be tomorrow already.
    never="""SELECT m.id, c.n FROM crm_club_membership m
              CROSS JOIN LATERAL (SELECT count(*) AS n FROM crm_club_membership_change c
                                   WHERE c.membership_id = m.id AND c.kind <> 'enrolled') c
               JOIN crm_dealer d ON d.id = m.dealer_id AND d.code = 'T-TIER'
              WHERE c.n > 1
                 OR (c.n = 1) <> (m.valid_from >= current_date OR m.state = 'expired')""",
)
POINTS = Job(
    name="points",
    make="make_points",
    progress="SELECT count(*) FROM crm_club_point_entry WHERE kind = 'expiry'",
    outcome="""SELECT card_id, kind, points, remaining FROM crm_club_point_entry
                ORDER BY 1, 2, 3, 4""",
    # A balance that is not the sum of the ledger and of what is left; what expired twice.
    never="""SELECT c.id, c.points FROM loyalty_card c
               JOIN (SELECT card_id, sum(points) AS points, sum(remaining) AS remaining,
                            count(*) FILTER (WHERE kind = 'expiry') AS expired
                       FROM crm_club_point_entry GROUP BY 1) e ON e.card_id = c.id
               JOIN crm_club_membership m ON m.id = c.club_membership_id
               JOIN crm_dealer d ON d.id = m.dealer_id AND d.code = 'T-POINT'
              WHERE e.points <> e.remaining OR c.points::numeric(16, 2) <> e.points::numeric(16, 2)
                 OR e.expired > 1
                 OR e.points::numeric(16, 2) <> CASE WHEN e.expired = 1 THEN 5 ELSE 15 END""",
)
KPIS = Job(
    name="kpis",
    make="make_kpis",
    progress="SELECT count(*) FROM crm_kpi_value WHERE NOT is_closed",
    outcome="""SELECT kpi_id, level, dealer_id, region_id, period_kind, period,
                      numerator::numeric(16, 6), denominator::numeric(16, 6),
                      value::numeric(16, 6), low::numeric(16, 6), high::numeric(16, 6), is_closed
                 FROM crm_kpi_value ORDER BY 1, 2, 3, 4, 5, 6""",
    # A dealer's value without the network's of the same period: half a measuring.
    never="""SELECT v.kpi_id, v.period_kind, v.period FROM crm_kpi_value v
              WHERE NOT is_closed AND NOT EXISTS (
                    SELECT FROM crm_kpi_value n
                     WHERE n.kpi_id = v.kpi_id AND n.period_kind = v.period_kind
                       AND n.period = v.period AND n.level = 'network')""",
)
SAMPLE = Job(
    name="sample",
    make="make_sample",
    progress="SELECT count(*) FROM crm_satisfaction_sample_line WHERE state = 'sent'",
    outcome="""SELECT l.partner_id, l.state, l.channel, l.place, l.answer_id IS NULL
                 FROM crm_satisfaction_sample_line l JOIN crm_satisfaction_sample s
                   ON s.id = l.sample_id
                 JOIN crm_satisfaction_programme p ON p.id = s.programme_id
                WHERE p.code = 'T-FAULTS' ORDER BY 1""",
    # Who was asked has one link and one message; who was not has none.
    never="""WITH line AS (
                 SELECT l.id, l.partner_id, l.state = 'sent' AS sent,
                        (SELECT count(*) FROM survey_user_input i
                          WHERE i.partner_id = l.partner_id
                            AND i.satisfaction_programme_id = p.id) AS links,
                        (SELECT count(*) FROM mail_mail m JOIN mail_message g
                             ON g.id = m.mail_message_id
                          WHERE g.model = 'crm.satisfaction.sample.line' AND g.res_id = l.id)
                        + (SELECT count(*) FROM sms_sms s WHERE s.partner_id = l.partner_id)
                        AS messages
                   FROM crm_satisfaction_sample_line l
                   JOIN crm_satisfaction_sample s ON s.id = l.sample_id
                   JOIN crm_satisfaction_programme p ON p.id = s.programme_id
                  WHERE p.code = 'T-FAULTS')
             SELECT * FROM line WHERE (links, messages) <> (sent::int, sent::int)""",
)
ASSESSMENT = Job(
    name="assessment",
    make="make_assessment",
    progress="""SELECT array_position(ARRAY['draft', 'computed', 'shown', 'published'],
                                      a.state::text) - 1
                  FROM crm_assessment a JOIN crm_assessment_policy p ON p.id = a.policy_id
                 WHERE p.code = 'T-FAULT'""",
    outcome="""SELECT a.state, l.dealer_id, l.score::numeric(16, 6), l.rank
                 FROM crm_assessment a JOIN crm_assessment_policy p ON p.id = a.policy_id
                 JOIN crm_assessment_line l ON l.assessment_id = a.id
                WHERE p.code = 'T-FAULT' ORDER BY 2""",
    # Shown or published without lines or with a dealer twice.
    never="""SELECT a.id, a.state FROM crm_assessment a JOIN crm_assessment_policy p
                 ON p.id = a.policy_id LEFT JOIN crm_assessment_line l ON l.assessment_id = a.id
              WHERE p.code = 'T-FAULT' GROUP BY 1, 2
             HAVING (a.state <> 'draft' AND count(l.id) = 0)
                 OR count(l.id) <> count(DISTINCT l.dealer_id)""",
    work="assess",
    by_time=True,
)
RETENTION = Job(
    name="retention",
    make="fault_retention.make_retention",
    progress="SELECT COALESCE(sum(count), 0) FROM crm_retention_log",
    outcome="""SELECT 'contact_log', id, summary = '—' FROM crm_contact_log
                UNION ALL SELECT 'contact_due', id, NULL FROM crm_contact_due
                UNION ALL SELECT 'access_log', id, NULL FROM crm_protected_access
                UNION ALL SELECT 'log of ' || kind, sum(count), NULL FROM crm_retention_log
                 GROUP BY 1
                ORDER BY 1, 2""",
    # The log does not say what is gone; an entry lost its text and not its file, or the reverse.
    never="""WITH left_over (kind, count) AS (
                 SELECT 'contact_log', count(*) FROM crm_contact_log WHERE summary <> '—'
                 UNION ALL SELECT 'contact_due', count(*) FROM crm_contact_due
                 UNION ALL SELECT 'access_log', count(*) FROM crm_protected_access)
             SELECT kind FROM fault_before b JOIN left_over l USING (kind)
              WHERE b.count - l.count <> (SELECT COALESCE(sum(o.count), 0)
                                            FROM crm_retention_log o WHERE o.kind = b.kind)
             UNION ALL
             SELECT l.summary FROM crm_contact_log l WHERE l.summary IN ('—', 'Fault')
                AND (l.summary = '—') = EXISTS (
                    SELECT FROM ir_attachment a
                     WHERE a.res_model = 'crm.contact.log' AND a.res_id = l.id)""",
)
JOBS = [GRADING, CARE, TIERS, POINTS, KPIS, SAMPLE, ASSESSMENT, RETENTION]
