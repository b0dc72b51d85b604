"""Databases of a full ERP around the addons: built once, kept, copied (P5).

``others_<hash>`` holds the base, the applications below and OCA's audit log and job queue, with
demo data; ``full_<hash>`` our addons after them; ``after_<hash>`` the same applications installed
where ours were first. Ours come without their demo data, as into any real company, and get some
people and a short story (``full_erp_people.py``). What was logged stays in a log of that name.
"""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts/dev"))
from full_erp_people import STORY

import common
import databases
import erp
import postgres

APPLICATIONS = (
    "website website_sale hr hr_fleet stock purchase project point_of_sale mass_mailing sale_stock"
    " sale_purchase sale_project website_crm website_event event_sale pos_loyalty hr_recruitment"
    " auditlog queue_job"
).split()
OURS = erp.ADDONS
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
# Said of the machine, or by modules of others of themselves; and not of us.
NOT_OURS = re.compile(
    r"odoo\.tools\.pdf|security risk|wkhtmltopdf|odoo\.addons\.(?!crm_dealer|base\.models\.ir_)"
)


def others(env):
    """The database of the ERP without our addons."""
    name = f"others_{common.digest(erp.base_hash(), *APPLICATIONS)}"
    return _built(name, lambda: databases.base(env), lambda database: _add(database, env))


def full(env):
    """The ERP, then our addons."""
    name = f"full_{common.digest(erp.addons_hash(), STORY, *APPLICATIONS)}"
    return _built(name, lambda: others(env), _add_ours)


def after(env):
    """Our addons, then the ERP."""

    def make(database):
        _add_ours(database)
        _add(database, env)

    name = f"after_{common.digest(erp.addons_hash(), STORY, *APPLICATIONS)}"
    return _built(name, lambda: databases.base(env), make)


def _built(name, source, make):
    """``name``, made of ``source()`` by ``make``; older ones of its kind go."""
    if name not in postgres.databases():
        kind = name.split("_")[0]
        for old in postgres.databases():
            if old.startswith(f"{kind}_"):
                erp.drop(old)
        building = f"{name}_building"
        erp.duplicate(source(), building)
        make(building)
        erp.rename(building, name)
    return name


def _add(database, env):
    with cursor(database) as cr:  # demo data come only where those of the dependencies are
        cr.execute("UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
    erp.install(database, APPLICATIONS, env)


def _add_ours(database):
    with cursor(database) as cr:
        cr.execute("UPDATE ir_module_module SET demo = false")
    log = odoo("module", "install", "-d", database, *OURS)
    log += odoo("shell", "-d", database, "--no-http", input=STORY)
    (common.LOGS / f"{database}_ours.log").write_text(log)


def complaints(name):
    """What was logged about us while ``name`` was built."""
    logs = common.LOGS.glob(f"{name}_building*.log")
    text = "\n".join(log.read_text(errors="replace") for log in logs)
    return [m.group() for m in COMPLAINT.finditer(text) if not NOT_OURS.search(m.group())]


def environment():
    """What Odoo's own commands need; the test's process has most of it already."""
    return erp.prepare()


@contextlib.contextmanager
def copy(source, name):
    """A copy of the database ``source`` with its files, gone afterwards."""
    erp.duplicate(source, name)
    try:
        yield name
    finally:
        erp.drop(name)


@contextlib.contextmanager
def cursor(database):
    connection = psycopg2.connect(dbname=database, **_socket())
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def _socket():
    env = postgres.environment()
    return {"host": env["PGHOST"], "port": env["PGPORT"], "user": env["PGUSER"]}


def odoo(*args, **options):
    """Run an Odoo command; return its log, which must hold no complaint about us."""
    done = subprocess.run(
        [sys.executable, "-m", "odoo", *args],
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
        env={**os.environ, **environment()},
        **options,
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log[-3000:]
    found = [m.group() for m in COMPLAINT.finditer(log) if not NOT_OURS.search(m.group())]
    assert found == []
    return log


def registry(database):
    """The models of another database; under pytest the ERP would run tests while it loads them."""
    testing, config["test_enable"] = config["test_enable"], False
    try:
        return Registry(database)
    finally:
        config["test_enable"] = testing


class Built(dict):
    """``{"ours last" or "ours first" or "without ours": database}``.

    ``ERP_OURS_LAST=name`` in the environment, and so on, names one that is there already: while a
    test is written it need not be built anew with each change of the addons.
    """

    def __missing__(self, order):
        make = {"ours last": full, "ours first": after, "without ours": others}[order]
        there = os.environ.get(f"ERP_{order.replace(' ', '_').upper()}")
        self[order] = there or make(environment())
        return self[order]


@pytest.fixture(scope="session", name="built")
def built_fixture():
    """The databases, by the order in which the addons came; each is built when it is asked for."""
    return Built()


@pytest.fixture(name="as_user")
def as_user_fixture(built):
    """Function that gives an environment of a user in the full ERP; nothing stays."""
    with contextlib.ExitStack() as stack:

        def as_user(login, order="ours last"):
            cr = stack.enter_context(contextlib.closing(registry(built[order]).cursor()))
            root = api.Environment(cr, SUPERUSER_ID, {})
            user = root["res.users"].search([("login", "=", login)])
            assert user, f"nobody is called {login}"
            return root(user=user.id, su=False, context={**user.context_get(), "lang": "en_US"})

        yield as_user
