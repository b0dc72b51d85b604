"""Every menu of the club opens, in every view it offers, for every role that sees it."""

import pytest
from bench.specification import specification
from lxml import etree

from odoo import Command, api
from odoo.tools.safe_eval import safe_eval

ROLES = ["sales", "manager", "credit", "callcentre", "auditor", "oem", "admin"]
CLUB = "crm_dealer_club."


def menus(env):
    """``{xmlid: menu}`` of the club's menus with an action, as the user's web client gets them."""
    shown = env["ir.ui.menu"].load_menus(False).values()
    return {
        menu["xmlid"]: menu
        for menu in shown
        if (menu.get("xmlid") or "").startswith(CLUB) and menu["action_model"]
    }


def open_action(env, menu):
    """What the web client asks for: the views, a page of records or a form, the defaults."""
    action = env[menu["action_model"]].browse(menu["action_id"])._get_action_dict()
    words = {"uid": env.uid, "context": env.context}
    context, domain = (
        safe_eval(action.get(name) or empty, words)
        for name, empty in (("context", "{}"), ("domain", "[]"))
    )
    model = env[action["res_model"]].with_context(**context)
    views = [list(view) for view in action["views"]]
    archs = model.get_views([*views, [False, "search"]])["views"]
    for _view, kind in views:
        fields = specification(etree.fromstring(archs[kind]["arch"]), model)
        if kind in ("list", "kanban"):
            model.web_search_read(domain, fields, limit=80)
        elif kind == "form":
            model.search(domain, limit=3).web_read(fields)
            if model.has_access("create"):
                model.onchange({}, [], fields)


@pytest.mark.parametrize("login", ROLES)
def test_menus_open(registry, login):
    with registry.cursor() as cr:
        root = api.Environment(cr, api.SUPERUSER_ID, {})
        user = root["res.users"].search([("login", "=", login)])
        env = root(user=user.id, su=False, context={"lang": "en_US", "bin_size": True})
        found = menus(env)
        assert found, f"{login} sees no menu of the club"
        for xmlid, menu in found.items():
            try:
                open_action(env, menu)
            except Exception as error:
                raise AssertionError(f"{login}: {xmlid}: {error}") from error


def test_who_has_no_role_sees_no_club(registry):
    with registry.cursor() as cr:
        root = api.Environment(cr, api.SUPERUSER_ID, {})
        groups = root.ref("event.group_event_manager") | root.ref("sales_team.group_sale_manager")
        user = root["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Planner",
                "login": "test-planner",
                "group_ids": [Command.set(groups.ids)],
            }
        )
        user |= root["res.users"].search([("login", "=", "finance")])
        try:
            for someone in user:
                assert not menus(root(user=someone.id, su=False)), someone.login
        finally:
            cr.rollback()
