"""An outside client, signed in as a dealer's salesperson, asks for another dealer's records."""

import json
import os
from urllib.parse import urlsplit

import odoorpc
import pytest
from http_client import Client, Refused
from roles import OWN

from odoo import SUPERUSER_ID, api

# What names a customer, in the models that people meet.
MODELS = (
    *("res.partner", "crm.vehicle", "crm.vehicle.ownership", "crm.service.visit", "crm.lead"),
    *("crm.contact.log", "sale.order", "account.move", "helpdesk.ticket", "loyalty.card"),
    *("crm.club.membership", "event.registration", "crm.care.reminder", "crm.grading.result"),
    *("crm.followup.call", "survey.user_input", "crm.rectification", "crm.credit.file"),
)
LOGIN = "sales"


@pytest.fixture(scope="module", name="client")
def _client(address):
    return Client(address, LOGIN)


@pytest.fixture(scope="module", name="foreign")
def _foreign(env):
    """``{model: record}`` of other dealers, each with a customer whose name nobody of ours has."""
    found = {}
    for name in MODELS:
        domain = [("dealer_id", "!=", False), ("dealer_id.code", "!=", OWN)]
        if name in ("res.partner", "crm.vehicle"):
            domain += [("served_by_own_dealer", "=", False)]
        if name == "res.partner":
            domain += [("partner_share", "=", True), ("type", "=", "contact")]
        record = env[name].search(domain, limit=1)
        assert record, f"The demo network has no {name} of a dealer other than {OWN}."
        found[name] = record
    return found


@pytest.fixture(scope="module", name="secrets")
def _secrets(env, foreign):
    """Names, phones and plates of those records, as they are in an answer of any kind."""
    said = set()
    for record in foreign.values():
        partner = record if record._name == "res.partner" else record["partner_id"]
        said |= {partner.name, partner.phone, partner.email}
        said |= {record[name] for name in ("plate", "vin", "summary") if name in record._fields}
    said = {word for word in said if word and len(word) > 2}
    # A name that a customer of ours, or a user, bears as well is none.
    known = env["res.partner"].search(
        [("name", "in", list(said)), "|", ("dealer_id", "=", False), ("dealer_id.code", "=", OWN)]
    )
    return said - set(known.mapped("name"))


@pytest.fixture(name="tells")
def _tells(secrets):
    """Function that says which secrets are in a text, as it is or as JSON writes it."""

    def tells(text):
        return [w for w in secrets if w in text or json.dumps(w)[1:-1] in text]

    return tells


@pytest.fixture(name="key")
def _key(registry):
    """A key of the salesperson's, as they make one in the preferences; gone afterwards."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        user = env["res.users"].search([("login", "=", LOGIN)])
        key = env(user=user.id)["res.users.apikeys"].sudo()._generate(None, "Walk", None)
    yield key
    with registry.cursor() as cr:
        keys = api.Environment(cr, SUPERUSER_ID, {})["res.users.apikeys"]
        keys.search([("name", "=", "Walk"), ("user_id.login", "=", LOGIN)])._remove()


def test_odoorpc(address, foreign, tells):
    """An outside client of somebody else's making."""
    where = urlsplit(address)
    odoo = odoorpc.ODOO(where.hostname, port=where.port)
    odoo.login(os.environ["PGDATABASE"], LOGIN, LOGIN)
    for name, record in foreign.items():
        for method, *args in (
            ("read", record.ids),
            ("write", record.ids, {"active": False}),
            ("unlink", record.ids),
            ("copy", record.ids),
            ("export_data", record.ids, ["id", "display_name"]),
            ("web_read", record.ids, {"display_name": {}}),
            ("message_post", record.ids),
        ):
            try:
                answer = odoo.execute(name, method, *args)
            except odoorpc.error.RPCError as error:
                assert not tells(str(error.info)), (name, method)
                continue
            # Models that have no such method, or read nothing of it, answer with nothing.
            assert not answer or not tells(str(answer)), (name, method, answer)
        ids = [("id", "in", record.ids)]
        try:
            assert odoo.execute(name, "search_count", ids) == 0, name
        except odoorpc.error.RPCError as error:
            assert "not allowed" in str(error), name


def test_json_with_a_key(client, key, foreign, tells):
    """``/json/2`` with a bearer's key."""
    headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": os.environ["PGDATABASE"]}
    session = Client(client.address).session
    session.headers.update(headers)

    def ask(name, method, /, **params):
        return session.post(f"{client.address}/json/2/{name}/{method}", json=params)

    mine = ask("res.partner", "search_read", domain=[], fields=["name"], limit=1)
    assert mine.ok and mine.json(), "the key opens what is ours"
    for name, record in foreign.items():
        ids = record.ids
        for method, params in {
            "read": {"ids": ids, "fields": ["display_name"]},
            "write": {"ids": ids, "vals": {"dealer_id": False}},
            "unlink": {"ids": ids},
            "web_search_read": {"domain": [["id", "in", ids]], "specification": {}},
            "search_read": {"domain": [["id", "in", ids]], "fields": ["display_name"]},
            "formatted_read_group": {"domain": [["id", "in", ids]], "aggregates": ["__count"]},
            "name_search": {"name": record.display_name},
        }.items():
            answer = ask(name, method, **params)
            assert not tells(answer.text), (name, method)
            if method in ("read", "write", "unlink"):
                assert answer.status_code >= 400, (name, method)
    assert all(record.exists() for record in foreign.values())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export(client, foreign, tells, form):
    for name, record in foreign.items():
        for asked in (
            {"ids": record.ids, "domain": []},
            {"ids": False, "domain": [["id", "in", record.ids]]},
        ):
            data = {
                "model": name,
                "fields": [{"name": "display_name", "label": "Name", "type": "char"}],
                "import_compat": False,
                "groupby": [],
                **asked,
            }
            answer = client.post(f"/web/export/{form}", data=json.dumps(data))
            assert not tells(answer.content.decode("utf-8", "ignore")), (name, asked)
            assert form == "xlsx" or record.display_name not in answer.text, (name, asked)


