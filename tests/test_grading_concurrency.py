"""Regrades that meet, are killed or overtaken: real connections, real commits (G15)."""

import threading
from datetime import date

import psycopg2
import pytest

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

CUSTOMERS = 40


@pytest.fixture(name="scheme_id")
def _scheme(connect):
    """A committed scheme with customers of its own, removed afterwards."""
    env = connect()
    tag = env["res.partner.category"].create({"name": "Concurrency"})
    dealer = env["crm.dealer"].create({"name": "Concurrency", "code": "T-CONC"})
    partners = env["res.partner"].create(
        [
            {"name": f"C{i}", "dealer_id": dealer.id, "category_id": [(4, tag.id)]}
            for i in range(CUSTOMERS)
        ]
    )
    metric = env.ref("crm_dealer_grading.metric_orders_12m")
    scheme = env["crm.grading.scheme"].create(
        {
            "name": "Concurrency",
            "code": "test_concurrency",
            "domain": str([("category_id", "in", tag.ids)]),
            "include_inactive": True,
            "axis_ids": [(0, 0, {"metric_id": metric.id})],
            "level_ids": [
                (0, 0, {"name": "None", "code": "0", "condition_ids": [
                    (0, 0, {"metric_id": metric.id, "value_range": "..1"})]}),
                (0, 0, {"name": "Some", "code": "1", "condition_ids": [
                    (0, 0, {"metric_id": metric.id, "value_range": "1.."})]}),
            ],
        }
    )  # fmt: skip
    env.cr.commit()
    yield scheme.id
    for cursor in connect.cursors:
        if not cursor.closed and not cursor._cnx.closed:
            cursor.rollback()
    env.cr.execute("DELETE FROM sale_order WHERE name = 'S-CONC'")
    env.cr.execute("DELETE FROM crm_grading_history WHERE scheme_id = %s", [scheme.id])
    scheme.unlink()
    partners.unlink()
    tag.unlink()
    dealer.unlink()
    env.cr.commit()


def order(env, partner_id):
    """Insert a confirmed order of today; no trigger runs."""
    company = env.company
    env.cr.execute(
        SQL(
            """INSERT INTO sale_order (name, partner_id, partner_invoice_id, partner_shipping_id,
                   company_id, currency_id, currency_rate, state, date_order)
               VALUES ('S-CONC', %(p)s, %(p)s, %(p)s, %(c)s, %(m)s, 1, 'sale',
                       now() at time zone 'UTC')""",
            p=partner_id,
            c=company.id,
            m=company.currency_id.id,
        )
    )


def levels(env, scheme_id):
    """``{customer id: level code}`` as committed."""
    env.cr.execute(
        SQL(
            "SELECT r.partner_id, l.code FROM crm_grading_result r"
            " JOIN crm_grading_level l ON l.id = r.level_id WHERE r.scheme_id = %s",
            scheme_id,
        )
    )
    return dict(env.cr.fetchall())


def scheme_of(env, scheme_id):
    return env["crm.grading.scheme"].browse(scheme_id)


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
    victim.cr.execute("SELECT pg_backend_pid()")
    [pid] = victim.cr.fetchone()
    errors = []

    def work():
        try:
            with mute_logger("odoo.sql_db"):
                scheme_of(victim, scheme_id).regrade()
        except psycopg2.Error as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait_until_blocked(env, pid)
    env.cr.execute("SELECT pg_terminate_backend(%s)", [pid])
    thread.join(30)
    assert errors, "the run was killed"
    holder.cr.rollback()
    env.cr.rollback()
    assert levels(env, scheme_id) == before
    env.cr.rollback()
    # The lock went with the connection; the next run does what was left.
    run = scheme_of(env, scheme_id).regrade()
    assert run.changed == 2
    assert levels(env, scheme_id) == {**before, first: "1", second: "1"}
    env.cr.commit()


def wait_until_blocked(env, pid):
    """Wait until the connection waits for a lock."""
    for _attempt in range(200):
        env.cr.rollback()
        env.cr.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
            " AND pg_sleep(0.05) IS NOT NULL",
            [pid],
        )
        if env.cr.fetchone()[0]:
            return
    raise AssertionError("the run never reached the held row")


def test_change_during_a_full_run_is_graded_after_it(connect, scheme_id):
    """At once means at once, or right after the run that holds the scheme."""
    env, runner = connect(), connect()
    scheme_of(env, scheme_id).regrade()
    env.cr.commit()
    partner_id = sorted(levels(env, scheme_id))[0]
    scheme_of(runner, scheme_id)._lock(shared=False, wait=False)
    order(env, partner_id)
    env["crm.grading.scheme"]._regrade_now([partner_id])
    env.cr.commit()
    assert levels(env, scheme_id)[partner_id] == "0"
    assert env["crm.grading.pending"].search([]).partner_id.ids == [partner_id]
    env.cr.rollback()
    runner.cr.rollback()
    # The job leaves while the run goes on, and does its work after it.
    scheme_of(runner, scheme_id)._lock(shared=False, wait=False)
    env["crm.grading.pending"]._cron_regrade_pending()
    env.cr.commit()
    assert env["crm.grading.pending"].search([]).partner_id.ids == [partner_id]
    env.cr.rollback()
    runner.cr.rollback()
    env["crm.grading.pending"]._cron_regrade_pending()
    env.cr.commit()
    assert levels(env, scheme_id)[partner_id] == "1"
    assert not env["crm.grading.pending"].search([])


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
