"""Every term a user meets is in zh_CN.po, with its placeholders (P1)."""

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
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\{.*?\}\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Terms that are the same in Chinese: abbreviations, codes, marks without words.
SAME = re.compile(r"[\W\d_]*|VIN|RFM.*|OEM.*|A|B|C|ABC.*|\w{1,2}|.*@.*")
# Screens of reused addons that our users meet, translated in our files.
REUSED = ["partner_contact_personal_information_page", "partner_contact_birthdate",
          "partner_contact_gender"]  # fmt: skip


@pytest.fixture(name="env")
def _env():
    with Registry(config["db_name"][0]).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


def exported(env, module):
    """The template of terms, as Odoo itself exports it."""
    buffer = io.BytesIO()
    if not trans_export(None, [module], buffer, "po", env):
        return []
    return list(polib.pofile(buffer.getvalue().decode()))


def translated(addon):
    """``{term: translation}`` of the addon's file."""
    po = polib.pofile(str(ROOT / addon / "i18n/zh_CN.po"))
    return {entry.msgid: entry.msgstr for entry in po if not entry.obsolete}


@pytest.mark.parametrize("addon", ADDONS)
def test_every_term_is_translated(env, addon):
    known = translated(addon)
    missing = [entry.msgid for entry in exported(env, addon) if not known.get(entry.msgid)]
    assert missing == []


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_left_over(env, addon):
    of_others = {entry.msgid for module in REUSED for entry in exported(env, module)}
    current = {entry.msgid for entry in exported(env, addon)}
    assert [term for term in translated(addon) if term not in current | of_others] == []


@pytest.mark.parametrize("addon", ADDONS)
def test_placeholders_survive(addon):
    wrong = [
        term
        for term, text in translated(addon).items()
        if sorted(PLACEHOLDER.findall(term)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("addon", ADDONS)
def test_translations_are_chinese(addon):
    untouched = [
        term
        for term, text in translated(addon).items()
        if not CHINESE.search(text) and not SAME.fullmatch(term)
    ]
    assert untouched == []


@pytest.mark.parametrize("addon", ADDONS)
def test_template_is_current(env, addon):
    template = polib.pofile(str(ROOT / addon / f"i18n/{addon}.pot"))
    assert {entry.msgid for entry in template} == {entry.msgid for entry in exported(env, addon)}


def test_reused_screens_are_translated(env):
    """In the database, where the screens take them from."""
    terms = env["ir.model.fields"].with_context(lang="zh_CN").search(
        [("model", "=", "res.partner"), ("name", "in", ["birthdate_date", "age", "gender"])]
    )
    assert len(terms) == 3
    assert [field.name for field in terms if not CHINESE.search(field.field_description)] == []
    view = env.ref("partner_contact_personal_information_page.personal_information")
    assert CHINESE.search(view.with_context(lang="zh_CN").arch_db)
