"""Regrades that meet, are killed or overtaken: real connections, real commits (G15)."""

import threading
from datetime import date

import psycopg2
import pytest
from graded import CUSTOMERS, kill_when_blocked, levels, order, scheme_of

from odoo.exceptions import UserError
from odoo.tools import mute_logger


def test_two_regrades_at_once_do_no_harm(connect, scheme_id):
    first, second = connect(), connect()
    scheme_of(first, scheme_id).regrade()  # not committed: it holds the scheme
    with pytest.raises(UserError, match="is being regraded"):
        scheme_of(second, scheme_id).regrade()
    second.cr.rollback()
    assert levels(second, scheme_id) == {}
    second.cr.rollback()
    first.cr.commit()
    run = scheme_of(second, scheme_id).regrade()
    assert (run.graded, run.changed) == (CUSTOMERS, 0)
    assert len(levels(second, scheme_id)) == CUSTOMERS


def test_many_regrades_in_threads(connect, scheme_id):
    """Eight workers start together; each ends with a run or a clear refusal."""
    envs = [connect() for _worker in range(8)]
    barrier, outcomes = threading.Barrier(8), []

    def work(env):
        barrier.wait()
        try:
            with mute_logger("odoo.sql_db"):
                scheme_of(env, scheme_id).regrade(date=date.today())
                env.cr.commit()
            outcomes.append("run")
        except UserError:
            env.cr.rollback()
            outcomes.append("refused")
        except psycopg2.errors.SerializationFailure:
            env.cr.rollback()  # the server retries these by itself
            outcomes.append("retry")

    threads = [threading.Thread(target=work, args=[env]) for env in envs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 8
    assert "run" in outcomes
    assert set(levels(connect(), scheme_id).values()) == {"0"}


def test_killed_run_leaves_the_old_results_whole(connect, scheme_id):
    env, victim, holder = connect(), connect(), connect()
    scheme_of(env, scheme_id).regrade()
    env.cr.commit()
    before = levels(env, scheme_id)
    first, second = sorted(before)[:2]
    order(env, first)
    order(env, second)
    env.cr.commit()
    # Somebody holds one row, so that the run stops half-way through its writes.
    holder.cr.execute(
        "SELECT 1 FROM crm_grading_result WHERE scheme_id = %s AND partner_id = %s FOR UPDATE",
        [scheme_id, second],
    )
    kill_when_blocked(env, victim, scheme_of(victim, scheme_id).regrade)
    holder.cr.rollback()
    env.cr.rollback()
    assert levels(env, scheme_id) == before
    env.cr.rollback()
    # The lock went with the connection; the next run does what was left.
    run = scheme_of(env, scheme_id).regrade()
    assert run.changed == 2
    assert levels(env, scheme_id) == {**before, first: "1", second: "1"}
    env.cr.commit()


def test_night_goes_on_where_it_was_killed(connect, scheme_id):
    """Schemes that were done today are not done again; the others are."""
    env = connect()
    schemes = env["crm.grading.scheme"].search([("applies_to", "=", "customer")])
    env.cr.execute("UPDATE crm_grading_run SET create_date = create_date - interval '1 day'")
    done = schemes - scheme_of(env, scheme_id)
    done.regrade()
    env.cr.commit()
    before = env["crm.grading.run"].search([], limit=1).id
    env["crm.grading.scheme"]._cron_regrade()
    env.cr.commit()
    runs = env["crm.grading.run"].search([("id", ">", before)])
    assert runs.scheme_id.ids == [scheme_id]
    assert runs.is_full


def test_failed_scheme_is_logged_and_stops_no_other(connect, scheme_id):
    """One broken metric in the night: the manager sees why, the others are graded."""
    env = connect()
    env.cr.execute("UPDATE crm_grading_run SET create_date = create_date - interval '1 day'")
    metric = env.ref("crm_dealer_grading.metric_visits_12m")
    sound = metric.domain
    env.cr.execute(
        "UPDATE crm_grading_metric SET domain = %s WHERE id = %s",
        ["[('no_such_field', '=', 1)]", metric.id],
    )
    env.cr.commit()
    env.invalidate_all()
    before = env["crm.grading.run"].search([], limit=1).id
    try:
        with mute_logger("odoo.addons.crm_dealer_grading.models.grading.crm_grading_scheme_run"):
            env["crm.grading.scheme"]._cron_regrade()
        runs = env["crm.grading.run"].search([("id", ">", before)])
        failed = runs.filtered("error")
        broken = env["crm.grading.axis"].search([("metric_id", "=", metric.id)]).scheme_id
        assert "activity" in broken.mapped("code")
        assert failed.scheme_id == broken.filtered("active")
        assert scheme_id in (runs - failed).scheme_id.ids
    finally:
        env.cr.rollback()
        metric.domain = sound
        env.cr.commit()
