"""Surveys: the index against SQL by hand and Odoo's result page, and what an answer costs (S1)."""

import statistics
import time
from datetime import datetime, timedelta

import scratch
from regrade import environment
from report import number, seconds, step
from scratch import Clock, cursor, run, scaled

RESPONSES = scaled(1_000_000)
PAGE = min(RESPONSES, 10_000)  # responses on Odoo's result page
GIVEN = min(300, scaled(3_000))  # answers that are sent in turn
ROUNDS = 3
BARE = "bench_survey"
MODULE = "crm_dealer_survey"

# Eighteen months of responses, each with a figure for each question of the questionnaire.
_INPUTS = """
WITH person AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM res_partner
     WHERE dealer_id IS NOT NULL AND id = commercial_partner_id)
INSERT INTO survey_user_input (survey_id, state, access_token, satisfaction_version_id,
       satisfaction_programme_id, dealer_id, partner_id, commercial_partner_id, company_id,
       start_datetime, end_datetime, create_date)
SELECT %(survey)s, 'done', md5(n::text) || n, %(version)s, %(programme)s, d.id, p.id, p.id, 1,
       t.at - interval '3 minutes', t.at, t.at
  FROM generate_series(1, %(count)s) n
  CROSS JOIN LATERAL (SELECT now() AT TIME ZONE 'UTC' - (n %% 540) * interval '1 day' AS at) t
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM crm_dealer) d
       ON d.place = n %% (SELECT count(*) FROM crm_dealer)
  JOIN person p ON p.place = (n::bigint * 7919) %% (SELECT count(*) FROM person)"""
_LINES = """
INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id, question_sequence,
       answer_type, value_scale, skipped)
SELECT i.id, i.survey_id, q.id, q.sequence, 'scale',
       q.scale_min + (hashint8(i.id::bigint * 131 + q.id) & 1023)
                     %% (q.scale_max - q.scale_min + 1),
       FALSE
  FROM survey_user_input i
  JOIN survey_question q ON q.survey_id = i.survey_id AND q.question_type = 'scale'
 WHERE i.survey_id = %(survey)s"""

# What a DBA would write for the same figures: from the stored scores, and from the answers.
_BY_HAND = """
WITH customer AS (
    SELECT dealer_id, date_trunc('month', date) AS month,
           COALESCE(partner_id, -user_input_id) AS customer, count(*) AS n, sum(index_value) AS s
      FROM crm_satisfaction_score
     WHERE version_id = %(version)s AND kind = 'satisfaction' AND factor_id IS NULL
     GROUP BY 1, 2, 3)
SELECT dealer_id, month, sum(s) / sum(n), sum(n), count(*), sum(s * s), sum(s * n), sum(n * n)
  FROM customer GROUP BY 1, 2"""
_FROM_ANSWERS = """
WITH factor AS (
    SELECT l.user_input_id AS answer, f.weight,
           sum(q.satisfaction_weight * l.value_scale) / sum(q.satisfaction_weight) AS value
      FROM survey_user_input_line l
      JOIN survey_question q ON q.id = l.question_id AND q.satisfaction_kind = 'satisfaction'
      JOIN crm_satisfaction_factor f ON f.id = q.satisfaction_factor_id
     WHERE l.survey_id = %(survey)s AND NOT l.skipped
     GROUP BY l.user_input_id, f.id),
total AS (SELECT answer, sum(weight * value) / sum(weight) * 100 AS value FROM factor GROUP BY 1)
SELECT i.dealer_id, date_trunc('month', i.end_datetime), avg(t.value), count(*), stddev(t.value)
  FROM total t JOIN survey_user_input i ON i.id = t.answer
 WHERE i.state = 'done' AND i.test_entry IS NOT TRUE GROUP BY 1, 2"""


def install():
    from odoo.modules.registry import Registry

    Registry.new(scratch.NAME, update_module=True, install_modules=[MODULE])


def version_of(env):
    return env.ref(f"{MODULE}.version_csi_1")


def fill():
    """Responses, and their scores by the addon's own statement."""
    with environment() as env:
        version = version_of(env)
        keys = {
            "survey": version.survey_id.id,
            "version": version.id,
            "programme": version.programme_id.id,
            "count": RESPONSES,
        }
    run(_INPUTS, keys)
    run(_LINES, keys)
    for table in ("survey_user_input", "survey_user_input_line"):
        run(f"VACUUM ANALYZE {table}")
    begin = time.perf_counter()
    with environment() as env:
        version_of(env).action_recompute()
        env["crm.satisfaction.version"]._cron_recompute()
    spent = time.perf_counter() - begin
    run("VACUUM ANALYZE crm_satisfaction_score")
    return keys, spent


def quickest(work):
    times = []
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def measure_index(report, keys):
    with environment() as env, cursor() as cr:
        version = version_of(env)

        def ours():
            return version.index([], ["dealer_id", "date:month"])

        def by_hand():
            cr.execute(_BY_HAND, keys)
            return cr.fetchall()

        def from_answers():
            cr.execute(_FROM_ANSWERS, keys)
            return cr.fetchall()

        rows, wanted = ours(), by_hand()
        index, hand, raw = quickest(ours), quickest(by_hand), quickest(from_answers)
        with Clock(cr) as clock:
            by_hand()
        report.info(f"index of {len(rows)} dealers and months", seconds(index))
        report.info("... processor time of the statement by hand", seconds(clock.processor))
        report.judge("... against SQL by hand on the scores", index / hand, 1.5)
        report.judge("... against SQL by hand on the answers", index / raw, 1.5)
        found = {(r["dealer_id"], str(r["date:month"])[:10]): r["index"] for r in rows}
        other = {(r[0], str(r[1])[:10]): r[2] for r in wanted}
        differ = [key for key, figure in other.items() if abs(found.get(key, 0) - figure) > 1e-6]
        report.expect("... groups that differ", len(differ) + abs(len(found) - len(other)), 0)


