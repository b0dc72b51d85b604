"""Odoo itself: its configuration, its command line, its databases."""

import base64
import os
import re
import shutil
import subprocess
import sys
import threading

import postgres
from common import CACHE, LOGS, ROOT, STATE, Refusal, digest, run, say
from fetch import REQUIREMENTS, ensure_odoo, ensure_venv, odoo_home, postgres_bin

ADDONS = ["crm_dealer_grading", "crm_dealer_club", "crm_dealer_survey"]
LANGUAGE = "zh_CN"
# What the pages that people and browser tests open are made of.
BUNDLES = [
    "web.assets_web",
    "web.assets_frontend_minimal",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_tests",
    "web.__assets_tests_call__",
]
CONF = STATE / "odoo.conf"
FILES = STATE / "data"
# What is not loaded into a database.
NOT_LOADED = {"tests", "readme", "description", "__pycache__"}
LOADING = re.compile(r"odoo\.modules\.loading: Loading module (\S+) \((\d+)/(\d+)\)")
# Set when what is being built will not be used.
GIVEN_UP = threading.Event()
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*")


def prepare():
    """Everything that any Odoo command needs; returns the environment to run it with."""
    home, venv = ensure_odoo(), ensure_venv()
    postgres.start()
    write_conf(home, venv)
    return environment(home, venv)


def environment(home, venv):
    env = dict(os.environ)
    env.update(postgres.environment())
    folders = [str(venv / "bin"), str(postgres_bin()), env.get("PATH", os.defpath)]
    env["PATH"] = os.pathsep.join(folders)
    env["PYTHONPATH"] = str(home)
    env["ODOO_RC"] = str(CONF)
    env.setdefault("CRM_DEALER_KEYS", encryption_key())
    env.pop("PYTHONHOME", None)
    # Containers often forbid compiled files; each process would then compile Odoo again.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PYTHONPYCACHEPREFIX"] = str(CACHE / "compiled")
    return env


def encryption_key():
    """The key that ID numbers are encrypted with here; made once, never in a database."""
    path = STATE / "crm_dealer.key"
    if not path.exists():
        STATE.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    return path.read_text()


def python():
    return str(ensure_venv() / "bin/python")


def write_conf(home, venv):
    """``-c .odoo/odoo.conf`` alone is enough for any Odoo command of an editor."""
    (site,) = venv.glob("lib/python*/site-packages")
    # The Debian package has all addons in odoo/addons, a source checkout most in addons.
    rest = [] if (home / "odoo/addons/crm").exists() else [home / "addons"]
    path = [ROOT, home / "odoo/addons", *rest, site / "odoo/addons"]
    LOGS.mkdir(parents=True, exist_ok=True)
    options = {
        "addons_path": ",".join(map(str, path)),
        "data_dir": FILES,
        "db_host": postgres.SOCKETS,
        "db_port": 5432,
        "db_user": postgres.USER,
        "http_interface": "127.0.0.1",
        "admin_passwd": "admin",
    }
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
    if not CONF.exists() or CONF.read_text() != text:
        CONF.write_text(text)


def command(*args):
    return [python(), "-m", "odoo", *map(str, args)]


def install(database, modules, env, verb="-i"):
    """Install or upgrade ``modules``, showing how far it is; returns the log's complaints."""
    log = LOGS / f"{database}.log"
    say(f"{'installing' if verb == '-i' else 'upgrading'} {', '.join(modules)} in {database}")
    args = ["server", "-d", database, verb, ",".join(modules), "--stop-after-init"]
    args += ["--no-http", "--with-demo"]
    if verb == "-u":
        args.append("--i18n-overwrite")
    complaints = []
    with (
        log.open("w") as out,
        subprocess.Popen(
            command(*args),
            env=env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        for line in process.stdout:
            if GIVEN_UP.is_set():
                process.terminate()
                raise Refusal(f"{database} is not built: nobody needs it any more.")
            out.write(line)
            show(line)
            if COMPLAINT.match(line):
                complaints.append(line.rstrip())
    if process.returncode:
        last = complaints[-1] if complaints else f"exit code {process.returncode}"
        raise Refusal(f"{database} could not be built; the log is {log}.\n{last}")
    return complaints


def load_language(database, env):
    """Not an option of the installation: a new database would make it everybody's language."""
    say(f"loading {LANGUAGE}")
    refusal = f"The language {LANGUAGE} could not be loaded."
    run(command("i18n", "loadlang", "-d", database, "-l", LANGUAGE), refusal, env=env)


def make_assets(database, env):
    """Bundle scripts and styles once; else each browser test bundles them again."""
    say("bundling scripts and styles")
    bundle = "env['ir.qweb']._get_asset_bundle"
    code = "".join(
        f"{bundle}({name!r}, css={css}, js={not css}).{'css' if css else 'js'}()\n"
        for name in BUNDLES
        for css in (False, True)
    )
    run(
        command("shell", "-d", database, "--no-http"),
        "Scripts and styles could not be bundled.",
        env=env,
        input=f"{code}env.cr.commit()\n",
    )


def keep_network(database, env):
    """Make the network that the addons' tests stand on once, not in each class of tests."""
    run(
        command("shell", "-d", database, "--no-http"),
        "The network of the tests could not be made.",
        env=env,
        input="from odoo.addons.crm_dealer_grading.tests.common import keep_network\n"
        "keep_network(env)\nenv.cr.commit()\n",
    )


def show(line):
    """One line on a terminal, one in ten lines elsewhere."""
    found = LOADING.search(line)
    if not found:
        return
    module, done, total = found.groups()
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K  {done}/{total} {module}", end=end, file=sys.stderr, flush=True)
    elif int(done) % 10 == 0 or done == total:
        print(f"  {done}/{total} {module}", file=sys.stderr, flush=True)


def addon_files():
    """The files of our addons that a database is made of."""
    for addon in ADDONS:
        for path in sorted((ROOT / addon).rglob("*")):
            if path.is_file() and not NOT_LOADED.intersection(path.relative_to(ROOT).parts):
                yield path


def addons_hash():
    return digest(base_hash(), *addon_files())


def dependencies():
    """What our addons stand on, as their manifests tell."""
    names = set()
    for addon in ADDONS:
        manifest = (ROOT / addon / "__manifest__.py").read_text()
        names.update(eval(manifest, {"__builtins__": {}})["depends"])  # noqa: S307
    return sorted(names - set(ADDONS))


def base_hash():
    return digest(str(odoo_home()), *REQUIREMENTS, *dependencies())


# -- Databases with their files ----------------------------------------------------------


def duplicate(source, target):
    """Copy a database and its files, which ``createdb -T`` alone would leave behind."""
    drop(target)
    postgres.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    files = FILES / "filestore"
    if (files / source).exists():
        shutil.copytree(files / source, files / target, copy_function=os.link)


def drop(name):
    postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(FILES / "filestore" / name, ignore_errors=True)


def rename(source, target):
    drop(target)
    files = FILES / "filestore"
    if (files / source).exists():
        (files / source).rename(files / target)
    postgres.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
