"""Imports whose server, or whose database server, is killed in the middle (C9).

What was told as imported is there; a batch is there as a whole or not at all; who goes on, and who
imports the same file from its beginning, has everything once.
"""

import random
import sys
import time

import pytest
from fault_import import BATCH, FILES, ROWS, Import
from fault_server import serve


@pytest.fixture(scope="module", name="ready")
def _ready(site):
    """Function that gives a database where the file can be imported, and how long a batch takes."""
    known = {}

    def ready(file):
        if file.name not in known:
            site.restore()
            site.call("fault_import.make_import", vehicles=file.model == "crm.service.visit")
            site.keep(file.name)
            with serve(site) as web:
                web.sign_in("admin")
                run = Import(web, file)
                begin = time.monotonic()
                run.run()
                seconds = (time.monotonic() - begin) * BATCH / ROWS
            assert not (run.error or run.messages or run.faults), vars(run)
            assert len(run.ids) == ROWS
            assert not site.sql(file.never)
            known[file.name] = site.sql(file.outcome), seconds
        site.restore(file.name)
        return known[file.name]

    return ready


@pytest.mark.parametrize("victim", ["odoo", "postmaster"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_killed_import(site, ready, file, victim):
    rows, seconds = ready(file)
    chance, skip, told = random.Random(f"{file.name} {victim}"), 0, []
    for number in range(2):
        with serve(site) as web:
            web.sign_in("admin")
            run = Import(web, file, skip)
            run.start()
            while run.is_alive() and len(run.ids) < (1 + number) * BATCH:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.1, 0.9) * seconds)
            kill(site, web, victim)
            run.join(120)
        assert run.error, "the user is told"
        told.append((len(run.ids), stored(site, file), run.error.strip()))
        held(site, file, run)
        skip = run.skip
    if file is FILES[0] and victim == "postmaster":  # between two batches the ERP has its own words
        assert any("server went away" in words for _told, _stored, words in told)
    # Whoever goes on, then whoever does not trust it and imports the same file again.
    with serve(site) as web:
        web.sign_in("admin")
        for start in (skip, 0):
            run = Import(web, file, start)
            run.run()
            assert not run.error
            assert all("already" in fault["reason"] for fault in run.faults), run.faults
            assert site.sql(file.outcome) == rows
            assert not site.sql(file.never)
    sys.stdout.write(f"\n{file.name}, {victim}: {seconds:.1f} s a batch; told, there: {told}\n")
    sys.stdout.write(f"again: {run.messages[:1]} {run.faults[:1]}\n")


def kill(site, web, victim):
    if victim == "odoo":
        web.kill()
    else:
        site.cluster.kill()
        site.cluster.start()


def stored(site, file):
    return len({row[0] for row in site.sql(file.outcome)})


def held(site, file, run):
    """Each told record is there; what is there are whole batches."""
    table = file.model.replace(".", "_")
    found = site.sql(f"SELECT count(*) FROM {table} WHERE id = ANY(%s)", [run.ids])  # noqa: S608
    assert found == [(len(run.ids),)]
    assert stored(site, file) % BATCH == 0
    assert not site.sql(file.never)
