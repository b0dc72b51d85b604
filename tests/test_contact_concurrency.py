"""The nightly job for due contacts, killed and doubled: real connections, real commits (G12)."""

import threading
from datetime import timedelta

import psycopg2
import pytest

from odoo import Command
from odoo.tools import mute_logger

CUSTOMERS = 60


def make_due(env):
    """Customers at a level that asks for a contact every five days, the last one nine days ago."""
    dealer = env["crm.dealer"].create({"name": "Concurrency", "code": "T-DUE"})
    user = env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Due",
            "login": "t_due",
            "group_ids": [Command.set([env.ref("crm_dealer_grading.group_dealer_user").id])],
            "dealer_ids": [Command.set(dealer.ids)],
        }
    )  # fmt: skip
    scheme = env["crm.grading.scheme"].create(
        {
            "name": "Due",
            "code": "test_due",
            "method": "manual",
            "level_ids": [
                Command.create({"name": "Due", "code": "D", "contact_interval_days": 5})
            ],
        }
    )
    partners = env["res.partner"].create(
        [{"name": f"D{i}", "dealer_id": dealer.id} for i in range(CUSTOMERS)]
    )
    since = env["crm.contact.due"]._today() - timedelta(9)
    env["crm.grading.result"].create(
        [
            {
                "partner_id": partner.id,
                "scheme_id": scheme.id,
                "level_id": scheme.level_ids.id,
                "since": since,
            }
            for partner in partners
        ]
    )
    return partners, scheme, user, dealer


@pytest.fixture(name="customers")
def _customers(connect):
    """Ids of committed customers whose contact is due, removed afterwards."""
    env = connect()
    # Nobody else's customers: those of the demo network are as due as these.
    env.cr.execute("SELECT id, contact_interval_days, min_contacts FROM crm_grading_level")
    kept = env.cr.fetchall()
    env.cr.execute("UPDATE crm_grading_level SET contact_interval_days = 0, min_contacts = 0")
    env.invalidate_all()
    made = partners, *_others = make_due(env)
    env.cr.commit()
    yield partners.ids
    env.cr.rollback()
    env.cr.execute("DELETE FROM mail_activity WHERE res_model = 'res.partner' AND res_id = ANY(%s)",
                   [partners.ids])  # fmt: skip
    for records in made:
        records.unlink()
    for level, days, least in kept:
        env.cr.execute(
            "UPDATE crm_grading_level SET contact_interval_days = %s, min_contacts = %s"
            " WHERE id = %s",
            [days, least, level],
        )
    env.cr.commit()


def activities(env, customers):
    """Customer of each activity, as committed."""
    env.cr.rollback()
    env.cr.execute(
        "SELECT res_id FROM mail_activity WHERE res_model = 'res.partner' AND res_id = ANY(%s)",
        [customers],
    )
    return sorted(row[0] for row in env.cr.fetchall())


def states(env, customers):
    env.cr.rollback()
    env.cr.execute(
        "SELECT state, count(*) FROM crm_contact_due WHERE partner_id = ANY(%s) GROUP BY 1",
        [customers],
    )
    return dict(env.cr.fetchall())


def run(env, batch):
    with mute_logger("odoo.sql_db"):
        env["crm.contact.due"]._cron_plan(batch)


def kill(env, victim):
    victim.cr.execute("SELECT pg_backend_pid()")
    [pid] = victim.cr.fetchone()
    env.cr.execute("SELECT pg_terminate_backend(%s)", [pid])
    env.cr.rollback()


def test_twice_makes_no_second_activity(connect, customers):
    run(connect(), 7)
    run(connect(), 7)
    env = connect()
    assert activities(env, customers) == customers
    assert states(env, customers) == {"planned": CUSTOMERS}


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_killed_after_some_batches_goes_on(connect, customers, batches, monkeypatch):
    """The connection dies in the middle of a batch; the next run does what was left."""
    env, victim = connect(), connect()
    due = type(victim["crm.contact.due"])
    plain, done = due._hand_out, []

    def dying(self, today):
        plain(self, today)
        if not self:
            return  # what an earlier run left: nothing
        if self.env.cr is victim.cr and len(done) == batches:
            kill(env, victim)
            self.env.cr.execute("SELECT 1")
        done.append(len(self))

    monkeypatch.setattr(due, "_hand_out", dying)
    with pytest.raises(psycopg2.Error):
        run(victim, 10)
    assert len(activities(env, customers)) == batches * 10
    assert states(env, customers)["found"] == CUSTOMERS - batches * 10
    run(connect(), 10)
    assert activities(env, customers) == customers
    assert states(env, customers) == {"planned": CUSTOMERS}


def test_killed_while_looking_leaves_nothing(connect, customers, monkeypatch):
    env, victim = connect(), connect()
    due = type(victim["crm.contact.due"])
    plain = due._find

    def dying(self, today, partner_ids=None):
        found = plain(self, today, partner_ids)
        if self.env.cr is victim.cr:
            kill(env, victim)
        return found

    monkeypatch.setattr(due, "_find", dying)
    with pytest.raises(psycopg2.Error):
        run(victim, 10)
    assert states(env, customers) == {}
    run(connect(), 10)
    assert activities(env, customers) == customers


def test_two_workers_take_different_batches(connect, customers):
    """Both wait for each other inside a batch, so they hold one at the same time."""
    first, second = connect(), connect()
    first["crm.contact.due"]._find(first["crm.contact.due"]._today())
    first.cr.commit()
    taken = [
        env["crm.contact.due"]._take(20, env["crm.contact.due"]._today()).ids
        for env in (first, second)
    ]
    assert len(taken[0]) == len(taken[1]) == 20
    assert not set(taken[0]) & set(taken[1])
    first.cr.rollback()
    second.cr.rollback()


@pytest.mark.parametrize(("workers", "batch"), [(4, 5), (8, 1)])
def test_many_workers_at_once(connect, customers, workers, batch):
    envs = [connect() for _worker in range(workers)]
    barrier, errors = threading.Barrier(workers), []

    def work(env):
        barrier.wait()
        try:
            run(env, batch)
        except psycopg2.Error as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=[env]) for env in envs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    env = connect()
    # A worker may give way; the job is called again and finds nothing done twice.
    run(env, batch)
    assert activities(env, customers) == customers
    assert states(env, customers) == {"planned": CUSTOMERS}
    assert not errors
