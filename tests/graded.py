"""A scheme with customers of its own, for tests on several connections."""

import contextlib
import threading

import psycopg2

from odoo.tools import SQL, mute_logger

CUSTOMERS = 40
JOB = "crm_dealer_grading.ir_cron_regrade_pending"


@contextlib.contextmanager
def graded_customers(connect):
    """The id of a committed scheme with customers of its own, removed afterwards."""
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
    env.cr.execute("DELETE FROM ir_cron_trigger WHERE cron_id = %s", [env.ref(JOB).id])
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


def kill_when_blocked(env, victim, work):
    """Run ``work()`` on the connection ``victim`` and kill it as soon as it waits for a lock."""
    pid, errors = victim.cr._cnx.info.backend_pid, []

    def run():
        try:
            with mute_logger("odoo.sql_db"):
                work()
        except psycopg2.Error as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_until_blocked(env, pid)
    env.cr.execute("SELECT pg_terminate_backend(%s)", [pid])
    thread.join(30)
    assert errors, "the connection was killed"


def wait_until_blocked(env, pid):
    """Wait until the connection waits for a lock."""
    for _attempt in range(1200):
        env.cr.rollback()
        env.cr.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
            " AND pg_sleep(0.05) IS NOT NULL",
            [pid],
        )
        if env.cr.fetchone()[0]:
            return
    raise AssertionError("the run never reached the held row")