def test_reports(env, client, foreign, tells):
    """Whatever can be printed of the model."""
    reports = env["ir.actions.report"].search([("model", "in", list(foreign))])
    refused = 0
    for report in reports:
        record = foreign[report.model]
        answer = client.get(f"/report/html/{report.report_name}/{record.id}")
        assert not tells(answer.text), report.report_name
        assert record.display_name not in answer.text, report.report_name
        refused += answer.status_code >= 400
    # A print of files alone has an empty page.
    assert 3 < refused >= len(reports) - 1


def test_files(env, client, foreign):
    """Files of foreign records, and what is kept in their fields."""
    for name, record in foreign.items():
        files = env["ir.attachment"].search(
            [("res_model", "=", name), ("res_field", "=", False), ("public", "=", False)], limit=40
        )
        seen = files.with_user(client.uid)._filtered_access("read")
        for file in (files - seen)[:5]:
            for route in ("content", "image"):
                answer = client.get(f"/web/{route}/{file.id}")
                assert answer.status_code == 404 or answer.content != file.raw, (name, file.name)
        for field in record._fields.values():
            if field.type == "binary" and record[field.name]:
                for route in ("content", "image"):
                    answer = client.get(f"/web/{route}/{name}/{record.id}/{field.name}")
                    kept = record.with_context(bin_size=False)[field.name]
                    assert answer.status_code == 404 or answer.content != kept, (name, field.name)


def test_chatter(client, foreign, tells):
    for name, record in foreign.items():
        thread = {"thread_model": name, "thread_id": record.id}
        for route, params in (
            ("/mail/thread/messages", thread),
            ("/mail/data", {"fetch_params": [["mail.thread", {**thread, "request_list": FULL}]]}),
            ("/mail/message/post", {**thread, "post_data": {"body": "Hello"}}),
            ("/mail/thread/recipients", thread),
            ("/mail/read_subscription_data", {"follower_id": 1}),
        ):
            try:
                answer = client.rpc(route, **params)
            except Refused:
                continue
            assert not tells(json.dumps(answer, ensure_ascii=False)), (name, route)
            assert route != "/mail/message/post", name


# What the web client asks of a thread.
FULL = [
    *("activities", "attachments", "followers", "messages"),
    *("scheduledMessages", "suggestedRecipients"),
]


def test_bus(client, foreign, tells):
    """Who asks for a foreign record's channel, by whatever name, hears a channel without it.

    The route of clients without a websocket subscribes by the same method.
    """
    names = [
        text.format(record._name, record.id)
        for record in foreign.values()
        for text in ("{}_{}", "{},{}", "odoo-presence-{}_{}")
    ]
    asked = {"channels": names, "last": 0, "is_first_poll": True}
    answer = client.rpc("/websocket/peek_notifications", **asked)
    assert not tells(json.dumps(answer, ensure_ascii=False))
    # A name stays a name; what is said to a record goes to [database, model, id].
    heard = {tuple(channel[1:]) for channel in answer["channels"] if len(channel) > 2}
    assert ("res.partner", client.partner_id) in heard
    assert not heard & {(record._name, record.id) for record in foreign.values()}


def test_onchange(client, foreign, tells):
    """A form that is filled with a foreign record is not completed from it."""
    spec = {"partner_id": {"fields": {"display_name": {}}}}
    asked = 0
    for name in ("crm.lead", "crm.contact.log", "crm.service.visit", "helpdesk.ticket"):
        fields = client.call(name, "fields_get", [], ["type", "relation"])
        for field in ("partner_id", "vehicle_id"):
            record = foreign.get(fields.get(field, {}).get("relation"))
            if record is None:
                continue
            shown = {**spec, field: {"fields": {"display_name": {}}}}
            asked += 1
            try:
                answer = client.call(name, "onchange", [], {field: record.id}, [field], shown)
            except Refused:
                continue
            assert not tells(json.dumps(answer, ensure_ascii=False)), (name, field)
    assert asked > 4


def test_buttons(client, env, foreign):
    """Each button of the forms."""
    refused = 0
    for name, record in foreign.items():
        asked = env[name].with_user(client.uid)
        if not asked.has_access("read"):
            continue
        arch = asked.get_view(view_type="form")["arch"]
        for method in sorted(set(_buttons(arch)))[:12]:
            try:
                params = {"model": name, "method": method, "args": [record.ids], "kwargs": {}}
                answer = client.rpc("/web/dataset/call_button", **params)
            except Refused:
                refused += 1
                continue
            # A button that only opens a window tells what was asked.
            assert not answer or answer.get("type", "").startswith("ir.actions"), (name, method)
    assert refused > 20


def _buttons(arch):
    from lxml import etree

    for button in etree.fromstring(arch).iter("button"):
        if button.get("type") == "object":
            yield button.get("name")
