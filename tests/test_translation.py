"""Every term a user meets is in zh_CN.po, with its placeholders (P1)."""

import ast
import io
import re
from pathlib import Path

import polib
import pytest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
# Odoo takes from i18n only what the template lists, and one translation a term. i18n_extra
# holds the terms of reused addons, and those that mean one thing here and another there.
FOLDERS = ["i18n", "i18n_extra"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\{.*?\}\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Terms that are the same in Chinese: abbreviations, codes, marks without words.
SAME = re.compile(r"[\W\d_]*|ID|RFM|VIN|5[CP]|AA+")
# Screens of reused addons that our users meet, translated in our files.
REUSED = ["base_tier_validation", "partner_contact_personal_information_page",
          "partner_contact_birthdate", "partner_contact_gender",
          "helpdesk_mgmt", "helpdesk_mgmt_sla", "helpdesk_mgmt_rating"]  # fmt: skip
# What the ERP's own file of the client leaves in English; the client takes it from any addon.
CORE = ["web"]


@pytest.fixture(name="env")
def _env():
    with Registry(config["db_name"][0]).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


def exported(env, module, lang=None):
    """The terms, as Odoo itself exports them: the template, or with their translations."""
    buffer = io.BytesIO()
    if not trans_export(lang, [module], buffer, "po", env):
        return []
    return list(polib.pofile(buffer.getvalue().decode()))


def entries(addon, folder):
    po = polib.pofile(str(ROOT / addon / folder / "zh_CN.po"))
    return [entry for entry in po if not entry.obsolete]


def translations(addon):
    """``[(term, translation)]`` of the addon's files."""
    return [(entry.msgid, entry.msgstr) for folder in FOLDERS for entry in entries(addon, folder)]


def occurrences(terms):
    """``{(term, place)}``, the places without line numbers."""
    return {(entry.msgid, place) for entry in terms for place, _line in entry.occurrences}


def in_code(occurrence):
    """Whether a term stands in Python or JavaScript there, not in the database."""
    return occurrence[0].startswith("code:")


def module_names(addon):
    """``{(term, place)}`` of the addon's title and summary; Odoo exports them with base."""
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())
    place = f"model:ir.module.module,%s:base.module_{addon}"
    return {(manifest["name"], place % "shortdesc"), (manifest["summary"], place % "summary")}


@pytest.mark.parametrize("addon", ADDONS)
def test_every_term_is_translated(env, addon):
    known = {entry.msgid for entry in entries(addon, "i18n") if entry.msgstr}
    terms = {entry.msgid for entry in exported(env, addon) if not SAME.fullmatch(entry.msgid)}
    assert terms - known == set()
    assert module_names(addon) <= occurrences(entries(addon, "i18n_extra"))


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_left_over(env, addon):
    current = occurrences(exported(env, addon))
    assert occurrences(entries(addon, "i18n")) - current == set()
    current |= module_names(addon)
    for module in REUSED + CORE:
        current |= occurrences(exported(env, module))
    assert occurrences(entries(addon, "i18n_extra")) - current == set()


@pytest.mark.parametrize("addon", ADDONS)
def test_placeholders_survive(addon):
    wrong = [
        term
        for term, text in translations(addon)
        if sorted(PLACEHOLDER.findall(term)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("addon", ADDONS)
def test_translations_are_chinese(addon):
    untouched = [
        term
        for term, text in translations(addon)
        if not CHINESE.search(text) and not SAME.fullmatch(PLACEHOLDER.sub("", term))
    ]
    assert untouched == []


@pytest.mark.parametrize("addon", ADDONS)
def test_template_is_current(env, addon):
    template = polib.pofile(str(ROOT / addon / f"i18n/{addon}.pot"))
    assert occurrences(template) == occurrences(exported(env, addon))


@pytest.mark.parametrize("addon", [*ADDONS, *REUSED])
def test_translations_reach_the_database(env, addon):
    """Odoo passes over entries it cannot place; only the database shows what users see."""
    terms = exported(env, addon, "zh_CN")
    if addon in REUSED:
        # Of another addon's code, Odoo reads translations from its own files only.
        terms = [entry for entry in terms if not all(map(in_code, entry.occurrences))]
    missing = [
        entry.msgid
        for entry in terms
        if not CHINESE.search(entry.msgstr) and not SAME.fullmatch(PLACEHOLDER.sub("", entry.msgid))
    ]
    assert missing == []


def test_reused_screens_are_translated(env):
    """In the database, where the screens take them from."""
    terms = (
        env["ir.model.fields"]
        .with_context(lang="zh_CN")
        .search(
            [("model", "=", "res.partner"), ("name", "in", ["birthdate_date", "age", "gender"])]
        )
    )
    assert len(terms) == 3
    assert [field.name for field in terms if not CHINESE.search(field.field_description)] == []
    view = env.ref("partner_contact_personal_information_page.personal_information")
    assert CHINESE.search(view.with_context(lang="zh_CN").arch_db)


def test_one_word_with_two_meanings(env):
    """The later file wins: a level that is active is not an active record."""
    grading = env["crm.grading.level"].with_context(lang="zh_CN")
    level = env.ref("crm_dealer_grading.level_activity_active").with_env(grading.env)
    field = grading.env.ref("crm_dealer_grading.field_crm_dealer__active")
    assert (level.name, field.field_description) == ("活跃", "有效")
    title = env.ref("base.module_crm_dealer_grading").with_env(grading.env).shortdesc
    assert title == "经销商CRM：客户分级"


def test_every_choice_is_translated(env):
    """A selection that is computed, or another field's, is in no file: look at the screen."""
    words = set()
    for name, model in env.items():
        own = [n for n, field in model._fields.items() if field._module in ADDONS]
        if own and not model._abstract:
            for field, info in model.with_context(lang="zh_CN").fields_get(own).items():
                words |= {(name, field, label) for _code, label in info.get("selection", ())}
    assert words, "no selection at all"
    # Languages and time zones are called as in the ERP.
    theirs = {name for _code, name in env["res.lang"].get_installed()}
    theirs |= {name for _code, name in env["res.partner"].fields_get(["tz"])["tz"]["selection"]}
    words = {word for word in words if word[2] not in theirs}
    same = re.compile(rf"{SAME.pattern}|[A-Z]")
    assert {w for w in words if not (CHINESE.search(w[2]) or same.fullmatch(w[2]))} == set()
