"""A delivery clicked in two tabs at the same instant: real connections, real commits (C6)."""

import threading

import pytest
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.fields import Date
from odoo.modules.registry import Registry
from odoo.tools import config, mute_logger

VIN = "LSVAU2180N2183294"


@pytest.fixture(name="registry")
def _registry():
    return Registry(config["db_name"][0])


def environment(cursor):
    return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})


@pytest.fixture(name="lead_id")
def _lead(registry):
    """A committed won lead, removed afterwards with what came of it."""
    with registry.cursor() as cursor:
        env = environment(cursor)
        dealer = env["crm.dealer"].create({"name": "Concurrency", "code": "T-DELIV"})
        partner = env["res.partner"].create({"name": "Concurrency", "dealer_id": dealer.id})
        lead = env["crm.lead"].create(
            {"name": "Concurrency", "partner_id": partner.id, "dealer_id": dealer.id}
        )
        lead.action_set_won()
        keys = lead.id, partner.id, dealer.id
    yield keys[0]
    with registry.cursor() as cursor:
        env = environment(cursor)
        lead = env["crm.lead"].browse(keys[0])
        if lead.delivered_on:
            lead._undo_delivery("Test")
        env["crm.lead.delivery.log"].search([("lead_id", "=", lead.id)]).unlink()
        lead.unlink()
        env["crm.vehicle"].search([("vin", "=", VIN)]).unlink()
        env["res.partner"].browse(keys[1]).unlink()
        env["crm.dealer"].browse(keys[2]).unlink()


def deliver(env, lead_id):
    lead = env["crm.lead"].browse(lead_id)
    return lead._deliver(VIN, {"delivery_date": Date.today()})


def test_two_tabs_at_the_same_instant(registry, lead_id):
    """The second waits for the first, is refused by the database, and finds it on its retry."""
    first, second = registry.cursor(), registry.cursor()
    caught = []

    def click():
        try:
            deliver(environment(second), lead_id)
        except SerializationFailure as error:
            caught.append(error)

    try:
        environment(second)["crm.lead"].browse(lead_id).name  # noqa: B018 - takes the snapshot
        made = deliver(environment(first), lead_id)
        made.env.flush_all()
        with mute_logger("odoo.sql_db"):
            thread = threading.Thread(target=click)
            thread.start()
            thread.join(0.5)
            assert thread.is_alive(), "the second click must wait"
            first.commit()
            thread.join(10)
        assert caught, "the server tries this error again"
        second.rollback()
        again = deliver(environment(second), lead_id)  # as the server's retry does
        assert again.id == made.id
        env = environment(second)
        assert env["crm.vehicle"].search_count([("vin", "=", VIN)]) == 1
        assert env["crm.lead.delivery.log"].search_count([("lead_id", "=", lead_id)]) == 1
    finally:
        first.close()
        second.close()
