"""Customers noted and graded by several at once, killed or overtaken: nothing is lost (G15)."""

import random
import threading

import psycopg2
import pytest
from graded import CUSTOMERS, kill_when_blocked, levels, order, scheme_of

from odoo.tools import mute_logger


@pytest.fixture(name="customers")
def _customers(connect, scheme_id):
    """Ids of the scheme's customers, graded as having no order; nobody waits."""
    env = connect()
    env["crm.grading.pending"]._cron_regrade_pending()
    scheme_of(env, scheme_id).regrade()
    env.cr.commit()
    found = sorted(levels(env, scheme_id))
    env.cr.rollback()
    assert len(found) == CUSTOMERS
    return found


def sell(env, *partner_ids):
    """What a transaction that confirms orders of these customers does; not committed."""
    for partner_id in partner_ids:
        order(env, partner_id)
    env["crm.grading.pending"]._push(partner_ids)


def waiting(env, customers):
    """Ids of the customers who wait, one for each note."""
    env.cr.rollback()
    env.cr.execute(
        "SELECT partner_id FROM crm_grading_pending WHERE partner_id = ANY(%s)", [customers]
    )
    return sorted(row[0] for row in env.cr.fetchall())


def held(env, scheme_id):
    """``{customer id: level code}`` as committed by now."""
    env.cr.rollback()
    return levels(env, scheme_id)


def moves(env, scheme_id):
    """Ids of the customers who moved, one for each move."""
    env.cr.rollback()
    env.cr.execute("SELECT partner_id FROM crm_grading_history WHERE scheme_id = %s", [scheme_id])
    return sorted(row[0] for row in env.cr.fetchall())


def job(env, batch=1000):
    env["crm.grading.pending"]._cron_regrade_pending(batch)


def hurried(env):
    """Whoever waits for a lock in this transaction fails."""
    env.cr.execute("SET LOCAL lock_timeout = '100ms'")


def batch_of(env, size):
    return env["crm.grading.pending"]._grade_batch_retrying(size)


def test_two_who_sell_to_one_customer_do_not_meet(connect, scheme_id, customers):
    """Neither waits, neither is refused, and one grading does for both."""
    one, other = connect(), connect()
    for env in (one, other):
        hurried(env)
        env.cr.execute("SELECT 1 FROM res_partner LIMIT 1")  # the snapshot is taken
    sell(one, customers[0])
    sell(other, customers[0])
    other.cr.commit()
    one.cr.commit()
    assert waiting(one, customers) == [customers[0]] * 2
    job(one)
    assert waiting(one, customers) == []
    assert held(one, scheme_id)[customers[0]] == "1"
    assert moves(one, scheme_id) == [customers[0]]


def test_changed_while_being_graded(connect, scheme_id, customers):
    """A sale that the worker does not see yet brings the customer back."""
    worker, seller = connect(), connect()
    worker["crm.grading.pending"]._push(customers[:1])
    worker.cr.commit()
    assert batch_of(worker, 10) == 1  # not committed
    sell(seller, customers[0])
    seller.cr.commit()
    worker.cr.commit()
    assert held(seller, scheme_id)[customers[0]] == "0"
    assert waiting(seller, customers) == customers[:1]
    job(worker)
    assert held(seller, scheme_id)[customers[0]] == "1"
    assert waiting(seller, customers) == []


def test_two_workers_take_different_customers(connect, scheme_id, customers):
    """The second one neither waits for the first nor does its work again."""
    env, one, other = connect(), connect(), connect()
    sell(env, *customers)
    sell(env, *customers)
    env.cr.commit()
    hurried(other)
    half = CUSTOMERS // 2
    assert batch_of(one, half) == 2 * half
    pending = other["crm.grading.pending"]
    assert pending._grade_batch(2 * CUSTOMERS) == 2 * half
    assert pending._grade_batch(CUSTOMERS) == 0
    one.cr.commit()
    other.cr.commit()
    assert waiting(env, customers) == []
    assert set(held(env, scheme_id).values()) == {"1"}
    assert moves(env, scheme_id) == customers


