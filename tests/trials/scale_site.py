"""Several Odoo processes on a database of their own, which is a copy of the tests' one."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
import requests

import odoo.cli
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config

_SECONDS = 180
# The end of what Odoo logs of a request.
_MODE = re.compile(r'HTTP/1\.[01]" [245]\d\d - .* (\S+)$', re.MULTILINE)


@contextlib.contextmanager
def connection(database, **server):
    """A connection in autocommit, besides Odoo's own."""
    place = {"host": config["db_host"], "port": config["db_port"], "user": config["db_user"]}
    connected = psycopg2.connect(dbname=database, **{**place, **server})
    connected.autocommit = True
    try:
        yield connected
    finally:
        connected.close()


def sql(database, statement, params=None, **server):
    """The rows that a statement gives."""
    with connection(database, **server) as connected, connected.cursor() as cr:
        cr.execute(statement, params)
        return cr.fetchall() if cr.description else []


@contextlib.contextmanager
def copied(name):
    """A copy of the tests' database with its files, in which every scheduled action rests."""
    source = config["db_name"][0]
    files = Path(config["data_dir"]) / "filestore"
    drop(name)
    close_db(source)
    sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if (files / source).exists():
        shutil.copytree(files / source, files / name, copy_function=os.link)
    sql(name, "UPDATE ir_cron SET active = false")
    try:
        yield name
    finally:
        drop(name)


def drop(name):
    Registry.delete(name)
    close_db(name)
    sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(Path(config["data_dir"]) / "filestore" / name, ignore_errors=True)


@contextlib.contextmanager
def environment(database):
    """An environment of the superuser; what it did is committed at the end."""
    tested, config["test_enable"] = config["test_enable"], False
    try:
        # As the tests' own one it would look for tests of modules while it is loaded.
        registry = Registry(database)
    finally:
        config["test_enable"] = tested
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        registry.signal_changes()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _odoo():
    """Odoo's own script where there is one: workers beside it are started by its path."""
    script = Path(odoo.cli.__file__).parents[5] / "bin" / "odoo"
    return [str(script)] if script.exists() else ["-m", "odoo"]


class Server:
    """An Odoo process, or a master with its workers, as an administrator starts it."""

    def __init__(self, database, log, *options, **variables):
        self.port, self.log = free_port(), Path(log)
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, *_odoo(), "server", "-d", database, "--no-database-list"]
        command += ["--http-port", str(self.port), "--gevent-port", str(free_port())]
        # A worker of a busy machine is not to be taken for one that hangs.
        command += ["--limit-time-real=600", "--limit-time-cpu=600", *options]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **{name: str(value) for name, value in variables.items()}},
            )

    def __enter__(self):
        deadline = time.monotonic() + _SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.address}/web/login", timeout=60).close()
                return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        self.__exit__()
        raise AssertionError(f"The server did not start:\n{self.said()[-3000:]}")

    def __exit__(self, *_error):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)

    def said(self):
        return self.log.read_text()

    def modes(self, ask):
        """How Odoo served what ``ask`` asks for: ``ro`` by the replica, ``rw``, or ``ro->rw``:
        by the replica, and again by the primary, since it wrote. Redirects do not count.
        """
        size = self.log.stat().st_size
        ask()
        with self.log.open() as log:
            log.seek(size)
            return _MODE.findall(log.read())


def wait_for(what, seconds, poke=lambda: None):
    """Ask ``what`` until it says nothing any more, and return how long that took, in s."""
    begin = time.monotonic()
    while left := what():
        assert time.monotonic() - begin < seconds, f"After {seconds} s there is left: {left}"
        poke()
        time.sleep(0.5)
    return time.monotonic() - begin


class Visitor:
    """Somebody signed in at a server, as a browser or a script does it."""

    def __init__(self, server, database, login):
        self.address = server.address
        self.session = requests.Session()
        who = {"db": database, "login": login, "password": login}
        assert self._post("/web/session/authenticate", who)["uid"], login

    def _post(self, path, params):
        answer = self.session.post(f"{self.address}{path}", json={"params": params}, timeout=120)
        said = answer.json()
        assert "error" not in said, said["error"]["data"]["debug"]
        return said["result"]

    def call(self, model, method, args=(), **kwargs):
        """What a method of a model returns."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def page(self, path):
        """The text of a page that is there."""
        answer = self.session.get(f"{self.address}{path}", timeout=120)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text
