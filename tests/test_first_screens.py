"""What a newcomer stands on: empty lists teach, searches offer the usual, dialogs have keys."""

import re

import pytest
from lxml import etree, html

from odoo import SUPERUSER_ID, api

ADDONS = ("crm_dealer_grading.", "crm_dealer_club.", "crm_dealer_survey.")
# Short settings whose few lines are all seen at once, and a matrix of nine fields: nothing to look
# for. The ERP's own models keep its searches.
SEEN_AT_ONCE = {
    "crm.club.consent.purpose",
    "crm.club.portal.limit",
    "crm.credit.class",
    "crm.credit.factor",
    "crm.grading.level",
    "crm.lost.reason",
    "crm.service.duration",
    "crm.vehicle.lifecycle.stage",
}


@pytest.fixture(name="env")
def _env(registry):
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})


def actions(env):
    """``{external name: action}``: windows, no dialogs, that menus of ours open."""
    menus = env["ir.ui.menu"].search([])
    names = menus.get_external_id()
    opened = {
        menu.action
        for menu in menus
        if names[menu.id].startswith(ADDONS)
        and menu.action
        and menu.action._name == "ir.actions.act_window"
    }
    return {
        action.get_external_id()[action.id]: action
        for action in opened
        if not env[action.res_model]._transient
    }


def lessons(action):
    """The paragraphs of an action's help, without the empty ones."""
    if not action.help:
        return []
    words = [part.text_content() for part in html.fragment_fromstring(action.help, "div").iter("p")]
    return [" ".join(word.split()) for word in words if word.strip()]


def test_empty_lists_say_what_to_do(env):
    """A heading and a sentence at least; the heading has the ERP's face."""
    bad = []
    for name, action in actions(env).items():
        if name == "privacy_lookup.privacy_log_action":
            continue  # the ERP's own, as it is
        told = lessons(action)
        if len(told) < 2 or len(told[1]) < 20 or not re.search(r"[.”]$", told[-1]):
            bad.append((name, told))
        elif "o_view_nocontent" not in action.help:
            bad.append((name, "no class o_view_nocontent…"))
    assert bad == []


def test_searches_offer_filters_and_groups(env):
    bad = []
    for name, action in actions(env).items():
        model = env[action.res_model]
        if model._original_module.startswith("crm_dealer") and model._name not in SEEN_AT_ONCE:
            views = model.get_views([(action.search_view_id.id or False, "search")])
            filters = list(etree.fromstring(views["views"]["search"]["arch"]).iter("filter"))
            groups = [one for one in filters if "group_by" in (one.get("context") or "")]
            if len(filters) - len(groups) < 2 or not groups:
                bad.append((name, len(filters) - len(groups), len(groups)))
    assert bad == []


def dialogs(env):
    """``{external name: form}`` of our transient models."""
    views = env["ir.ui.view"].search([("type", "=", "form"), ("mode", "=", "primary")])
    names = views.get_external_id()
    found = {}
    for view in views:
        if names[view.id].startswith(ADDONS) and env[view.model]._transient:
            form = env[view.model].get_views([(view.id, "form")])["views"]["form"]["arch"]
            found[names[view.id]] = etree.fromstring(form)
    return found


def test_dialogs_have_keys(env):
    """Each button below a dialog has a key of its own among those shown, and one leaves it."""
    bad = []
    for name, form in dialogs(env).items():
        for footer in form.findall("footer"):
            buttons = list(footer.iter("button"))
            without = [
                button.get("name") or button.get("special")
                for button in buttons
                if not button.get("data-hotkey")
            ]
            leaves = any(button.get("special") == "cancel" for button in buttons)
            always = [
                button.get("data-hotkey") for button in buttons if not button.get("invisible")
            ]
            if without or not leaves or len(set(always)) < len(always):
                bad.append((name, without, leaves, always))
    assert bad == []
