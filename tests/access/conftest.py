"""What the tests of access share: an environment whose changes are taken back, and its people."""

import pytest
from roles import users

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


@pytest.fixture(scope="module", name="env")
def _env():
    with Registry(config["db_name"][0]).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"active_test": False})
        cr.rollback()


@pytest.fixture(scope="module", name="people")
def _people(env):
    return users(env)
