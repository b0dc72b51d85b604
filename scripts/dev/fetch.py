"""Odoo 19, its Python environment and the Debian packages: fetched once, kept in the cache."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from common import CACHE, ROOT, Refusal, built, digest, locked, need_disk, run, say, warn

HERE = Path(__file__).resolve().parent
ODOO_PACKAGE = "odoo-19"
# The package's links point into these. Newer suites changed the names of some files, so
# they come from the machine's own suite; the last one is only in unstable.
LINKED_PACKAGES = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "gsfonts",
    "fonts-dejavu-core",
]
ONLY_UNSTABLE = "fonts-montserrat"
REQUIREMENTS = [
    HERE.parent / "requirements-odoo.txt",
    HERE.parent / "requirements-dev.txt",
    ROOT / "requirements.txt",
]
SEGMENTATION = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
NO_SEGMENTATION = "/* Left empty: background blur in calls is not available here. */\n"


# -- Debian packages of this machine -----------------------------------------------------


def postgres_bin():
    """The folder of the newest installed PostgreSQL server's programs, or None."""
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda path: int(path.parent.name),
    )
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def chromium():
    return shutil.which("chromium") or shutil.which("google-chrome")


def missing_packages(browser):
    """The Debian packages that this machine lacks."""
    missing = [] if postgres_bin() else ["postgresql"]
    if not importlib.util.find_spec("ensurepip"):
        missing.append("python3-venv")
    if browser and not chromium():
        missing.append("chromium")
    if browser and not Path("/usr/share/fonts/opentype/noto").exists():
        missing.append("fonts-noto-cjk")
    return missing


