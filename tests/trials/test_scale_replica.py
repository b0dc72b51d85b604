"""Pages and figures that only read come from a replica; it may lag, and it may be away."""

import re
import statistics
import time

import pytest
from scale_replica import PORT, replica
from scale_site import Server, Visitor, copied, sql

DATABASE = "trial_scale_replica"
# Odoo says so when a route that is marked as reading has written.
_WROTE = re.compile(r"retrying with a read/write cursor")
PAGES = (
    "/my/club", "/my/club/vehicles", "/my/club/visits", "/my/club/points", "/my/club/benefits",
    "/my/club/activities", "/my/club/complaints", "/my/club/complaints/new", "/my/club/rescues",
    "/my/club/rescues/new", "/my/club/profile", "/my/club/referral", "/my/club/leave",
)  # fmt: skip


@pytest.fixture(scope="module", name="standby")
def _standby():
    with copied(DATABASE), replica() as one:
        one.catch_up()
        yield one


@pytest.fixture(scope="module", name="server")
def _server(standby, tmp_path_factory):
    log = tmp_path_factory.mktemp("replica") / "server.log"
    options = ("--max-cron-threads=0", f"--db_replica_port={PORT}")
    where = f"--db_replica_host={standby.folder}"
    with Server(DATABASE, log, where, *options) as server:
        yield server


def _views():
    """Models with menus of ours, with a list or a pivot behind them."""
    return [
        name
        for (name,) in sql(
            DATABASE,
            """SELECT DISTINCT a.res_model FROM ir_act_window a
                 JOIN ir_model_data d ON d.model = 'ir.actions.act_window' AND d.res_id = a.id
                 JOIN ir_model m ON m.model = a.res_model AND NOT m.transient
                WHERE d.module LIKE 'crm_dealer_%%' ORDER BY 1""",
        )
    ]


def _asked(standby, server, ask):
    """Statements on the replica, and how often Odoo had to repeat, while ``ask`` runs."""
    before, wrote = standby.statements(), len(_WROTE.findall(server.said()))
    ask()
    return standby.statements() - before, len(_WROTE.findall(server.said())) - wrote


def test_cockpits_come_from_the_replica(standby, server):
    for login in ("manager", "callcentre", "auditor", "oem"):
        person = Visitor(server, DATABASE, login)
        person.call("crm.cockpit", "page", [{}])
        asked, again = _asked(standby, server, lambda p=person: p.call("crm.cockpit", "page", [{}]))
        assert asked > 20, login
        assert again == 0, login


def test_lists_and_reports_come_from_the_replica(standby, server):
    """Every list of ours, by the roles that may see it; none writes while it is read."""
    from_here = {}
    for login in ("manager", "auditor", "oem"):
        person = Visitor(server, DATABASE, login)
        for model in _views():
            if not person.call(model, "has_access", [[], "read"]):
                continue

            def look(person=person, model=model):
                names = person.call(model, "fields_get", attributes=["type", "searchable"])
                plain = [n for n, f in names.items() if f["type"] not in ("binary", "properties")]
                spec = {name: {} for name in plain}
                person.call(model, "web_search_read", [[]], specification=spec, limit=40)
                person.call(model, "formatted_read_group", [[]], aggregates=["__count"])

            asked, again = _asked(standby, server, look)
            from_here[login, model] = asked, again
    assert len(from_here) > 100
    assert [key for key, (asked, _again) in from_here.items() if not asked] == []
    assert [key for key, (_asked_, again) in from_here.items() if again] == []


def test_weak_points_come_from_the_replica(standby, server):
    person = Visitor(server, DATABASE, "auditor")
    model = "crm.satisfaction.version"
    versions = person.call(model, "weak_point_options", [])["versions"]

    def look():
        person.call(model, "weak_point_options", [])
        person.call(model, "weak_points", [[versions[0]["id"]], {}, "factor"])

    asked, again = _asked(standby, server, look)
    assert asked > 10 and again == 0


def test_members_pages_come_from_the_replica(standby, server):
    """No page of a member writes while it is opened."""
    member = Visitor(server, DATABASE, "member")
    for path in PAGES:
        member.page(path)  # the first look compiles templates
        asked, again = _asked(standby, server, lambda path=path: member.page(path))
        assert asked, path
        assert again == 0, path


def test_whoever_did_something_sees_it(standby, server):
    """The replica stands still; who has just changed something reads the primary."""
    member = Visitor(server, DATABASE, "member")
    vehicle = int(re.search(r"/my/club/vehicles/(\d+)", member.page("/my/club/vehicles"))[1])
    address = f"/my/club/vehicles/{vehicle}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', member.page(address))[1]
    [[km]] = sql(DATABASE, "SELECT max(mileage) FROM crm_vehicle WHERE id = %s", [vehicle])
    km = (km or 0) + 17
    with standby.behind():
        answer = member.session.post(
            f"{server.address}{address}/mileage", data={"km": km, "csrf_token": token}, timeout=60
        )
        shown = re.sub(r"\D", "", answer.text)
        assert answer.status_code == 200 and str(km) in shown
        asked, _again = _asked(standby, server, lambda: member.page(address))
        assert not asked
        # Another session of the same person reads what the replica knows.
        other = Visitor(server, DATABASE, "member")
        asked, _again = _asked(standby, server, lambda: other.page(address))
        assert asked
    standby.catch_up()
    assert str(km) in re.sub(r"\D", "", other.page(address))


def test_how_far_it_lags(standby, server):
    """Figures for SCALE.md: a commit is seen here after milliseconds."""
    lags = []
    for _turn in range(30):
        sql(DATABASE, "UPDATE res_partner SET comment = comment WHERE id < 500")
        lags.append(standby.catch_up())
    print(f"lag: median {statistics.median(lags) * 1000:.0f} ms, most {max(lags) * 1000:.0f} ms")
    assert statistics.median(lags) < 5


def test_a_replica_that_is_away(standby, server):
    """Who asks gets an answer of the primary; when it is back it is used again after minutes."""
    person = Visitor(server, DATABASE, "manager")
    member = Visitor(server, DATABASE, "member")
    standby.stop()
    begin = time.monotonic()
    try:
        for _turn in range(3):
            assert person.call("crm.cockpit", "page", [{}])["cards"]
            assert member.page("/my/club")
    finally:
        standby.start()
    print(f"without the replica: {time.monotonic() - begin:.1f} s")
    assert "falling back to read-write cursor" in server.said()
    assert person.call("crm.cockpit", "page", [{}])["cards"]
