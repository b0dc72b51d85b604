"""A full disk of the database: nothing half is stored, it is told, it goes on once there is room.

Where the database's tablespace is full its server lives on: only what needs more room fails. Where
the disk of its log is full the server ends, and does not come back before there is room.
"""

import contextlib
import os
import shutil
import sys

import pytest
from fault_cluster import postgres
from fault_disk import disk, fill_up
from fault_import import FILES, ROWS, Import
from fault_jobs import JOBS
from fault_server import serve
from test_faults import finish, wake
from test_faults_import import held, stored

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk: needs root")
PEOPLE = {"grading": 9000, "care": 560}


@pytest.fixture(name="small")
def _small(site):
    """Function that moves the database to a disk of its own, with so many bytes to spare."""
    folder, opened = site.folder / "small", contextlib.ExitStack()

    def small(spare):
        size = site.sql("SELECT pg_database_size(current_database())")[0][0]
        opened.enter_context(disk(folder, (size + spare) // 1_000_000 + 100))
        shutil.chown(folder, postgres.owner())
        site.cluster.sql(f"CREATE TABLESPACE small LOCATION '{folder}'")
        site.restore("ready", "TABLESPACE small")
        return folder

    with opened:
        yield small
        site.restore("ready")
        site.cluster.sql("DROP TABLESPACE small")


@pytest.fixture(name="log_disk")
def _log_disk(site):
    """The database server's log on a disk of its own."""
    cluster, folder = site.cluster, site.cluster.data / "pg_wal"
    # Else files that are done with are kept, to be written anew.
    cluster.sql("ALTER SYSTEM SET wal_recycle = off")
    cluster.sql("ALTER SYSTEM SET min_wal_size = '32MB'")
    cluster.stop()
    kept = shutil.copytree(folder, site.folder / "kept_wal")
    with disk(folder, 400):
        _move(kept, folder)
        cluster.start()
        yield folder
        cluster.stop()
        _move(folder, kept)
    _move(kept, folder)
    shutil.rmtree(kept)
    cluster.start()


def _move(source, target):
    """Make ``target`` what ``source`` is, for the database server."""
    for path in target.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in (target, *target.rglob("*")):
        shutil.chown(path, postgres.owner())


def growth(site, work):
    """By how many bytes the database grows."""
    size = "SELECT pg_database_size(current_database())"
    before = site.sql(size)[0][0]
    work()
    return site.sql(size)[0][0] - before


@pytest.mark.parametrize(("name", "share"), [("grading", 0), ("care", 0), ("care", 0.4)])
def test_job_without_room(site, small, name, share):
    """So much of the room that the work needs is left."""
    job = next(job for job in JOBS if job.name == name)
    site.restore()
    site.call(job.make, count=PEOPLE[job.name])
    site.keep("ready")
    needed = growth(site, lambda: site.call(job.work))
    rows, all_of_it = site.sql(job.outcome), site.sql(job.progress)[0][0]
    filler = fill_up(small(needed), int(needed * share))
    site.start(job.work, rounds=5).end()
    done = site.sql(job.progress)[0][0]
    assert done < all_of_it
    assert "No space left on device" in site.log()
    assert not site.sql(job.never)
    filler.unlink()
    wake(site)
    finish(site, job, {})
    assert site.sql(job.outcome) == rows
    assert not site.sql(job.never)
    sys.stdout.write(f"\n{job.name}: {needed >> 10} kB, room for {share}: {done} of {all_of_it}\n")


def test_log_without_room(site, log_disk):
    """The server ends in the middle, and cannot start; afterwards it is as after any power cut."""
    job = next(job for job in JOBS if job.name == "care")
    site.restore()
    site.call(job.make, count=2000)
    site.keep("ready")
    site.call(job.work)
    rows, all_of_it = site.sql(job.outcome), site.sql(job.progress)[0][0]
    site.restore("ready")
    site.cluster.sql("CHECKPOINT")
    filler = fill_up(log_disk)
    site.start(job.work, rounds=5).end()
    assert "No space left on device" in (site.cluster.folder / "pg.log").read_text()
    filler.unlink()
    site.cluster.stop("immediate")
    site.cluster.start()
    done = site.sql(job.progress)[0][0]
    assert done < all_of_it
    assert not site.sql(job.never)
    wake(site)
    finish(site, job, {})
    assert site.sql(job.outcome) == rows
    assert not site.sql(job.never)
    sys.stdout.write(f"\n{job.name}, no room for the log: {done} of {all_of_it}\n")


@pytest.mark.parametrize("share", [0, 0.5])
@pytest.mark.parametrize("file", FILES[:2], ids=lambda file: file.name)
def test_import_without_room(site, small, file, share):
    site.restore()
    site.call("fault_import.make_import", vehicles=False)
    site.keep("ready")

    with serve(site) as web:
        web.sign_in("admin")
        needed = growth(site, Import(web, file).run)
    rows = site.sql(file.outcome)
    folder = small(needed)
    with serve(site) as web:
        web.sign_in("admin")
        run = Import(web, file)
        filler = fill_up(folder, int(needed * share))
        run.run()
        filler.unlink()
        told = run.error or run.messages[0]["message"]
        assert "no room" in told, told
        assert not run.faults, "no row is wrong"
        held(site, file, run)
        count = stored(site, file)
        rest = Import(web, file, run.skip)
        rest.run()
    assert not (rest.error or rest.messages or rest.faults)
    assert len(run.ids) + len(rest.ids) == ROWS
    assert site.sql(file.outcome) == rows
    assert not site.sql(file.never)
    sys.stdout.write(f"\n{file.name}: {needed >> 10} kB, room for {share}: {count}; {told!r}\n")
