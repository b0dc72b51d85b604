"""Rules of this repository that a machine can check."""

import ast
import re
import subprocess
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from odoo.modules import Manifest

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
# Addons that ours ask only where they are installed.
OPTIONAL = {"queue_job"}
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


def imports(name, everywhere=False):
    """Lists of dotted names that an import of a file may mean, the longest first.

    :param everywhere: those in functions too, not only those when the file is loaded
    """
    nodes = [ast.parse((ROOT / name).read_text())]
    package = (ROOT / name).relative_to(ROOT).with_suffix("").parts[:-1]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            yield from ([alias.name] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            begin = ".".join([*above, *filter(None, [node.module])])
            yield from ([f"{begin}.{alias.name}", begin] for alias in node.names)
        if everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            nodes += ast.iter_child_nodes(node)


def imported_files(name, known):
    """Files of ours that ``name`` imports when it is loaded; packages above them do not count."""
    for names in imports(name):
        paths = [dotted.removeprefix("odoo.addons.").replace(".", "/") for dotted in names]
        # Scripts name their neighbours without a package.
        paths += [f"{Path(name).parent}/{path}" for path in paths]
        places = [f"{path}{end}" for path in paths for end in (".py", "/__init__.py")]
        yield from [place for place in places if place in known][:1]


def test_no_file_imports_itself_by_others():
    known = set(python_files())
    graph = {name: set(imported_files(name, known)) for name in known}
    assert sum(map(len, graph.values())) > len(known)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_imports_from_what_it_depends_on(addon):
    depends, left = {addon, "base"}, [addon]
    while left:
        new = set(Manifest.for_addon(left.pop())["depends"]) - depends
        depends |= new
        left += new
    found = []
    for name in python_files():
        if name.startswith(f"{addon}/"):
            used = {dotted.split(".")[2] for dotted, *_ in imports(name, everywhere=True)
                    if dotted.startswith("odoo.addons.")}  # fmt: skip
            found += [f"{name}: {other}" for other in used - depends - OPTIONAL]
    assert found == []


def test_answer_in_the_corner_is_said_once():
    said = re.compile(r'"tag": *"display_notification"')
    files = [name for name in python_files() if said.search((ROOT / name).read_text())]
    assert files == ["crm_dealer_grading/tools/notification.py"]


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
