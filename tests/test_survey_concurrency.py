"""An answer sent twice, and a question changed while it is answered: real connections (S1)."""

import threading
from datetime import date

import psycopg2
import pytest
from simultaneous import at_once

from odoo import SUPERUSER_ID, api
from odoo.tools import mute_logger


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="survey")
def _survey(registry):
    """A committed programme with one question and two links; removed afterwards."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        programme = env["crm.satisfaction.programme"].create(
            {"name": "Concurrency", "code": "T-CONCURRENCY"}
        )
        version = env["crm.satisfaction.version"].create({"programme_id": programme.id})
        factor = env["crm.satisfaction.factor"].create({"version_id": version.id, "name": "One"})
        question = env["survey.question"].create(
            {
                "satisfaction_version_id": version.id,
                "title": "How was it?",
                "satisfaction_kind": "satisfaction",
                "satisfaction_factor_id": factor.id,
            }
        )
        version.action_open()
        links = version._invite([{}, {}])
        keys = {
            "version": version.id,
            "question": question.id,
            "factor": factor.id,
            "links": links.ids,
        }
    yield keys
    with registry.cursor() as cursor:
        # Nobody deletes a version that was answered.
        cursor.execute(
            "DELETE FROM survey_survey WHERE satisfaction_version_id = %s", [keys["version"]]
        )
        cursor.execute("DELETE FROM crm_satisfaction_programme WHERE code = 'T-CONCURRENCY'")


def answer(survey, number, figure):
    def work(env):
        question = env["survey.question"].browse(survey["question"])
        env["survey.user_input"].browse(survey["links"][number])._submit_satisfaction(
            {question: figure}
        )

    return work


def test_sent_twice_at_once_is_one_answer(registry, survey):
    outcomes = at_once(registry, [answer(survey, 0, 9), answer(survey, 0, 3)])
    assert outcomes.count("done") == 1
    assert any("answered already" in outcome for outcome in outcomes)
    with registry.cursor() as cursor:
        env = environment(cursor)
        link = env["survey.user_input"].browse(survey["links"][0])
        assert len(link.user_input_line_ids) == 1
        assert len(link.satisfaction_score_ids) == 2  # the factor and the total


def test_two_first_answers_freeze_once(registry, survey):
    outcomes = at_once(registry, [answer(survey, 0, 9), answer(survey, 1, 3)])
    assert outcomes == ["done", "done"]


def test_weights_do_not_change_while_the_first_answer_comes_in(registry, survey):
    def change(env):
        env["crm.satisfaction.factor"].browse(survey["factor"]).weight = 5

    outcomes = at_once(registry, [answer(survey, 0, 9), change])
    assert outcomes[0] == "done"
    with registry.cursor() as cursor:
        env = environment(cursor)
        weight = env["crm.satisfaction.factor"].browse(survey["factor"]).weight
        used = env["crm.satisfaction.version"].browse(survey["version"]).used_on
        assert used
    # Changed before the answer, or refused after it; never after it.
    assert (outcomes[1] == "done") == (weight == 5)


def figures(env, survey):
    env.cr.rollback()
    env.cr.execute(
        "SELECT user_input_id, kind, factor_id, value FROM crm_satisfaction_score"
        " WHERE version_id = %s ORDER BY 1, 2, 3",
        [survey["version"]],
    )
    return env.cr.fetchall()


@pytest.fixture(name="lost")
def _lost(registry, survey):
    """Both links answered, their scores lost, and asked to be computed again; what they were."""
    for number in (0, 1):
        with registry.cursor() as cursor:
            answer(survey, number, 9 - number)(environment(cursor))
    with registry.cursor() as cursor:
        env = environment(cursor)
        whole = figures(env, survey)
        cursor.execute(
            "DELETE FROM crm_satisfaction_score WHERE version_id = %s", [survey["version"]]
        )
        env["crm.satisfaction.version"].browse(survey["version"]).action_recompute()
    return whole


def test_killed_job_goes_on_after_the_last_batch(connect, registry, survey, lost, monkeypatch):
    victim, killer = connect(), connect()
    model = registry["crm.satisfaction.score"]
    store, stored = model._store, []

    def killed_at_second(scores, answers):
        if stored:
            pid = victim.cr._cnx.info.backend_pid
            killer.cr.execute("SELECT pg_terminate_backend(%s)", [pid])
        stored.append(answers.ids)
        return store(scores, answers)

    monkeypatch.setattr(model, "_store", killed_at_second)
    with mute_logger("odoo.sql_db"), pytest.raises(psycopg2.Error):
        victim["crm.satisfaction.version"]._cron_recompute(batch=1)
    monkeypatch.setattr(model, "_store", store)
    assert len(figures(killer, survey)) == len(lost) // 2
    version = killer["crm.satisfaction.version"].browse(survey["version"])
    assert (version.recompute_done, bool(version.recompute_asked_on)) == (1, True)
    version._cron_recompute(batch=1)
    assert figures(killer, survey) == lost
    assert not version.recompute_asked_on


def test_left_out_while_scores_are_computed_again(connect, survey, lost):
    job, person = connect(), connect()
    person.cr.execute("SELECT 1 FROM res_company")  # its snapshot is from before the job's commit
    version = job["crm.satisfaction.version"].browse(survey["version"])
    version._recompute_some(1)
    job.flush_all()
    outcomes = []

    def leave_out():
        manager = person["res.users"].search([("login", "=", "oem")])
        link = person(user=manager.id)["survey.user_input"].browse(survey["links"][0])
        for _attempt in range(5):
            try:
                with mute_logger("odoo.sql_db"):
                    link._exclude("No customer")
                    person.cr.commit()
                outcomes.append("done")
                break
            except psycopg2.errors.SerializationFailure:
                person.cr.rollback()
                person.transaction.reset()

    thread = threading.Thread(target=leave_out)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), "who leaves an answer out waits for the batch"
    job.cr.commit()
    thread.join(30)
    assert outcomes == ["done"]
    version._recompute_some(5)
    job.cr.commit()
    left = {row[0] for row in figures(job, survey)}
    assert left == {survey["links"][1]}


# -- Sums of settled quarters ---------------------------------------------------------------------

LONG_AGO, END = "2026-02-10 04:00:00", date(2026, 7, 1)


@pytest.fixture(name="old")
def _old(registry, survey):
    """Both links were answered in a quarter that is over."""
    for number, figure in enumerate((9, 3)):
        with registry.cursor() as cursor:
            answer(survey, number, figure)(environment(cursor))
    with registry.cursor() as cursor:
        links = environment(cursor)["survey.user_input"].browse(survey["links"])
        links.end_datetime = LONG_AGO
        links.env["crm.satisfaction.score"]._store(links)
    return survey


def settle(survey):
    def work(env):
        version = env["crm.satisfaction.version"].browse(survey["version"])
        env.cr.rollback()  # as the job, which has committed before
        env["crm.satisfaction.settled"]._settle_next(version, END)

    return work


def leave_out(survey):
    def work(env):
        link = env["survey.user_input"].browse(survey["links"][0])
        link.satisfaction_excluded = True
        env["crm.satisfaction.score"]._store(link)

    return work


def answers_counted(registry, survey):
    """By the index, as the manufacturer reads it."""
    with registry.cursor() as cursor:
        rows = environment(cursor)["crm.satisfaction.index"].search(
            [("version_id", "=", survey["version"]), ("factor_id", "=", False),
             ("level", "=", "network"), ("period_kind", "=", "quarter")]
        )  # fmt: skip
        return sum(rows.mapped("n"))


def test_who_has_not_seen_the_settling_is_repeated(registry, old):
    with registry.cursor() as early, registry.cursor() as job:
        early.execute("SELECT count(*) FROM crm_satisfaction_score")  # the snapshot is taken
        settle(old)(environment(job))
        job.commit()
        assert answers_counted(registry, old) == 2
        with mute_logger("odoo.sql_db"), pytest.raises(psycopg2.errors.SerializationFailure):
            leave_out(old)(environment(early))
    with registry.cursor() as cursor:
        leave_out(old)(environment(cursor))
    assert answers_counted(registry, old) == 1


def test_settling_waits_for_who_changes_a_score(registry, old):
    with registry.cursor() as writer:
        leave_out(old)(environment(writer))
        with registry.cursor() as job, mute_logger("odoo.sql_db"):
            job.execute("SET lock_timeout = '300ms'")
            job.commit()
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                settle(old)(environment(job))
    with registry.cursor() as job:
        settle(old)(environment(job))
    assert answers_counted(registry, old) == 1


@pytest.mark.parametrize("_round", range(5))
def test_settling_and_changing_at_once(registry, old, _round):
    outcomes = at_once(registry, [settle(old), leave_out(old)])
    assert outcomes == ["done", "done"]
    assert answers_counted(registry, old) == 1


def test_this_quarter_s_answers_do_not_wait_for_the_settling(registry, survey):
    with registry.cursor() as job, registry.cursor() as customer:
        settle(survey)(environment(job))
        customer.execute("SET lock_timeout = '2s'")
        answer(survey, 0, 9)(environment(customer))
        customer.commit()
