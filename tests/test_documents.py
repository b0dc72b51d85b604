"""What the documents name is there: files, headings, menus in their language, words of screens."""

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from odoo import SUPERUSER_ID, api
from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tools import config

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
MANUALS = [f"{addon}/readme/MANUAL.zh_CN.md" for addon in ADDONS]
GUIDES = ["README.md", *(f"{addon}/README.rst" for addon in ADDONS)]
GUIDES += [f"{addon}/readme/{part}.md" for addon in ADDONS for part in ("CONFIGURE", "USAGE")]
PAGES = [f"{addon}/static/description/index.html" for addon in ADDONS]

# [words](target), ![words](target), and rst's :: image and `words <target>`_
LINK = re.compile(r"\]\(([^)\s]+)\)|^\.\. (?:image|figure):: (\S+)|`[^`<]+<([^>`]+)>`_", re.M)
CODE = {".md": re.compile(r"```.*?```|`[^`\n]*`", re.S), ".rst": re.compile(r"``[^`]*``")}
# A way through the menus is set in italics (English) or bold (Chinese), with this mark between.
PATH = re.compile(r"\*+([^*]+?\s‣\s[^*]+?)\*+")
LABEL = re.compile(r"「([^」]+)」")
# Whose menus the section tells of; several logins: each of them must find them.
SECTION = re.compile(r"^## .*\n+<!-- login: ([\w, ]+) -->$", re.M)
# The ERP's own screens whose words the manuals use.
CORE = ["web", "base", "crm", "sale", "portal", "base_import", "survey", "account", "helpdesk_mgmt"]


def documents(*ends):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = sorted(name for name in listed.stdout.split("\0") if name.endswith(ends))
    return [name for name in names if (ROOT / name).is_file()]


@cache
def text(name):
    return (ROOT / name).read_text()


def prose(name):
    """The text without what is quoted as code."""
    return CODE[Path(name).suffix].sub("", text(name))


def slug(heading):
    """The anchor that a forge gives a heading."""
    words = re.sub(r"[*`]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(name):
    headings = re.findall(r"^#+ (.+)$", prose(name), re.M)
    return {slug(heading) for heading in headings}


def missing(name, target):
    """Tell what is wrong with a link from ``name`` to ``target``; None if nothing is."""
    if re.match(r"[a-z]+:", target):
        return None
    file, _, anchor = unquote(target).partition("#")
    path = (ROOT / name).parent / file if file else ROOT / name
    if not path.resolve().is_relative_to(ROOT) or not path.exists():
        return f"{name}: {target} is not there"
    if anchor and anchor not in anchors(path.resolve().relative_to(ROOT).as_posix()):
        return f"{name}: {target} has no such heading"
    return None


def test_links_and_pictures_of_the_documents_are_there():
    found = []
    for name in documents(".md", ".rst"):
        for hit in LINK.finditer(prose(name)):
            found.append(missing(name, next(group for group in hit.groups() if group)))
    assert len(found) > 60
    assert [problem for problem in found if problem] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_of_an_addon_stands_by_itself(page):
    tree = html.fromstring(text(page))
    assert tree.xpath("//script | //link | //iframe | //*[@onclick]") == []
    pictures = tree.xpath("//img/@src")
    assert pictures, "A page shows what it tells of."
    folder = (ROOT / page).parent
    assert [name for name in pictures if "/" in name or not (folder / name).is_file()] == []
    assert tree.xpath("//img[not(@alt) or @alt='']") == []
    assert tree.xpath("//*[@lang='zh-CN']"), "There is a short abstract in Chinese."


def test_every_picture_is_shown_somewhere():
    shown = "".join(text(name) for name in documents(".md", ".rst", "index.html"))
    pictures = [Path(name).name for name in documents(".png") if "static/description" in name]
    assert [name for name in pictures if name not in shown and name != "icon.png"] == []


@pytest.fixture(name="env")
def _env():
    with Registry(config["db_name"][0]).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


def ways(env, lang):
    """``{"Dealer CRM ‣ Customers": ids}`` of all menus."""
    menus = env["ir.ui.menu"].with_context({"lang": lang, "ir.ui.menu.full_list": True}).search([])
    names = {menu.id: (menu.name.strip(), menu.parent_id.id) for menu in menus}
    result = {}
    for menu in names:
        parts, above = [], menu
        while above in names:
            parts.insert(0, names[above][0])
            above = names[above][1]
        result.setdefault(" ‣ ".join(parts), set()).add(menu)
    return result


def named(content):
    """The ways through menus that ``content`` tells of."""
    return [" ".join(hit.split()) for hit in PATH.findall(content)]


@pytest.mark.parametrize("manual", MANUALS)
def test_menus_of_the_chinese_manuals_are_on_the_screen(env, manual):
    known, told = ways(env, "zh_CN"), named(text(manual))
    assert len(told) > 20
    assert [way for way in told if way not in known] == []


def test_the_chinese_manuals_name_every_menu(env):
    told = {way for manual in MANUALS for way in named(text(manual))}
    menus = env["ir.ui.menu"].with_context({"ir.ui.menu.full_list": True})
    root = env.ref("crm_dealer_grading.menu_root")
    ours = set(menus.search([("id", "child_of", root.id), ("action", "!=", False)]).ids)
    known = ways(env, "zh_CN")
    assert [way for way, ids in known.items() if ids & ours and way not in told] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_menus_of_the_english_guides_are_on_the_screen(env, guide):
    """English guides begin with the entry below *Dealer CRM*, or with another application."""
    known = ways(env, "en_US")
    told = named(text(guide))
    assert [w for w in told if w not in known and f"Dealer CRM ‣ {w}" not in known] == []


@pytest.mark.parametrize("manual", MANUALS)
def test_each_role_finds_the_menus_that_its_section_names(env, manual):
    known, found = ways(env, "zh_CN"), []
    sections = re.split(r"^(?=## )", text(manual), flags=re.M)
    marked = [(SECTION.match(section), section) for section in sections]
    assert sum(bool(mark) for mark, _section in marked) >= 5
    for mark, section in marked:
        for login in re.split(r"[, ]+", mark[1]) if mark else ():
            user = env["res.users"].search([("login", "=", login)])
            visible = env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            found += [(login, w) for w in named(section) if not known.get(w, set()) & visible]
    assert found == []


@cache
def words_on_screen():
    """The Chinese files of ours, and of the ERP's screens that the manuals use."""
    ours = [path for addon in ADDONS for path in (ROOT / addon).glob("i18n*/zh_CN.po")]
    core = [Path(Manifest.for_addon(name).path) / "i18n/zh_CN.po" for name in CORE]
    return "\n".join(path.read_text() for path in [*ours, *core] if path.exists())


@pytest.mark.parametrize("manual", MANUALS)
def test_words_of_the_screen_are_those_that_the_manual_quotes(manual):
    labels = sorted(set(LABEL.findall(text(manual))))
    assert len(labels) > 20
    screen = words_on_screen()
    assert [label for label in labels if f'msgstr "{label}"' not in screen] == []
