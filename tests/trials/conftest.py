"""What trials share."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from fault_site import Site

_ROOM = 6 << 30


@pytest.fixture(scope="session", name="site")
def _site():
    """Odoo on a database server of its own, which may be killed."""
    # Not in pytest's folder: the user of the database server may not enter that. In memory where
    # there is room: a killed process loses nothing of what it wrote to either.
    memory = Path("/dev/shm")
    roomy = memory.exists() and shutil.disk_usage(memory).free > _ROOM
    folder = tempfile.mkdtemp(prefix="crm-dealer-trial-", dir=memory if roomy else "/var/tmp")
    os.chmod(folder, 0o755)  # noqa: S103  the database server has a folder of its own in it
    try:
        site = Site(folder)
        yield site
        site.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
