"""A private PostgreSQL cluster: a unix socket only, for this project only."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from common import LOGS, PROJECT_HASH, STATE, Refusal, as_user, locked, run, say
from fetch import postgres_bin

USER = "odoo"
SOCKETS = Path(f"/tmp/crm-dealer-{PROJECT_HASH}")
OUTSIDE = Path(f"/var/tmp/crm-dealer-{PROJECT_HASH}")
# Data here can be made again at any time: speed counts, not a power cut.
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # the addons are removed in one transaction
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "jit": "off",
    "timezone": "'UTC'",
}


def owner():
    """The user that the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def as_owner():
    return {"cwd": "/", **({} if os.geteuid() else as_user(owner()))}


def cluster():
    """The cluster's folder: in the project, or outside where its user cannot get in."""
    if OUTSIDE.exists():
        return OUTSIDE / "pg"
    STATE.mkdir(exist_ok=True)
    if not os.geteuid():
        probe = subprocess.run(["test", "-x", str(STATE)], **as_owner())
        if probe.returncode:
            return OUTSIDE / "pg"
    return STATE / "pg"


def own_folder(folder):
    """Make ``folder`` for the server's user alone, and refuse somebody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.geteuid():
        shutil.chown(folder, owner())
    elif folder.stat().st_uid != os.geteuid():
        raise Refusal(f"{folder} belongs to another user; remove it and try again.")
    folder.chmod(0o700)


def environment():
    return {"PGHOST": str(SOCKETS), "PGPORT": "5432", "PGUSER": USER}


def is_up():
    return (cluster() / "postmaster.pid").exists() and not subprocess.run(
        [postgres_bin() / "pg_isready", "-q", "-h", SOCKETS], check=False
    ).returncode


def start():
    """Start the server, making the cluster on the first call; nothing when it is up."""
    with locked(STATE / "postgres.lock"):
        if is_up():
            return
        data = cluster()
        if not (data / "made").exists():
            make(data)
        own_folder(SOCKETS)
        log = data / "server.log"
        # Not in the configuration: the folder of the project may move, the cluster within it.
        options = f"-c unix_socket_directories={SOCKETS} {os.environ.get('POSTGRES_OPTIONS', '')}"
        run(
            [postgres_bin() / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", options],
            f"PostgreSQL did not start; its log is {log}.",
            **as_owner(),
        )


def make(data):
    say("making the private PostgreSQL cluster")
    if data.parent == OUTSIDE:
        own_folder(OUTSIDE)
    shutil.rmtree(data, ignore_errors=True)
    own_folder(data)
    command = [postgres_bin() / "initdb", "-D", data, "-U", USER, "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    run(command, "The PostgreSQL cluster could not be made.", **as_owner())
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
    (data / "made").touch()


def stop():
    with locked(STATE / "postgres.lock"):
        data = cluster()
        if (data / "postmaster.pid").exists():
            run(
                [postgres_bin() / "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", data],
                "PostgreSQL did not stop.",
                **as_owner(),
            )
        shutil.rmtree(SOCKETS, ignore_errors=True)


def clean():
    """Remove the cluster, wherever it lies."""
    stop()
    shutil.rmtree(OUTSIDE, ignore_errors=True)
    shutil.rmtree(LOGS.parent, ignore_errors=True)


def sql(statement, database="postgres"):
    """The rows that ``statement`` gives, each a list of texts."""
    command = [postgres_bin() / "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-d", database]
    printed = run(
        [*command, "-v", "ON_ERROR_STOP=1", "-c", statement],
        "PostgreSQL refused a statement of these scripts.",
        env={**os.environ, **environment()},
    )
    return [line.split("\t") for line in printed.splitlines() if line]


def databases():
    return {name for (name,) in sql("SELECT datname FROM pg_database WHERE NOT datistemplate")}
