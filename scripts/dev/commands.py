"""The commands behind make: run, test, lint, trials, bench, load, stop, clean."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import databases
import erp
import postgres
from common import ROOT, STATE, Refusal, locked, say, warn
from fetch import chromium, ensure_debian, ensure_venv
from lanes import lanes_of, run_lanes

DEMO = "demo"
# A model in several files by topic keeps each file short; "enable" in .pylintrc comes too late.
PYLINT_EXCEPT = "--disable=consider-merging-classes-inherited"
# Folders of tests that commands of their own run.
APART = ["tests/trials", "tests/load", "tests/bench"]
HOST = "127.0.0.1"
SERVER_PID = STATE / "server.pid"
DEMO_HASH = STATE / "demo.hash"
# One per role; the password is the login.
LOGINS = {
    "sales": "salesperson of a dealer",
    "manager": "manager of a dealer",
    "credit": "credit controller",
    "callcentre": "call centre",
    "auditor": "auditor of the manufacturer",
    "oem": "manager of the manufacturer",
    "admin": "administrator",
    "member": "member of the club, on the portal (/my/club)",
    "member2": "another member, of another dealer",
}


def prepare(browser=False):
    ensure_debian(browser)
    return erp.prepare()


def command_odoo(args):
    """Odoo's own command line."""
    env = prepare()
    os.execve(erp.python(), erp.command(*args), env)


def ensure_demo(env):
    wanted = erp.addons_hash()
    with locked(STATE / "build.lock"):
        if DEMO not in postgres.databases():
            complaints = databases.build(DEMO, env)
        elif not DEMO_HASH.exists() or DEMO_HASH.read_text() != wanted:
            complaints = erp.install(DEMO, erp.ADDONS, env, verb="-u")
        else:
            return
        for line in complaints:
            warn(line)
        DEMO_HASH.write_text(wanted)


# -- make run --------------------------------------------------------------------------------


def command_run(_args):
    """Serve the demo database in the foreground."""
    port = int(os.environ.get("PORT") or 8069)
    need_port(port)
    env = prepare()
    ensure_demo(env)
    need_port(port)
    args = ["server", "-d", DEMO, "--no-database-list", "--http-port", port]
    server = subprocess.Popen(erp.command(*args), env=env, stdin=subprocess.DEVNULL)
    SERVER_PID.write_text(str(server.pid))
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: server.terminate())
    try:
        if wait_until_served(server, port):
            greet(port)
        return server.wait()
    except KeyboardInterrupt:
        server.wait()
        return 0
    finally:
        SERVER_PID.unlink(missing_ok=True)


def need_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Refusal(
                f"Port {port} is taken; stop what uses it, or choose another: make run PORT=8070"
            ) from error


def wait_until_served(server, port):
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/web/login", timeout=60).close()
            return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


def greet(port):
    names = ", ".join(f"'{login}'" for login in LOGINS)
    found = postgres.sql(f"SELECT login FROM res_users WHERE active AND login IN ({names})", DEMO)
    present = {login for (login,) in found}
    lines = [f"  {login:<12} {role}" for login, role in LOGINS.items() if login in present]
    print(f"\nDealer CRM: http://{HOST}:{port}\n\nLogins (the password is the login):")
    print("\n".join(lines), "\n\nStop with Ctrl+C or make stop.\n", flush=True)


# -- make test -------------------------------------------------------------------------------


def command_lint(_args):
    """ruff, pylint-odoo and the OCA hooks: zero findings."""
    bin_folder = ensure_venv() / "bin"
    env = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    addons = [addon for addon in erp.ADDONS if (ROOT / addon).is_dir()]
    failed = False
    for tool in (
        ["ruff", "check", "--quiet", "."],
        ["pylint", "--rcfile=.pylintrc", PYLINT_EXCEPT, *addons],
        ["oca-checks-odoo-module", *(f"{addon}/__manifest__.py" for addon in addons)],
        ["oca-checks-po", *map(str, sorted(ROOT.glob("crm_dealer_*/i18n*/*.po*")))],
    ):
        say(f"lint: {tool[0]}")
        failed |= bool(subprocess.run(tool, cwd=ROOT, env=env).returncode)
    if failed:
        raise Refusal("Lint has findings.")


def command_test(args):
    """Lint and tests; with arguments only these tests."""
    env = prepare(browser=True)
    env["CHROMIUM"] = chromium() or ""
    lanes = {f"run_{os.getpid()}_{n}": lane for n, lane in enumerate(lanes_of(args))}
    try:
        # A database is built on one core; lint takes another meanwhile.
        with ThreadPoolExecutor() as pool:
            lint = None if args else pool.submit(command_lint, args)
            if lint:
                lint.add_done_callback(lambda done: done.exception() and erp.GIVEN_UP.set())
            try:
                of_addons = [name for name, lane in lanes.items() if lane[-1].endswith("/tests")]
                databases.make_copies(lanes, env, of_addons)
            finally:
                if lint:
                    lint.result()
        return run_lanes({name: pytest(lane, name) for name, lane in lanes.items()}, env)
    finally:
        for name in lanes:
            erp.drop(name)


def pytest(args, database):
    options = ["-q", "--durations=15", "--odoo-http", f"--odoo-database={database}"]
    options += [f"--ignore={folder}" for folder in APART if not any(folder in a for a in args)]
    return [erp.python(), "-m", "pytest", *options, f"--odoo-config={erp.CONF}", *args]


# -- make trials, bench, load, stop, clean ---------------------------------------------------


def command_trials(args):
    """What takes too long for every run: a full ERP, upgrades, faults, several processes."""
    env = prepare(browser=True)
    env["CHROMIUM"] = chromium() or ""
    args = args or ["tests/trials"]
    database = f"run_{os.getpid()}_trials"
    try:
        databases.make_copies([database], env)
        own = {**env, "PGDATABASE": database}
        return subprocess.run(pytest(args, database), cwd=ROOT, env=own).returncode
    finally:
        erp.drop(database)


def command_bench(args):
    """The measurements in tests/bench, in a database of their own."""
    return measure("tests/bench/run.py", args)


def command_load(args):
    """Fifty people at once on a million customers, against bare Odoo (tests/load)."""
    return measure("tests/load/run.py", args)


def measure(script, args):
    env = prepare(browser=True)
    return subprocess.run([erp.python(), script, *args], cwd=ROOT, env=env).returncode


def command_stop(_args):
    """Stop the server and the database server of this project."""
    pid = server_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        for _ in range(200):
            if server_pid() != pid:
                break
            time.sleep(0.1)
    postgres.stop()


def server_pid():
    """The process that ``make run`` serves with, or None."""
    try:
        pid = int(SERVER_PID.read_text())
        running = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if b"odoo" in running else None


def command_clean(args):
    """Remove all that these commands made in the project; the downloads stay."""
    command_stop(args)
    postgres.clean()


def command_setup(_args):
    """Fetch and start all that the other commands need."""
    prepare(browser=True)
