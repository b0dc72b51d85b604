"""What tests share: connections of their own; a server, and people who sign in there."""

import contextlib
import os
import shutil

import browser as tools
import psycopg2
import pytest
from graded import graded_customers

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


@pytest.fixture(name="registry")
def _registry():
    return Registry(config["db_name"][0])


@pytest.fixture(name="connect")
def _connect(registry):
    """Function that opens a connection of its own and returns an environment on it."""
    cursors = []

    def connect():
        cursors.append(registry.cursor())
        return api.Environment(cursors[-1], SUPERUSER_ID, {"tracking_disable": True})

    connect.cursors = cursors
    yield connect
    for cursor in cursors:
        # A test may have closed it, or killed its connection.
        if not cursor.closed:
            with contextlib.suppress(psycopg2.Error):
                cursor.rollback()
                cursor.close()


@pytest.fixture(name="scheme_id")
def _scheme(connect):
    with graded_customers(connect) as scheme_id:
        yield scheme_id


@pytest.fixture(scope="module", name="database")
def _database():
    return os.environ["PGDATABASE"]


@pytest.fixture(scope="session", name="address")
def _address(tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "server.log"
    with tools.serve(os.environ["PGDATABASE"], log) as address:
        yield address


@pytest.fixture(scope="session", name="chromium")
def _chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("There is no Chromium on this machine; CHROMIUM may tell where it is.")
    with tools.launch(path) as chromium:
        yield chromium


@pytest.fixture(scope="session", name="people")
def _people(chromium, address):
    """Everybody who signed in so far; their browsers keep what they loaded once."""
    people = {}
    yield people
    for person in people.values():
        person.context.close()


@pytest.fixture(name="sign_in")
def _sign_in(people, chromium, address):
    """Function that signs somebody in; what goes wrong on their pages fails the test."""
    present = []

    def sign_in(login, lang="en_US", size=tools.DESKTOP):
        key = login, size is tools.PHONE
        if key not in people:
            people[key] = tools.Person(chromium, address, size)
            people[key].sign_in(login)
        person = people[key]
        present.append(person)
        person.speak(lang)
        return person

    yield sign_in
    try:
        for person in present:
            person.check()
    finally:
        for person in present:
            person.forgive()
