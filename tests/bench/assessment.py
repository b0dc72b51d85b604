"""Assessment of 1,000 dealers for a quarter from 1,000,000 responses (S9)."""

import survey
from fill import bulk
from regrade import environment
from report import number, seconds, step
from scratch import Clock, run, scaled

DEALERS = 1_000
REGIONS = 10
RESPONSES = scaled(1_000_000)
CALLS = scaled(1_000_000)
MODULE = "crm_dealer_survey"
GOAL = 60

# Half of the responses to each programme, on all days of the quarter; one in five customers comes
# twice. Dealers differ by up to three points, answers of one dealer by as much.
_INPUTS = """
WITH dealer AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM crm_dealer WHERE code LIKE 'BA%%'),
person AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
      FROM res_partner WHERE id = commercial_partner_id AND name IS NOT NULL)
INSERT INTO survey_user_input (survey_id, state, access_token, satisfaction_version_id,
       satisfaction_programme_id, dealer_id, partner_id, commercial_partner_id, company_id,
       satisfaction_channel, start_datetime, end_datetime, create_date)
SELECT v.survey_id, 'done', 'ba' || md5(n::text) || n, v.id, v.programme_id, d.id, p.id, p.id, 1,
       'sms', t.at - interval '3 minutes', t.at, t.at
  FROM generate_series(1, %(count)s) n
  JOIN crm_satisfaction_version v ON v.id = (%(versions)s::int[])[1 + n %% 2]
 CROSS JOIN LATERAL (SELECT %(begin)s::date + n %% %(days)s + interval '6 hours' AS at) t
  JOIN dealer d ON d.place = (n / 2) %% %(dealers)s
  JOIN person p ON p.place = ((n %% (4 * %(count)s / 5))::bigint * 7919)
                             %% (SELECT count(*) FROM person)"""
_SCORES = """
INSERT INTO crm_satisfaction_score (user_input_id, version_id, programme_id, kind, factor_id, value,
       index_value, dealer_id, region_id, partner_id, company_id, channel, date)
SELECT i.id, v.id, v.programme_id, k.kind, k.factor, s.value, s.value * v.index_scale::int / 10,
       d.id, d.region_id, i.partner_id, 1, 'sms', i.end_datetime::date
  FROM survey_user_input i
  JOIN crm_satisfaction_version v ON v.id = i.satisfaction_version_id
  JOIN crm_dealer d ON d.id = i.dealer_id AND d.code LIKE 'BA%%'
  JOIN (SELECT id AS version, 'satisfaction' AS kind, NULL::int AS factor
          FROM crm_satisfaction_version
         UNION ALL SELECT version_id, 'satisfaction', id FROM crm_satisfaction_factor
         UNION ALL SELECT id, 'overall', NULL FROM crm_satisfaction_version) k ON k.version = v.id
 CROSS JOIN LATERAL (
       SELECT least(10, 4 + d.id %% 300 / 100.0 + (hashint8(i.id * 131 + COALESCE(k.factor, 0))
                        & 1023) / 341.0)::float8 AS value) s"""
_CALLS = """
WITH dealer AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM crm_dealer WHERE code LIKE 'BA%%'),
person AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
      FROM res_partner WHERE id = commercial_partner_id AND name IS NOT NULL)
INSERT INTO crm_followup_call (rule_id, caller, event_key, partner_id, commercial_partner_id,
       dealer_id, company_id, event_date, date_due, date_next, lapses_on, state, last_result,
       attempt_count, create_date)
SELECT (SELECT min(id) FROM crm_followup_rule WHERE caller = 'dealer'), 'dealer', 'bench:' || n,
       p.id, p.id, d.id, 1, t.day, t.day, t.day, t.day + 7,
       CASE WHEN n %% 10 < 2 + d.id %% 4 THEN 'lapsed' ELSE 'done' END, 'reached',
       (n %% 10 >= 1 + d.id %% 4)::int, t.day
  FROM generate_series(1, %(count)s) n
 CROSS JOIN LATERAL (SELECT %(begin)s::date + n %% %(days)s AS day) t
  JOIN dealer d ON d.place = n %% %(dealers)s
  JOIN person p ON p.place = (n::bigint * 7919) %% (SELECT count(*) FROM person)"""


def make_network(env):
    """1,000 dealers beside those of the other parts; those of a kept database are used again."""
    dealers = env["crm.dealer"]
    if dealers.search_count([("code", "like", "BA")]):
        return
    regions = env["crm.dealer.region"].create(
        [{"name": f"Assessed Region {n}", "code": f"BAR{n}"} for n in range(REGIONS)]
    )
    names = [(f"BA{n:04d}", regions[n % REGIONS].id) for n in range(DEALERS)]
    dealers.create([{"name": code, "code": code, "region_id": region} for code, region in names])


def fill():
    """The last quarter that has ended: responses with their scores, and follow-up calls."""
    survey.install()
    with environment() as env:
        make_network(env)
        begin = env["crm.assessment"]._last_period("quarter")
        end = env["crm.kpi.value"]._period_end("quarter", begin)
        versions = [env.ref(f"{MODULE}.version_{code}_1").id for code in ("ssi", "csi")]
    if run("SELECT FROM survey_user_input WHERE access_token LIKE 'ba%' LIMIT 1"):
        return
    keys = {"versions": versions, "begin": begin, "days": (end - begin).days, "dealers": DEALERS}
    for table, statement, count in (
        ("survey_user_input", _INPUTS, RESPONSES),
        ("crm_satisfaction_score", _SCORES, RESPONSES),
        ("crm_followup_call", _CALLS, CALLS),
    ):
        step(f"filling {table}")
        with bulk(table) as cr:
            cr.execute(statement, {**keys, "count": count})


def measure(report):
    report.title("Assessment")
    fill()
    step("assessing")
    with environment() as env:
        assessments = env["crm.assessment"]
        user = env["res.users"].with_context(no_reset_password=True).create(
            {"name": "Bench", "login": "bench_assessment", "group_ids": [
                (6, 0, [env.ref("crm_dealer_grading.group_oem_manager").id])]}
        )  # fmt: skip
        policy = env.ref(f"{MODULE}.policy_standard")
        begin = assessments._last_period(policy.period_kind)
        end = env["crm.kpi.value"]._period_end(policy.period_kind, begin)
        assessment = assessments.with_user(user).create({"policy_id": policy.id, "begin": begin})
        with Clock(env.cr) as clock:
            assessment.compute()
            env.flush_all()
        name = f"{number(DEALERS)} dealers from {number(RESPONSES)} responses"
        report.judge(name, clock.time, GOAL, unit=" s")
        report.info("... processor time", seconds(clock.processor))
        assessed = assessment.line_ids.filtered(lambda line: line.dealer_id.code.startswith("BA"))
        report.expect("... dealers assessed", len(assessed), DEALERS)
        report.info("... proposals", number(len(assessment.proposal_ids)))
        for kpi in policy.component_ids.kpi_id | env.ref(f"{MODULE}.kpi_satisfaction_csi_strict"):
            with Clock(env.cr) as clock:
                kpi.figures(begin, end)
            report.info(f"  figures of {kpi.code}", seconds(clock.time))
        env.cr.rollback()