def test_worker_with_an_old_view_looks_anew(connect, scheme_id, customers):
    """Its snapshot is from before another worker's commit: no older level comes back."""
    env, old, new = connect(), connect(), connect()
    sell(env, customers[0])
    env.cr.commit()
    old.cr.execute("SELECT 1 FROM res_partner LIMIT 1")  # the snapshot is taken
    env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE name = 'S-CONC'")
    env["crm.grading.pending"]._push(customers[:1])
    env.cr.commit()
    assert batch_of(new, 10) == 2
    new.cr.commit()
    assert batch_of(old, 10) == 0
    old.cr.commit()
    assert held(env, scheme_id)[customers[0]] == "0"


def test_killed_job_goes_on(connect, scheme_id, customers):
    """The connection dies in a batch: those before stand, the next job does what was left."""
    env, victim, holder = connect(), connect(), connect()
    for customer in customers:  # one after the other: the queue is in this order
        sell(env, customer)
    env.cr.commit()
    # Somebody holds one result, so that the job stops half-way through its third batch.
    holder.cr.execute(
        "SELECT 1 FROM crm_grading_result WHERE scheme_id = %s AND partner_id = %s FOR UPDATE",
        [scheme_id, customers[25]],
    )
    kill_when_blocked(env, victim, lambda: job(victim, 10))
    holder.cr.rollback()
    assert waiting(env, customers) == customers[20:]
    assert moves(env, scheme_id) == customers[:20]
    env.cr.rollback()
    job(env, 10)
    assert waiting(env, customers) == []
    assert set(held(env, scheme_id).values()) == {"1"}
    assert moves(env, scheme_id) == customers


def test_change_during_a_full_run_is_graded_after_it(connect, scheme_id, customers):
    """The job leaves while the run goes on, and does its work after it."""
    env, runner = connect(), connect()
    sell(env, customers[0])
    env.cr.commit()
    scheme_of(runner, scheme_id)._lock(shared=False, wait=False)
    job(env)
    assert waiting(env, customers) == customers[:1]
    assert held(env, scheme_id)[customers[0]] == "0"
    runner.cr.rollback()
    job(env)
    assert waiting(env, customers) == []
    assert held(env, scheme_id)[customers[0]] == "1"


def change(env, partner_id, buys):
    """The customer buys, or gives all orders back; not committed."""
    if buys:
        order(env, partner_id)
    else:
        env.cr.execute(
            "DELETE FROM sale_order WHERE name = 'S-CONC' AND partner_id = %s", [partner_id]
        )
    env["crm.grading.pending"]._push([partner_id])


def sell_at_random(env, seed, customers):
    chance = random.Random(seed)
    for _round in range(40):
        try:
            change(env, chance.choice(customers), chance.random() < 0.5)
            env.cr.commit()
        except psycopg2.errors.SerializationFailure:
            env.cr.rollback()  # two sellers took away the same order


def work_until(env, finished):
    while not finished.is_set():
        batch_of(env, 2)
        env.cr.commit()


def in_thread(failures, work, *args):
    """Start ``work``; what it raises is put into ``failures``."""

    def run():
        try:
            with mute_logger("odoo.sql_db"):
                work(*args)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_sellers_and_workers_at_random(connect, scheme_id, customers):
    """Orders come and go while two grade; in the end each level is that of the orders."""
    few, failures, finished = customers[:6], [], threading.Event()
    sellers = [in_thread(failures, sell_at_random, connect(), n, few) for n in range(3)]
    workers = [in_thread(failures, work_until, connect(), finished) for _n in range(2)]
    for thread in sellers:
        thread.join(60)
    finished.set()
    for thread in workers:
        thread.join(60)
    assert failures == []
    env = connect()
    job(env)
    env.cr.execute("SELECT DISTINCT partner_id FROM sale_order WHERE name = 'S-CONC'")
    buyers = {row[0] for row in env.cr.fetchall()}
    found = held(env, scheme_id)
    assert {customer for customer in few if found[customer] == "1"} == buyers
    assert waiting(env, customers) == []
