"""Every route of ours, asked by everybody for what is not theirs: ``routes.csv``.

Numbers are those of another customer's records, tokens are guessed. What is sent has the session's
token where it names a record; without one it is sent without, and refused.
"""

import csv
import re
import threading
from pathlib import Path

import pytest
from http_client import Client

TABLE = Path(__file__).with_name("routes.csv")
SUITE = ("crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey")
ROLES = ("public", "member", "sales", "oem")
HEAD = ["route", "method", *ROLES]
HOW_TO = (
    "Compare with what ought to be, then put these lines into tests/access/routes.csv. 'login' "
    "asks to sign in, 'away' leads elsewhere, 'page' shows something, else the status. A route "
    "that names a record of another kind needs its number in FOREIGN (test_routes.py)."
)
# Whose records a member must not reach, by the name in the route.
FOREIGN = {
    "vehicle_id": ("crm.vehicle", [("partner_id.user_ids.login", "=", "member2")]),
    "visit_id": ("crm.service.visit", [("partner_id.user_ids.login", "=", "member2")]),
    "ticket_id": ("helpdesk.ticket", [("crm_kind", "!=", False), ("partner_id", "!=", False)]),
    "photo_id": ("ir.attachment", [("res_model", "=", "helpdesk.ticket")]),
    "activity_id": ("event.event", [("is_club_activity", "=", True), ("dealer_id", "=", False)]),
    "merchant_id": ("crm.club.merchant", []),
    "import_id": ("base_import.import", []),
    "number": ("crm.training.participant", [("dealer_id.code", "!=", "SH01")]),
    "model": "res.partner",
    "kind": "customers",
    "page": 1,
}
GUESSED = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module", name="clients")
def _clients(address):
    return {role: Client(address, None if role == "public" else role) for role in ROLES}


def table():
    with TABLE.open() as file:
        return {(row["route"], row["method"]): row for row in csv.DictReader(file)}


def routes(env):
    """``{(route, method)}`` of our controllers, also of those that we only override."""
    # The map asks the thread which database it serves.
    threading.current_thread().dbname = env.cr.dbname
    found = set()
    for rule in env["ir.http"].routing_map().iter_rules():
        endpoint = rule.endpoint.func
        if any(f".{addon}." in f".{endpoint.__module__}." for addon in SUITE):
            methods = (rule.methods or {"GET"}) - {"OPTIONS", "HEAD"}
            kind = rule.endpoint.routing.get("type")
            found |= {(rule.rule, "JSON" if kind == "jsonrpc" else m) for m in methods}
    return found


def foreign(env, name):
    meant = FOREIGN.get(name, GUESSED)
    if not isinstance(meant, tuple):
        return str(meant)
    model, domain = meant
    # The member's own are not foreign.
    mine = env["res.users"].search([("login", "=", "member")]).partner_id
    if "partner_id" in env[model]._fields:
        domain = [*domain, ("partner_id", "not in", mine.ids)]
    return str(env[model].search(domain, limit=1).id or 999999)


def measured(env, clients, route, method):
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: foreign(env, found[1]), route)
    names = "<" in route
    return {
        "route": route,
        "method": method,
        **{role: clients[role].outcome(path, method, token=names) for role in ROLES},
    }


def line(row):
    return ",".join(row[name] for name in HEAD)


def test_every_route_has_a_row(env, clients):
    missing = sorted(routes(env) - set(table()))
    lines = [line(measured(env, clients, *key)) for key in missing]
    assert not missing, "\n".join(["Routes without a row.", HOW_TO, ",".join(HEAD), *lines])
    gone = sorted(set(table()) - routes(env))
    assert not gone, f"Take these lines out of {TABLE.name}: {gone}"


def test_what_each_route_answers(env, clients):
    found = []
    for key, row in table().items():
        now = measured(env, clients, *key)
        if now != row:
            found.append(f"{line(now)}\n    was: {line(row)}")
    assert not found, "\n".join(["Routes that answer otherwise.", HOW_TO, *found])
