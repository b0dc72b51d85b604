"""The waiting-room board in a browser: what an advisor does appears on it by itself (C5)."""

import os

import browser as tools
import pytest
from playwright.sync_api import expect

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

SALES, OTHER = "sales", "credit"


@pytest.fixture(scope="module", name="visit")
def _visit():
    """A vehicle that has just been received at the dealer of the salesperson."""
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        dealer = env["res.users"].search([("login", "=", SALES)]).dealer_ids[0]
        visit = env["crm.service.visit"].search(
            [("dealer_id", "=", dealer.id), ("stage", "in", ("received", "in_work"))], limit=1
        )
        assert visit, "the demo network has no vehicle in the workshop"
        visit.stage = "received"
        cr.commit()
        return {"id": visit.id, "dealer": dealer.id, "plate": visit.vehicle_id.plate}


def test_board_follows_the_advisor(visit, sign_in):
    board = sign_in(SALES)
    for lang in ("zh_CN", "en_US"):
        board.speak(lang)
        # The first page of a new database waits for its assets to be built.
        board.page.goto("/odoo/workshop-board", timeout=90_000)
        row = board.page.locator(f".o_workshop_board tr[data-visit='{visit['id']}']")
        expect(board.page.locator(".o_workshop_board")).to_be_visible(timeout=60_000)
        expect(row).to_be_visible(timeout=20_000)
        board.screenshot(f"board-{lang}")
        assert visit["plate"] not in board.page.inner_text("body")
    expect(row).to_contain_text("Received")
    board.page.wait_for_function("() => document.visibilityState === 'visible'")
    board.page.evaluate("() => { window.neverReloaded = true; }")
    advisor = sign_in("manager")
    advisor.call("crm.service.visit", "write", [visit["id"]], {"stage": "in_work"})
    expect(row).to_contain_text("In Work")
    assert board.page.evaluate("() => window.neverReloaded")


def test_board_on_a_phone_shows_every_column(visit, sign_in):
    board = sign_in(SALES, "zh_CN", size=tools.PHONE)
    board.page.goto("/odoo/workshop-board", timeout=90_000)
    row = board.page.locator(f".o_workshop_board tr[data-visit='{visit['id']}']")
    expect(row).to_be_visible(timeout=20_000)
    board.screenshot("board-phone")
    for part in ("main", "header"):
        wide = board.page.locator(f".o_workshop_board {part}")
        assert wide.evaluate("part => part.scrollWidth <= part.clientWidth"), part


def test_somebody_without_rights_sees_no_vehicle(visit, sign_in):
    stranger = sign_in(OTHER)
    stranger.page.goto(f"/odoo/crm.dealer/{visit['dealer']}/workshop-board")
    # The page may ask twice, and show what it was told twice.
    expect(stranger.page.get_by_text("Only the staff of a dealer").first).to_be_visible()
    assert stranger.page.locator("tr[data-visit]").count() == 0
    stranger.page.goto("about:blank")
    stranger.forgive()  # the refusal was what we came for
