"""Install, upgrade and removal on a database that has other users' data (P5)."""

import os
import re
import subprocess
import sys

import psycopg2
import pytest
from first_hour import WALK

from odoo.tools import config

ADDONS = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
# Said by Odoo about this machine or about its own modules, not about our addons.
NOT_OURS = re.compile(
    r"odoo\.tools\.pdf|security risk|wkhtmltopdf|odoo\.addons\.(?!crm_dealer|base\.models\.ir_)"
)
CORE_TABLES = ["res_partner", "res_users", "crm_lead", "sale_order", "sale_order_line",
               "account_move", "account_move_line", "fleet_vehicle_model"]  # fmt: skip


@pytest.fixture(name="database")
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


# What a network has after a while: a member with points, spent on an order at the card's prices,
# invoiced and paid; and a quotation.
LIFE = """
from odoo import Command
partner = env["res.partner"].create({"name": "Test Member"})
member = env["crm.club.membership"].enrol(partner)
member._store({"tier_id": env["crm.club.tier"].search([("code", "=", "G")]).id})
member._post_points("bonus", 150)
product = env["product.product"].create({
    "name": "Test Work", "type": "service", "list_price": 1000, "invoice_policy": "order",
    "categ_id": env.ref("crm_dealer_club.product_category_labour").id})
orders = env["sale.order"].create([{
    "partner_id": partner.id, "order_line": [Command.create({"product_id": product.id})]}] * 2)
order = orders[0]
order._update_programs_and_rewards()
card = member._cards_of(member._program())[member]
order._apply_program_reward(card.program_id.reward_ids.filtered(
    lambda reward: reward.required_points == 100), card)
order.action_confirm()
invoice = order._create_invoices()
invoice.action_post()
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
env.flush_all()
env.cr.precommit.run()
assert order.order_line.club_benefit_id and order.pricelist_id.club_tier_id
assert card.points > 50, card.points
region = env["crm.dealer.region"].create({"name": "Kept", "code": "KEPT"})
dealer = env["crm.dealer"].create({"name": "Kept", "code": "KEPT", "region_id": region.id})
reason = env["crm.lost.reason"].browse(env["ir.model.data"].search(
    [("module", "=", "crm_dealer_grading"), ("model", "=", "crm.lost.reason")]).mapped("res_id"))
lead = env["crm.lead"].create({"name": "Lost", "partner_id": partner.id, "dealer_id": dealer.id})
reason = reason.filtered(lambda one: not one.asks_competitor)
lead.action_set_lost(lost_reason_id=reason[0].id)
env.cr.commit()
"""


def prices(database):
    """Amounts of orders and lines, and the balances of cards."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, amount_total, currency_id, state FROM sale_order ORDER BY id")
        found = [cursor.fetchall()]
        cursor.execute(
            "SELECT id, price_unit, discount, price_total FROM sale_order_line ORDER BY id"
        )
        found.append(cursor.fetchall())
        cursor.execute("SELECT id, points FROM loyalty_card ORDER BY id")
        found.append(cursor.fetchall())
        cursor.execute("SELECT id, amount_total, payment_state FROM account_move ORDER BY id")
        found.append(cursor.fetchall())
    connection.close()
    return found


def remains(database):
    """Names of tables, columns and pricelists that the club left behind."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '(^|_)club(_|$)'")
        found = cursor.fetchall()
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name ~ '(^|_)club(_|$)|^points_owed$'"
        )
        found += cursor.fetchall()
        cursor.execute("SELECT id, name FROM product_pricelist WHERE NOT active")
        found += cursor.fetchall()
        cursor.execute("SELECT id, name FROM ir_model_data WHERE module = 'crm_dealer_club'")
        found += cursor.fetchall()
    connection.close()
    return found


