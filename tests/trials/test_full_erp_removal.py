"""Installed on others' data, used, upgraded, removed: nothing is another than before (P5).

What is left is looked for in the whole database, not in places that somebody thought of.
"""

import os

import full_erp
import pytest
import traces
from test_install import LIFE, SURVEY_LIFE

GRADING, CLUB, SURVEY = full_erp.OURS
ORDERS = {
    "survey first": [SURVEY, CLUB, GRADING],
    "club first": [CLUB, SURVEY, GRADING],
    "grading, which takes all": [GRADING],
}
# Values that are no data of anybody: when a row was written; what was used last.
IGNORED = {
    "*": {"write_date", "write_uid"},
    "ir_cron": {"lastcall", "nextcall", "failure_count", "first_failure_date"},
    "ir_module_module": {
        # The list of modules is read anew from the disk; that ours were there once.
        "state", "latest_version", "demo", "icon", "description", "summary", "shortdesc", "url",
    },
    "ir_model": {"info"},
}  # fmt: skip
# Core declares this relation twice, by rules and by groups, with different keys; the one that is
# set up last stays. With ours it is that of the rules, which refuses to delete a group in use.
TWICE = "constraint rule_group_rel.rule_group_rel_group_id_fkey"
# Documents of a company's life stay, with all that hangs on them: whoever was sold something, what,
# for how much, who was told of it. So in both cases, for demo data of ours are such a life.
LIVED = """
account_full_reconcile account_move account_move__account_payment account_move_line
account_move_line_account_tax_rel account_tax_sale_order_line_rel product_supplier_taxes_rel
product_taxes_rel res_lang_survey_survey_rel
account_partial_reconcile account_payment account_payment_register
account_payment_register_move_line_rel crm_lead digest_digest_res_users_rel
discuss_channel_member event_event event_event_event_question_rel event_mail event_registration
loyalty_card loyalty_card_sale_order_rel loyalty_history mail_activity mail_followers
mail_followers_mail_message_subtype_rel mail_mail mail_mail_res_partner_rel mail_message
mail_message_res_partner_rel mail_notification mail_tracking_value mailing_mailing
product_product product_template res_company_users_rel res_partner res_users res_users_settings
resource_calendar resource_calendar_attendance sale_order sale_order_line
sale_order_line_invoice_rel sms_sms survey_survey survey_question survey_question_answer
survey_user_input survey_user_input_line utm_campaign utm_source ir_attachment
"""
# Chinese words of reused modules stay as well (``i18n_extra``): what differs in nothing but words
# of other languages than English is not told (``traces.differing``).
# Tables in which more may differ, how, and why.
MAY_DIFFER = {
    # Sums over the leads that were won and lost meanwhile.
    "crm_lead_scoring_frequency": "changed new",
    # Messages to open pages, and jobs that the ERP called: nobody's data.
    "bus_bus": "new",
    "ir_cron_trigger": "new",
    "orm_signaling_registry": "new",
    "orm_signaling_assets": "new",
    # What documents keep: reasons of lost leads, categories of what was sold, the programme and
    # rewards of points that customers still have (it is archived).
    "crm_lost_reason": "new",
    "product_category": "new",
    "loyalty_program": "new",
    "loyalty_reward": "new",
    "loyalty_rule": "new",
    **dict.fromkeys(LIVED.split(), "new"),
}
# The manufacturer's company of our demo data is in Shanghai.
DEMO = {"res_partner": {"1": ["tz"]}}


@pytest.fixture(scope="module", name="env")
def _env():
    return full_erp.environment()


@pytest.fixture(scope="module", name="base")
def _base():
    return os.environ["CRM_DEALER_BASE_DATABASE"]


@pytest.fixture(scope="module", name="lived")
def _lived(env, base):
    """Others' database with our addons without their demo data, used and upgraded."""
    with full_erp.copy(base, f"run_{os.getpid()}_lived") as name:
        with full_erp.cursor(name) as cursor:
            cursor.execute("UPDATE ir_module_module SET demo = false")
        full_erp.odoo("module", "install", "-d", name, *full_erp.OURS)
        full_erp.odoo("shell", "-d", name, "--no-http", input=LIFE + SURVEY_LIFE)
        ours = ",".join(full_erp.OURS)
        full_erp.odoo("server", "-d", name, "-u", ours, "--stop-after-init", "--no-http")
        yield name


@pytest.fixture(scope="module", name="shown")
def _shown():
    """The database of this run: our addons with all their demo data."""
    return os.environ["PGDATABASE"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("source", ["shown", "lived"])
def test_nothing_is_left(request, base, source, order):
    """Catalogue and rows are those of the database that our addons never were in."""
    name = f"run_{os.getpid()}_removed"
    with full_erp.copy(request.getfixturevalue(source), name):
        for module in ORDERS[order]:
            full_erp.odoo("module", "uninstall", "-d", name, module)
        with full_erp.cursor(base) as before, full_erp.cursor(name) as after:
            names = traces.catalogue(after) ^ traces.catalogue(before)
            assert sorted(name for name in names if not name.startswith(TWICE)) == []
            assert told(before, after) == []


def told(before, after):
    """What differs and may not, each row as somebody can read it."""
    lines = []
    for table, rows in traces.compare(before, after, IGNORED).items():
        kinds = MAY_DIFFER.get(table, "")
        if rows.changed and "changed" not in kinds:
            how = traces.differing(before, after, table, rows.changed, IGNORED)
            lines += [
                (table, "changed", key, columns)
                for key, columns in how.items()
                if list(columns) != DEMO.get(table, {}).get(key)
            ]
        if rows.gone and "gone" not in kinds:
            lines.append((table, "gone", traces.named(before, table, rows.gone)))
        if rows.new and "new" not in kinds:
            lines.append((table, "new", traces.named(after, table, rows.new)))
    return lines
