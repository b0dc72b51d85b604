"""Audits and verifications on several connections: begin, edit and draw at once (S9)."""

from datetime import date

import pytest
from simultaneous import at_once

from odoo import Command

CODE = "T-AUDIT"


def sold(env):
    """A dealer, and the buyers of thirty vehicles that it handed over."""
    dealer = env["crm.dealer"].create({"name": CODE, "code": CODE})
    buyers = env["res.partner"].create(
        [{"name": f"{CODE} {number}", "dealer_id": dealer.id} for number in range(30)]
    )
    env["crm.vehicle"].create(
        [{"partner_id": buyer.id, "dealer_id": dealer.id, "selling_dealer_id": dealer.id,
          "delivery_date": date(2026, 2, 1)} for buyer in buyers]
    )  # fmt: skip
    return dealer, buyers


@pytest.fixture(name="made")
def _made(connect):
    """A dealer with thirty vehicles sold, a checklist and two audits; removed afterwards."""
    env = connect()
    people = env["res.users"].with_context(active_test=False, no_reset_password=True)
    group = env.ref("crm_dealer_grading.group_oem_auditor")
    auditor = people.search([("login", "=", CODE)]) or people.create(
        {"name": CODE, "login": CODE, "group_ids": [Command.set(group.ids)]}
    )
    auditor.active = True
    dealer, buyers = sold(env)
    section = {"name": CODE, "item_ids": [Command.create({"name": CODE}) for _n in range(3)]}
    checklist = env["crm.audit.checklist"].create(
        {"name": CODE, "code": CODE, "section_ids": [Command.create(section)]}
    )
    values = {"dealer_id": dealer.id, "checklist_id": checklist.id}
    audits = env["crm.audit"].with_user(auditor).create([values] * 2)
    sample = env["crm.audit.sample"].with_user(auditor).create(
        {"dealer_id": dealer.id, "date_from": "2026-01-01", "date_to": "2026-03-01"}
    )
    env.cr.commit()
    yield {"auditor": auditor.id, "checklist": checklist.id, "audits": audits.ids,
           "sample": sample.id}  # fmt: skip
    env.cr.rollback()
    for table in ("crm_audit", "crm_audit_sample"):
        env.cr.execute(f"DELETE FROM {table} WHERE dealer_id = %s", [dealer.id])
    env.cr.execute("DELETE FROM crm_audit_checklist WHERE code = %s", [CODE])
    for model in ("mail.message", "mail.activity"):
        name = "res_model" if model == "mail.activity" else "model"
        env[model].search([(name, "=", "crm.audit"), ("res_id", "in", audits.ids)]).unlink()
    vehicles = env["crm.vehicle"].search([("selling_dealer_id", "=", dealer.id)])
    vehicles.ownership_ids.unlink()
    vehicles.unlink()
    buyers.unlink()
    dealer.unlink()
    auditor.active = False
    env.cr.commit()


def test_drawn_once(registry, connect, made):
    """Two press “Draw” at once: one list."""

    def draw(env):
        env["crm.audit.sample"].browse(made["sample"]).action_draw()

    outcomes = at_once(registry, [draw, draw], [made["auditor"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    sample = connect()["crm.audit.sample"].browse(made["sample"])
    assert (sample.state, len(sample.line_ids)) == ("drawn", sample.size)


def test_begun_once(registry, connect, made):
    """Two press “Begin” at once: the items are there once."""

    def start(env):
        env["crm.audit"].browse(made["audits"][0])._step("start")

    outcomes = at_once(registry, [start, start], [made["auditor"]] * 2)
    assert outcomes.count("done") == 1, outcomes
    assert len(connect()["crm.audit"].browse(made["audits"][0]).answer_ids) == 3


def test_checklist_is_edited_or_used(registry, connect, made):
    """Somebody adds an item while an audit begins: it is asked, or the edit is refused."""

    def edit(env):
        checklist = env["crm.audit.checklist"].browse(made["checklist"])
        checklist.section_ids.item_ids = [Command.create({"name": "Late"})]

    def start(env):
        env["crm.audit"].browse(made["audits"][0])._step("start")

    outcomes = at_once(registry, [edit, start], [1, made["auditor"]])
    env = connect()
    items = env["crm.audit.checklist"].browse(made["checklist"]).item_ids
    assert outcomes[1] == "done", outcomes
    assert env["crm.audit"].browse(made["audits"][0]).answer_ids.item_id == items