# A programme that was answered, with a version and questions of somebody's own.
SURVEY_LIFE = """
survey = env["survey.survey"].create({"title": "Canteen"})
programme = env["crm.satisfaction.programme"].create({"name": "Own", "code": "OWN"})
version = env.ref("crm_dealer_survey.version_csi_1").copy({"programme_id": programme.id})
version.action_open()
for one in (version, env.ref("crm_dealer_survey.version_csi_1")):
    answer = one._invite([{"partner_id": env["res.partner"].create({"name": "Asked"}).id}])
    answer._submit_satisfaction({q: 9 for q in one.question_ids if q.satisfaction_factor_id
                                 and q.satisfaction_kind == "satisfaction"})
assert answer.satisfaction_score_ids
flag = env["crm.satisfaction.flag"].create(
    {"check_id": env.ref("crm_dealer_survey.check_fast").id, "code": "fast", "severity": "2",
     "key": "answer:%s" % answer.id, "user_input_id": answer.id, "found_on": "2026-01-01"})
assert flag._tell().activity_ids
person = env["crm.training.person"].create(
    {"partner_id": env["res.partner"].create({"name": "Trained"}).id, "dealer_id": False})
session = env["crm.training.session"].create(
    {"training_id": env.ref("crm_dealer_survey.training_data").id, "dealer_id": False,
     "date_begin": "2026-01-05 01:00:00"})
trained = session.participant_ids.create({"session_id": session.id, "person_id": person.id})
trained._store({"state": "attended"})
trained._send_tests()
trained.test_input_ids._mark_done()
assert trained.test_state == "failed"
env.cr.commit()
"""


def unnamed(database):
    """External names of what is gone; our triggers and functions."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT d.name FROM ir_model_data d WHERE d.model = 'ir.model.inherit'
                  AND NOT EXISTS (SELECT FROM ir_model_inherit i WHERE i.id = d.res_id)
               UNION ALL
               SELECT d.name FROM ir_model_data d WHERE d.model = 'ir.model.fields.selection'
                  AND NOT EXISTS (SELECT FROM ir_model_fields_selection s WHERE s.id = d.res_id)
               UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
               UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'crm%'"""
        )
        found = cursor.fetchall()
    connection.close()
    return found


def survey_remains(database):
    """What the surveys left behind, and what became of other people's survey."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE tablename ~ '^crm_(satisfaction|followup"
            "|rectification|assessment|audit|improvement|training|year_plan)'"
        )
        found = cursor.fetchall()
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND (column_name ~ '^satisfaction_'"
            " AND table_name ~ '^survey' OR table_name = 'survey_user_input'"
            " AND column_name IN ('dealer_id', 'visit_id', 'vehicle_id', 'advisor_id',"
            " 'training_participant_id'))"
        )
        found += cursor.fetchall()
        cursor.execute("SELECT name FROM ir_model_data WHERE module = 'crm_dealer_survey'")
        found += cursor.fetchall()
        cursor.execute("SELECT title FROM survey_survey WHERE survey_type = 'satisfaction'")
        found += cursor.fetchall()
        cursor.execute(
            """SELECT m.code, i.model FROM crm_grading_metric m JOIN ir_model i ON i.id = m.model_id
                WHERE m.code = 'last_satisfaction'"""
        )
        metric = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM survey_survey WHERE title->>'en_US' = 'Canteen'")
        others = cursor.fetchone()
    connection.close()
    return found, metric, others


def test_install_upgrade_uninstall(database):
    """No warning on the way, nothing of others changed, nothing of ours left behind.

    Surveys come without the club; then the club, and what a network has after a while. The club
    goes first: prices stay. Then the surveys: the grading metric hears contacts again.
    """
    before, data = columns(database), fingerprint(database)
    odoo("module", "install", "-d", database, "crm_dealer_survey")
    odoo("module", "install", "-d", database, "crm_dealer_club")
    assert fingerprint(database) == data
    assert "dealer_id" in columns(database)["res_partner"]
    odoo("shell", "-d", database, "--no-http", input=WALK)
    odoo("shell", "-d", database, "--no-http", input=LIFE + SURVEY_LIFE)
    data, amounts = fingerprint(database), prices(database)
    assert amounts[0]
    odoo("server", "-d", database, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
    assert (fingerprint(database), prices(database)) == (data, amounts)
    odoo("module", "uninstall", "-d", database, "crm_dealer_club")
    assert (fingerprint(database), prices(database)) == (data, amounts)
    assert remains(database) == []
    odoo("module", "uninstall", "-d", database, "crm_dealer_survey")
    assert survey_remains(database) == ([], [("last_satisfaction", "crm.contact.log")], (1,))
    guards = {("crm_protected_access_frozen",), ("crm_retention_log_frozen",)}
    assert set(unnamed(database)) == guards
    odoo("module", "uninstall", "-d", database, "crm_dealer_grading")
    assert (fingerprint(database), prices(database)) == (data, amounts)
    assert columns(database) == before
    assert unnamed(database) == []
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^crm_(dealer|grading)'")
        assert cursor.fetchall() == []
        cursor.execute("SELECT name FROM ir_model_data WHERE module = ANY(%s)", [ADDONS])
        assert cursor.fetchall() == []
    connection.close()