def measure_list(report):
    """The list of the index as it opens, for a dealer's manager and for the manufacturer."""
    domain = [("level", "=", "dealer"), ("period_kind", "=", "quarter"),
              ("kind", "=", "satisfaction"), ("factor_id", "=", False),
              ("period", ">=", "today -6m =1d")]  # fmt: skip
    names = ("period", "dealer_id", "index_value", "low", "high", "n", "rank_best", "rank_worst",
             "rank", "rank_range", "is_later", "is_first", "break_note")  # fmt: skip
    with environment() as env:
        dealer = env["crm.satisfaction.score"].search([("dealer_id", "!=", False)], limit=1)
        users = env["res.users"].with_context(no_reset_password=True).create(
            [
                {"name": "Bench", "login": f"bench_survey_{group}", "group_ids": [(6, 0, [
                    env.ref(f"crm_dealer_grading.group_{group}").id])]}
                for group in ("dealer_manager", "oem_auditor")
            ]
        )  # fmt: skip
        users[0].dealer_ids = dealer.dealer_id
        for user, goal in zip(users, (1.0, None), strict=True):
            index = env["crm.satisfaction.index"].with_user(user)

            def opened(index=index):
                env.invalidate_all()
                index.web_search_read(domain, {name: {} for name in names}, limit=80)

            spent = quickest(opened)
            if goal:
                report.judge("list of the index, a dealer's manager", spent, goal, unit=" s")
            else:
                report.info("... the manufacturer", seconds(spent))
        env.cr.rollback()


def measure_page(report):
    """Odoo's result page asks for these; the index of the same responses by factor."""
    with environment() as env:
        version = version_of(env)
        survey = version.survey_id
        answers = env["survey.user_input"].search([("survey_id", "=", survey.id)], limit=PAGE)
        domain = [("user_input_id", "in", answers.ids)]

        def page():
            env.invalidate_all()
            lines = env["survey.user_input.line"].search(domain)
            survey._prepare_statistics(lines)
            survey.question_and_page_ids._prepare_statistics(lines)

        def ours():
            env.invalidate_all()
            version.index(domain, ["factor_id"])

        theirs, figures = quickest(page), quickest(ours)
        report.info(f"Odoo's result page, {PAGE:,} responses", seconds(theirs))
        report.judge("... against the index by factor", theirs / figures, 50, at_least=True)


# -- Sending an answer ---------------------------------------------------------------------------


def plain_survey(env, size):
    return env["survey.survey"].create(
        {
            "title": "Bench",
            "questions_layout": "one_page",
            "question_and_page_ids": [
                (0, 0, {"title": f"Question {n}", "question_type": "scale"}) for n in range(size)
            ],
        }
    )


def send_plain(env, size):
    """Seconds of each of some answers as Odoo's own controller stores them, commits included."""
    survey = plain_survey(env, size)
    times = []
    for _number in range(GIVEN):
        answer = survey._create_answer(check_attempts=False)
        env.cr.commit()
        env.invalidate_all()
        begin = time.perf_counter()
        for question in survey.question_ids:
            answer._save_lines(question, "8")
        answer._mark_done()
        env.cr.commit()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def send_ours(env):
    version = version_of(env)
    times = []
    for answer in version._invite([{}] * GIVEN):
        env.cr.commit()
        env.invalidate_all()
        begin = time.perf_counter()
        answer._submit_satisfaction(
            {q: q.scale_max for q in version.question_ids if q.question_type == "scale"}
        )
        env.cr.commit()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def measure_sending(report):
    """In turn: bare Odoo, an ordinary survey beside the addon, a programme."""
    scratch.drop(BARE)
    scratch.make(BARE)
    try:
        with environment() as env:
            size = len(version_of(env).question_ids) - 1
        found = {"bare": [], "beside": [], "ours": []}
        for _round in range(ROUNDS):
            with environment(database=BARE) as env:
                found["bare"].append(send_plain(env, size))
            with environment() as env:
                found["beside"].append(send_plain(env, size))
                found["ours"].append(send_ours(env))
        bare, beside, ours = (min(times) for times in found.values())
    finally:
        scratch.drop(BARE)
    report.info(f"storing an answer of {size} figures: bare Odoo", seconds(bare))
    report.judge("... an ordinary survey with the addon installed", beside / bare, 1.15)
    report.judge("... a programme, scores included", ours / bare, 1.15)


def measure_draw(report):
    """A sample of all dealers over a year of visits, drawn by one statement (S2)."""
    with environment() as env:
        programme = env.ref(f"{MODULE}.programme_csi")
        today = env.company._today_here()
        sample = env["crm.satisfaction.sample"].create(
            {
                "programme_id": programme.id,
                "date_from": today - timedelta(365),
                "date_to": today + timedelta(1),
            }
        )
        sample.write({"drawn_at": datetime.now(), "version_id": programme.current_version_id.id})
        begin = time.perf_counter()
        customers = len(sample._store_draw())
        spent = time.perf_counter() - begin
        events = sum(sample.stratum_ids.mapped("frame"))
        report.info(
            f"a draw from {number(events)} events, {number(customers)} customers", seconds(spent)
        )
        env.cr.rollback()


def measure(report):
    step("surveys")
    report.title("Surveys")
    install()
    keys, spent = fill()
    report.info(f"{number(RESPONSES)} responses: writing all scores anew", seconds(spent))
    measure_index(report, keys)
    measure_list(report)
    measure_page(report)
    measure_draw(report)
    measure_sending(report)
