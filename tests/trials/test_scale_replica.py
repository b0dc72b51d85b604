"""Pages and figures that only read come from a replica; it may lag, and it may be away."""

import re
import statistics
from functools import partial

import pytest
from scale_replica import PORT, replica
from scale_site import Server, Visitor, copied, sql

DATABASE = "trial_scale_replica"
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
    """Models that actions of ours open, and the list that they show; False for the ERP's."""
    return [
        (name, view or False)
        for name, view in sql(
            DATABASE,
            """SELECT a.res_model, max(COALESCE(shown.view_id, list.id, 0)) FROM ir_act_window a
                 JOIN ir_model_data d ON d.model = 'ir.actions.act_window' AND d.res_id = a.id
                 JOIN ir_model m ON m.model = a.res_model AND NOT m.transient
                 LEFT JOIN ir_act_window_view shown
                        ON shown.act_window_id = a.id AND shown.view_mode = 'list'
                 LEFT JOIN ir_ui_view list ON list.id = a.view_id AND list.type = 'list'
                WHERE d.module LIKE 'crm_dealer_%%' GROUP BY 1 ORDER BY 1""",
        )
    ]


def _shown(person, model, view):
    """The fields of the list of a model that ours open, as the web client asks for them."""
    found = person.call(model, "get_views", [[[view, "list"]]])
    known = found["models"][model]["fields"]
    names = set(re.findall(r'<field name="(\w+)"', found["views"]["list"]["arch"]))
    return {name: {} for name in names & known.keys()}


def test_cockpits_come_from_the_replica(standby, server):
    for login in ("manager", "callcentre", "auditor", "oem"):
        person = Visitor(server, DATABASE, login)
        before = standby.statements()
        ask = partial(person.call, "crm.cockpit", "page", [{}])
        assert server.modes(ask) == ["ro"], login
        assert standby.statements() - before > 20, login


def test_lists_and_reports_come_from_the_replica(standby, server):
    """Every list of ours, by the roles that may see it; none writes while it is read."""
    modes = {}
    for login in ("manager", "auditor", "oem"):
        person = Visitor(server, DATABASE, login)
        for model, view in _views():
            if not person.call(model, "has_access", [[], "read"]):
                continue

            spec = _shown(person, model, view)

            def look(person=person, model=model, spec=spec):
                person.call(model, "web_search_read", [[]], specification=spec, limit=40)
                person.call(model, "formatted_read_group", [[]], aggregates=["__count"])

            modes[login, model] = set(server.modes(look))
    assert len(modes) > 100
    assert {key: found for key, found in modes.items() if found != {"ro"}} == {}
    print(len(modes), "lists")


def test_weak_points_come_from_the_replica(standby, server):
    person = Visitor(server, DATABASE, "auditor")
    model = "crm.satisfaction.version"
    versions = person.call(model, "weak_point_options", [])["versions"]

    def look():
        person.call(model, "weak_point_options", [])
        person.call(model, "weak_points", [[versions[0]["id"]], {}, "factor"])

    assert server.modes(look) == ["ro", "ro"]


def test_members_pages_come_from_the_replica(standby, server):
    """No page of a member writes while it is opened."""
    member = Visitor(server, DATABASE, "member")
    for path in PAGES:
        member.page(path)  # the first look compiles templates
        assert server.modes(partial(member.page, path)) == ["ro"], path
    assert server.modes(partial(member.page, "/my/club/book")) == ["rw"]


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
        assert server.modes(partial(member.page, address)) == ["rw"]
        # Another session of the same person reads what the replica knows.
        other = Visitor(server, DATABASE, "member")
        assert server.modes(partial(other.page, address)) == ["ro"]
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
    """Who asks gets an answer of the primary."""
    person = Visitor(server, DATABASE, "manager")
    member = Visitor(server, DATABASE, "member")
    standby.stop()
    try:
        for _turn in range(3):
            cockpit = partial(person.call, "crm.cockpit", "page", [{}])
            assert server.modes(cockpit) == ["rw"]
            assert server.modes(partial(member.page, PAGES[0])) == ["rw"]
    finally:
        standby.start()
    assert "falling back to read-write cursor" in server.said()
