"""Where things lie, how steps are locked, shown and refused."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".odoo"
LOGS = STATE / "log"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crm-dealer"
PROJECT_HASH = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
GIB = 1024**3


class Refusal(Exception):
    """Something the person at the keyboard must know: one clear sentence."""


def say(text):
    print(f"→ {text}", file=sys.stderr, flush=True)


def warn(text):
    print(f"! {text}", file=sys.stderr, flush=True)


def run(command, refusal, **kwargs):
    """Run ``command`` quietly; when it fails, raise ``refusal`` with its last line."""
    if "input" not in kwargs:
        kwargs["stdin"] = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs
        )
    except OSError as error:
        raise Refusal(f"{refusal} ({error.strerror}: {command[0]})") from error
    if done.returncode:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("E: ", "ERROR", "npm error"))]
        detail = (telling or lines or [f"exit code {done.returncode}"])[-1]
        raise Refusal(f"{refusal} ({detail})")
    return done.stdout


@contextlib.contextmanager
def locked(path):
    """Hold an exclusive lock on ``path``; tell when somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run of these scripts")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def built(target):
    """Give a temporary folder beside ``target`` that takes its place when complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = target.parent / f".{target.name}.{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def need_disk(folder, gib):
    """Refuse when the file system of ``folder`` has less than ``gib`` GiB left."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < gib * GIB:
        raise Refusal(
            f"Too little disk: {free / GIB:.1f} GiB free at {folder}, {gib} GiB are needed."
        )


def digest(*parts):
    """A short hash of texts and of files' names and contents."""
    summary = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            summary.update(str(part.relative_to(ROOT)).encode() + b"\0" + part.read_bytes())
        else:
            summary.update(str(part).encode() + b"\0")
    return summary.hexdigest()[:12]


def as_user(name):
    """The keyword arguments that make ``subprocess`` run as user ``name``."""
    import pwd

    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
