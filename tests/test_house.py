"""Rules of this repository that a machine can check."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ["crm_dealer_club", "crm_dealer_grading", "crm_dealer_survey"]
TOP = {
    *ADDONS,
    *(".ci", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", ".pylintrc"),
    *(".pytest.ini", ".ruff.toml", "Makefile", "README.md", "requirements.txt"),
    "conftest.py",
    *("scripts", "tests"),
}
# Where packages come from is the machine's business: no host of a registry or a mirror.
HOSTS = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org"
    r"|snapshot\.debian\.org|security\.debian\.org|ftp\.\w+\.debian\.org)\b"
    r"|--(?:extra-)?index-url|--registry",
)
_README_PARTS = ("DESCRIPTION", "CONFIGURE", "USAGE", "DEVELOP", "HISTORY")
MAX_FILE, MAX_FUNCTION = 300, 40
JS_FUNCTION = re.compile(
    r"^(?P<indent> *)(?!(?:if|for|while|switch)\b)(?:[a-z]+ )*(?P<name>\w+) ?\(.*(?:\)|=>) \{\n"
    r"(?:.*\n)*?(?P=indent)\}",
    re.M,
)


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return [name for name in names if (ROOT / name).is_file()]


def python_files():
    return [name for name in tracked() if name.endswith(".py")]


def test_top_level_holds_only_what_belongs_there():
    assert {name.split("/")[0] for name in tracked()} - TOP == set()


def test_no_host_of_a_registry_is_named():
    found = []
    for name in tracked():
        if name == Path(__file__).relative_to(ROOT).as_posix():
            continue
        text = (ROOT / name).read_bytes().decode("utf-8", "ignore")
        found += [f"{name}: {hit.group()}" for hit in HOSTS.finditer(text)]
    assert found == []


def test_python_files_are_short():
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}


def test_functions_are_short():
    found = []
    for name in python_files():
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > MAX_FUNCTION:
                    found.append(f"{name}:{node.lineno} {node.name} has {lines} lines")
    assert found == []


def test_files_of_the_screens_are_short():
    names = [name for name in tracked() if name.endswith((".xml", ".js", ".scss", ".css"))]
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in names}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}


def test_functions_of_the_screens_are_short():
    """Of JavaScript: a line with a name and parentheses that opens a block, to where it closes."""
    found = []
    for name in tracked():
        if name.endswith(".js"):
            for function in JS_FUNCTION.finditer((ROOT / name).read_text()):
                lines = function.group().count("\n") + 1
                if lines > MAX_FUNCTION:
                    found.append(f"{name}: {function['name']} has {lines} lines")
    assert found == []


def test_hooks_before_a_commit_are_those_of_make_lint():
    pins = set((ROOT / "scripts/requirements-dev.txt").read_text().split("\n"))
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    assert set(re.findall(r'"(\S+==\S+)"', hooks)) - pins == set()


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_has_what_every_addon_has(addon):
    wanted = ["README.rst", "i18n/zh_CN.po", "static/description/icon.png", "tests/__init__.py"]
    wanted += [f"readme/{part}.md" for part in _README_PARTS]
    assert [name for name in wanted if not (ROOT / addon / name).is_file()] == []


@pytest.mark.parametrize("addon", ADDONS)
def test_each_migration_has_a_test(addon):
    said = "".join(path.read_text() for path in (ROOT / addon / "tests").glob("test_*.py"))
    scripts = (ROOT / addon).glob("migrations/*/*.py")
    names = [f"{path.parent.name}/{path.name}" for path in scripts]
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("addon", ADDONS)
def test_history_tells_of_the_version(addon):
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())
    history = (ROOT / addon / "readme/HISTORY.md").read_text()
    assert history.startswith(f"## {manifest['version']} (")
