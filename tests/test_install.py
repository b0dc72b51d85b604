"""Install, upgrade and removal on a database that has other users' data (P5)."""

import os
import re
import subprocess
import sys

import psycopg2
import pytest

from odoo.tools import config

ADDONS = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
# Said by Odoo about this machine or about its own modules, not about our addons.
NOT_OURS = re.compile(
    r"odoo\.tools\.pdf|security risk|wkhtmltopdf|odoo\.addons\.(?!crm_dealer|base\.models\.ir_)"
)
CORE_TABLES = ["res_partner", "res_users", "crm_lead", "sale_order", "sale_order_line",
               "account_move", "account_move_line", "fleet_vehicle_model"]  # fmt: skip


@pytest.fixture(name="database", scope="module")
def _database():
    """A copy of the base database (dependencies only), dropped afterwards."""
    base = os.environ.get("CRM_DEALER_BASE_DATABASE")
    if not base:
        pytest.skip("only under make test, which names the base database")
    name = f"{config['db_name'][0]}_install"
    with admin() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}"')
    # Its demo data are the data of others; ours stay out, as with any real company.
    connection = connect(name)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ir_module_module SET demo = false")
    connection.close()
    yield name
    with admin() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class admin:  # noqa: N801
    """Cursor on the cluster's own database, in autocommit."""

    def __enter__(self):
        self.connection = connect("postgres")
        return self.connection.cursor()

    def __exit__(self, *_error):
        self.connection.close()


def connect(database):
    connection = psycopg2.connect(
        host=config["db_host"], port=config["db_port"], user=config["db_user"], dbname=database
    )
    connection.autocommit = True
    return connection


def odoo(*args, **options):
    """Run an Odoo command; return its log, which must hold no complaint about us."""
    done = subprocess.run(
        [sys.executable, "-m", "odoo", *args],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **options,
    )
    log = done.stdout + done.stderr
    complaints = [m.group() for m in COMPLAINT.finditer(log) if not NOT_OURS.search(m.group())]
    assert done.returncode == 0, log[-3000:]
    assert complaints == []
    return log


def columns(database):
    """``{table: columns}`` of the core tables that the addons extend."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name = ANY(%s) AND table_schema = 'public'",
            [CORE_TABLES],
        )
        found = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    connection.close()
    return found


def fingerprint(database):
    """What must be the same before and after: partners, orders and leads of others."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT md5(string_agg(concat(id, name, email, phone, active), ','
                              ORDER BY id)) FROM res_partner),
                      (SELECT md5(string_agg(concat(id, state, amount_total, partner_id), ','
                              ORDER BY id)) FROM sale_order),
                      (SELECT md5(string_agg(concat(id, name, partner_id, probability), ','
                              ORDER BY id)) FROM crm_lead)"""
        )
        found = cursor.fetchone()
    connection.close()
    return found


def test_install_upgrade_uninstall(database):
    """No warning on the way, nothing of others changed, nothing of ours left behind."""
    before, data = columns(database), fingerprint(database)
    odoo("module", "install", "-d", database, *ADDONS)
    assert fingerprint(database) == data
    assert "dealer_id" in columns(database)["res_partner"]
    odoo("server", "-d", database, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
    assert fingerprint(database) == data
    odoo("module", "uninstall", "-d", database, *ADDONS)
    assert columns(database) == before
    assert fingerprint(database) == data
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^crm_(dealer|grading)'")
        assert cursor.fetchall() == []
        cursor.execute("SELECT name FROM ir_model_data WHERE module = ANY(%s)", [ADDONS])
        assert cursor.fetchall() == []
    connection.close()
