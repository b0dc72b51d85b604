"""Two Odoo installations on one database, workers and scheduled actions in each (rule 5)."""

import re

import pytest
from scale_site import Server, Visitor, copied, environment, sql, wait_for
from scale_work import heap, left, poke, wake, wrong

DATABASE = "trial_scale_workers"
_STARTED = re.compile(r"Job '([^']+)' \(\d+\) starting")
_BAD = ("could not serialize", "deadlock", " ERROR ", " CRITICAL ")


@pytest.fixture(scope="module", name="ids")
def _ids():
    with copied(DATABASE) as database:
        yield heap(database)


@pytest.fixture(scope="module", name="servers")
def _servers(ids, tmp_path_factory):
    """One with four workers, one with threads; each looks after scheduled actions by two."""
    folder = tmp_path_factory.mktemp("servers")
    with (
        Server(DATABASE, folder / "a.log", "--workers=4", "--max-cron-threads=2") as one,
        Server(DATABASE, folder / "b.log", "--max-cron-threads=2") as two,
    ):
        yield one, two


def test_each_piece_is_done_once_by_two_installations(ids, servers):
    wake(DATABASE)
    seconds = wait_for(lambda: left(DATABASE, ids), 240, lambda: poke(DATABASE))
    # All of it again: whatever is done must not be done anew.
    wake(DATABASE)
    _wait_until_rested()
    assert wrong(DATABASE, ids) == {}
    said = [server.said() for server in servers]
    started = [set(_STARTED.findall(text)) for text in said]
    assert all(started), started
    for text in said:
        assert [line for line in text.splitlines() if any(bad in line for bad in _BAD)] == []
    print(f"all done in {seconds:.0f} s by", [len(_STARTED.findall(text)) for text in said])


def _wait_until_rested():
    due = """SELECT cron_name FROM ir_cron WHERE active
              AND nextcall <= now() AT TIME ZONE 'UTC'"""
    wait_for(lambda: sql(DATABASE, due), 120, lambda: poke(DATABASE))


def test_a_right_withdrawn_in_one_is_gone_in_the_other(ids, servers):
    """What a process keeps of users' dealers and rules is cleared in all at their next request."""
    one, two = servers
    with environment(DATABASE) as env:
        user = env["res.users"].search([("login", "=", "sales")])
        dealer = user.dealer_ids[:1]
        mine = [("dealer_id", "in", user.dealer_ids.ids)]
        assert env["res.partner"].search_count(mine)
        ids_of = {"user": user.id, "dealers": user.dealer_ids.ids, "dealer": dealer.id}
    admin, sales = Visitor(one, DATABASE, "admin"), Visitor(two, DATABASE, "sales")
    again = Visitor(one, DATABASE, "sales")
    for turn in range(6):  # so that each of the four workers has been asked
        count = "res.partner", "search_count", [mine]
        seen = {person.call(*count) for person in (sales, again)}
        assert 0 not in seen, turn
    admin.call("res.users", "write", [[ids_of["user"]], {"dealer_ids": [[6, 0, []]]}])
    for _turn in range(6):
        assert [person.call(*count) for person in (sales, again)] == [0, 0]
    admin.call("crm.dealer", "write", [
        [ids_of["dealer"]], {"user_ids": [[4, ids_of["user"]]]}
    ])  # fmt: skip
    for _turn in range(6):
        assert all(person.call(*count) for person in (sales, again))
