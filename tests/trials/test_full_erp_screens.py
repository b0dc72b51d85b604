"""Every view of a full ERP beside our addons, for every role; every menu entry opens (P5)."""

import full_erp
import pytest
from bench.specification import specification
from full_erp import as_user_fixture, built_fixture  # noqa: F401
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tools.safe_eval import datetime, safe_eval, time

# "demo" is the ordinary user of Odoo's demo data: no role of ours.
ORDINARY = ["admin", "demo"]
ROLES = [
    f"trial_{role}" for role in ("sales", "manager", "credit", "callcentre", "auditor", "oem")
]
ROWS = 5
# Without us as well: hr asks for the employees of a bank account, whoever opens it.
THEIRS = {"Bank Accounts"}


@pytest.mark.parametrize("order", ["ours last", "ours first"])
def test_nothing_is_logged_about_us(built, order):
    assert full_erp.complaints(built[order]) == []


@pytest.mark.parametrize("order", ["ours last", "ours first"])
def test_views_are_valid(as_user, order):
    """Each view with all that is put into it, as the ERP judges it when it is saved."""
    views = as_user("admin", order)(su=True)["ir.ui.view"].search([("type", "!=", "qweb")])
    wrong = []
    for view in views:
        try:
            view._check_xml()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            wrong.append(f"{view.xml_id}: {error}"[:300])
    assert wrong == []
    assert len(views) > 1500


@pytest.mark.parametrize("login", ORDINARY + ROLES)
def test_views_open_for(as_user, login):
    """What the role may read it gets a view of, whatever is hidden from it there."""
    env = as_user(login)
    views = env(su=True)["ir.ui.view"].search(
        [
            ("mode", "=", "primary"),
            ("type", "not in", ("qweb", "kanban_qweb")),
            ("model", "!=", False),
        ]
    )
    wrong, opened = [], 0
    for view in views:
        if view.model not in env or not env[view.model].has_access("read"):
            continue
        opened += 1
        try:
            env[view.model].get_views([(view.id, view.type)])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            wrong.append(f"{view.xml_id}: {error}"[:300])
    assert wrong == []
    assert opened > 100


@pytest.mark.parametrize("login", ORDINARY + ROLES)
def test_menu_entries_open_for(as_user, login):
    """Each entry of the menu opens with its rows, and the first of them with its form."""
    env = as_user(login)
    wrong, opened = [], 0
    for name, action in windows(env):
        opened += 1
        try:
            with env.cr.savepoint(flush=False):
                read(env, action)
        except AccessError as error:
            if name not in THEIRS:
                wrong.append(f"{name}: refused: {error}"[:300])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            wrong.append(f"{name}: {type(error).__name__} {error}"[:300])
        finally:
            env.invalidate_all()
    assert wrong == []
    assert opened > 20


def windows(env):
    """``(path of the menu, action)`` of all windows that the user's menu leads to."""
    seen = set()
    for menu in env["ir.ui.menu"].load_menus(False).values():
        number = menu.get("action_id")
        if menu.get("action_model") == "ir.actions.act_window" and number not in seen:
            seen.add(number)
            # sudo: which window a menu opens is read by the client's own route.
            yield menu["name"], env["ir.actions.act_window"].sudo().browse(number)


def read(env, action):
    """What the web client asks for: views, rows of the first one, the first row's form."""
    known = {"uid": env.uid, "time": time, "datetime": datetime, "active_id": False,
             "active_ids": [], "allowed_company_ids": env.companies.ids,
             "context_today": lambda: datetime.datetime.now(), "context": env.context}  # fmt: skip
    context = safe_eval(action.context or "{}", known)
    domain = safe_eval(action.domain or "[]", {**known, **context})
    model = env[action.res_model].with_context(**context)
    views = [(id_, kind) for id_, kind in action.views]
    found = model.get_views([*views, (action.search_view_id.id, "search")])["views"]
    kind = views[0][1]
    if kind in ("list", "kanban"):
        rows = rows_of(model, domain, found[kind]["arch"])
        if rows and "form" in found:
            form = specification(etree.fromstring(found["form"]["arch"]), model)
            model.browse(rows[0]["id"]).web_read(form)
    elif kind == "form":
        form = specification(etree.fromstring(found["form"]["arch"]), model)
        model.onchange({}, [], form)
    elif kind in ("graph", "pivot"):
        model.formatted_read_group(domain, [], ["__count"])
    else:
        model.search_read(domain, ["display_name"], limit=ROWS)


def rows_of(model, domain, arch):
    node = etree.fromstring(arch)
    wanted = specification(node, model)
    return model.web_search_read(domain, wanted, limit=ROWS)["records"]