def ensure_debian(browser=False):
    """Install what is missing of PostgreSQL and, for browser tests, Chromium and fonts."""
    wanted = missing_packages(browser)
    if not wanted:
        return
    names = " ".join(wanted)
    if os.geteuid() or not shutil.which("apt-get"):
        raise Refusal(
            f"Missing on this machine: {names}. Install with: sudo apt-get install {names}"
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with locked(CACHE / "debian.lock"):
        say(f"installing Debian packages: {names}")
        before = system_clusters()
        refusal = f"The Debian packages could not be installed: {names}"
        run(["apt-get", "update"], "The package lists could not be fetched.", env=env)
        run(["apt-get", "install", "-y", "--no-install-recommends", *wanted], refusal, env=env)
        # Debian makes and starts a cluster with the package; ours is a private one.
        for version, name in system_clusters() - before:
            run(["pg_dropcluster", "--stop", version, name], "A cluster could not be removed.")


def system_clusters():
    return {path.parts[-2:] for path in Path("/etc/postgresql").glob("*/*")}


# -- Odoo ----------------------------------------------------------------------------------


def odoo_home():
    """The folder for PYTHONPATH: it holds the package ``odoo``."""
    given = os.environ.get("ODOO_HOME")
    if given:
        home = Path(given).expanduser().resolve()
        release = home / "odoo" / "release.py"
        if not release.is_file():
            raise Refusal(f"ODOO_HOME={given} holds no Odoo: {release} does not exist.")
        if not re.search(r"version_info = \(19, ", release.read_text()):
            raise Refusal(f"ODOO_HOME={given} is not Odoo 19.")
        return home
    return CACHE / "odoo-19.0" / "usr/lib/python3/dist-packages"


def ensure_odoo():
    home = odoo_home()
    if os.environ.get("ODOO_HOME") or home.exists():
        return home
    with locked(CACHE / "odoo-19.0.lock"):
        if not home.exists():
            need_disk(CACHE, 6)
            with built(CACHE / "odoo-19.0") as prefix:
                fetch_odoo(prefix)
    return home


def fetch_odoo(prefix):
    """Unpack Odoo and the packages that its links point to into ``prefix``."""
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise Refusal(
                f"Missing: {tool}. Without it set ODOO_HOME to the folder of an Odoo 19.0."
            )
    debs = prefix / "debs"
    debs.mkdir()
    say("fetching Odoo 19.0 (122 MB)")
    download_debs(debs)
    say("unpacking Odoo 19.0")
    for deb in sorted(debs.glob("*.deb")):
        run(["dpkg", "-x", str(deb), str(prefix)], f"{deb.name} could not be unpacked.")
    shutil.rmtree(debs)
    addons = prefix / "usr/lib/python3/dist-packages/odoo/addons"
    if not (addons / "base").is_dir():
        raise Refusal(f"The Debian package {ODOO_PACKAGE} does not hold what was expected.")
    fetch_segmentation(addons / SEGMENTATION, prefix)


def download_debs(folder):
    """Fetch the packages from the Debian mirror that the machine is configured for."""
    printed = run(["apt-get", "--print-uris", "update"], "apt's configuration is not readable.")
    mirrors = dict(
        re.findall(r"^'(\S+?)/?/dists/([a-z]+)/(?:In)?Release'", printed, flags=re.MULTILINE)
    )
    failure = Refusal("apt's configuration names no Debian mirror.")
    for mirror, suite in mirrors.items():
        refusal = "Odoo 19.0 could not be downloaded; check the network and try again."
        linked = [f"{package}/{suite}" for package in LINKED_PACKAGES]
        try:
            apt = private_apt(folder, mirror, suite)
            run([*apt, "update", "--error-on=any"], refusal)
            run([*apt, "download", ODOO_PACKAGE, ONLY_UNSTABLE, *linked], refusal, cwd=folder)
            return
        except Refusal as error:
            failure = error
    raise failure


def private_apt(folder, mirror, suite):
    """apt-get with sources and lists of its own, so that the machine's stay as they are."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    signed = f"[signed-by={keyring}] " if keyring.exists() else ""
    (folder / "sources.list").write_text(
        f"deb {signed}{mirror} unstable main\ndeb {signed}{mirror} {suite} main\n"
    )
    options = {
        "APT::Sandbox::User": "root",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
    }
    return ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]


def fetch_segmentation(target, prefix):
    """The one file that Debian leaves out and that the back office's pages ask for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = prefix / "npm"
    folder.mkdir()
    try:
        run(
            ["npm", "pack", "@mediapipe/selfie_segmentation", "--silent"],
            "Background blur in calls is left out: its npm package could not be fetched.",
            cwd=folder,
        )
        (archive,) = folder.glob("*.tgz")
        shutil.unpack_archive(archive, folder)
        shutil.copy(folder / "package" / target.name, target)
    except (Refusal, ValueError, OSError) as error:
        warn(str(error))
        target.write_text(NO_SEGMENTATION)
    shutil.rmtree(folder)


# -- Python ----------------------------------------------------------------------------------


def base_python():
    """A Python that Odoo 19 runs with (3.10 to 3.13) and that can make environments.

    The system's goes first: those that people build themselves are rarely built to be fast.
    """
    versions = ["python3.12", "python3.11", "python3.13", "python3.10"]
    for name in ["/usr/bin/python3", sys.executable, *versions]:
        path = shutil.which(name)
        if not path:
            continue
        code = "import ensurepip, sys; print('%d.%d.%d' % sys.version_info[:3], sys.base_prefix)"
        found = subprocess.run([path, "-c", code], capture_output=True, text=True)
        if re.match(r"3\.1[0-3]\.", found.stdout):
            return path, found.stdout.strip()
    raise Refusal(
        "Missing: a Python from 3.10 to 3.13, which is what Odoo 19.0 runs with, that can make "
        "environments; on Debian 12: apt-get install python3-venv"
    )


@functools.cache
def ensure_venv():
    """The environment with everything in it; keyed by what is asked for."""
    python, version = base_python()
    folder = CACHE / f"venv-{digest(version, *REQUIREMENTS)}"
    done = folder / "complete"
    if done.exists():
        return folder
    with locked(CACHE / f"{folder.name}.lock"):
        if not done.exists():
            need_disk(CACHE, 6)
            # An environment cannot be moved, so a mark tells that it is complete.
            shutil.rmtree(folder, ignore_errors=True)
            make_venv(python, folder)
            done.touch()
    return folder


def make_venv(python, folder):
    say("making the Python environment (about a minute)")
    run(
        [python, "-m", "venv", str(folder)],
        "The Python environment could not be made; on Debian: apt-get install python3-venv",
    )
    # pip must know that Odoo is there before it installs addons that depend on it.
    (site,) = folder.glob("lib/python*/site-packages")
    info = site / "odoo-19.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
    (info / "INSTALLER").write_text("scripts\n")
    (info / "RECORD").write_text("")
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "-q"]
    refusal = "The Python packages could not be installed; check the network and try again."
    wanted = [arg for path in REQUIREMENTS for arg in ("-r", str(path))]
    run([*pip, *wanted], refusal)
    # Only its data set is used; its own requirements are heavy.
    run([*pip, "--no-deps", "lifetimes==0.11.3"], refusal)
