"""Jobs whose process, or whose database server, is killed at random moments (C3).

After each kill the job goes on by itself; what comes out is what comes out of a run that nobody
killed, and at no moment is anything there twice or by half. Seeds make a trial the same again.
"""

import random
import sys
import time

import pytest
from fault_jobs import JOBS

KILLS = 3


@pytest.fixture(scope="module", name="whole")
def _whole(site):
    """Function that gives a job's outcome without any kill, its time, and its arguments."""
    known = {}

    def whole(job):
        if job.name not in known:
            site.restore()
            made = site.call(job.make)
            args = {"number": made} if job.work != "cron" else {}
            site.keep(job.name)
            begin = time.monotonic()
            site.call(job.work, **args)
            seconds = time.monotonic() - begin
            assert not site.sql(job.never)
            rows = site.sql(job.outcome)
            assert rows, "the job has something to do"
            known[job.name] = rows, seconds, site.sql(job.progress)[0][0], args
        return known[job.name]

    return whole


@pytest.mark.parametrize("victim", ["odoo", "postmaster", "backend"])
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_killed_job_goes_on(site, whole, job, victim):
    rows, seconds, all_of_it, args = whole(job)
    site.restore(job.name)
    kills = KILLS if victim != "backend" else 1
    chance, moments = random.Random(f"{job.name} {victim}"), []
    for number in range(kills):
        share = (number + chance.uniform(0.5, 1)) / (kills + 1)
        run = site.start(job.work, **args)
        done = wait(site, job, run, share, (seconds, all_of_it), chance)
        moments.append((kill(site, run, victim), done))
        assert not site.sql(job.never)
        wake(site)
    finish(site, job, args)
    assert site.sql(job.outcome) == rows
    assert not site.sql(job.never)
    told = [f"{done} ({'at work' if at_work else 'too late'})" for at_work, done in moments]
    sys.stdout.write(f"\n{job.name}, {victim}: {seconds:.1f} s; of {all_of_it} there were {told}\n")
    assert any(at_work for at_work, _done in moments), "nothing was killed"


def wait(site, job, run, share, whole, chance):
    """Wait until this share of the job is done, and a moment longer; return what is stored then."""
    seconds, all_of_it = whole
    done = site.sql(job.progress)[0][0]
    deadline = time.monotonic() + seconds * float(share - done / all_of_it)
    while run.is_running and done < share * all_of_it:
        if job.by_time and time.monotonic() > deadline:
            return done
        time.sleep(0.02)
        done = site.sql(job.progress)[0][0]
    time.sleep(chance.uniform(0, seconds / 16))
    return site.sql(job.progress)[0][0]


def kill(site, run, victim):
    """Kill, and let everything come back; tell whether the job was at work."""
    if victim == "odoo":
        return run.kill()
    at_work = run.is_running
    if victim == "postmaster":
        site.cluster.kill()
        site.cluster.start()
    else:
        site.cluster.kill_backend("faults")
    if victim == "postmaster" or not at_work:
        run.kill()
        return at_work
    # Odoo itself goes on, and its scheduler comes back to what failed: so there is one kill.
    run.end()
    return at_work


def wake(site):
    """The next day: a job that was killed too often without getting anywhere waits until then."""
    site.sql(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 hour'"
        " WHERE active AND failure_count > 0"
    )


def finish(site, job, args):
    """The last run; who tries again meets no error."""
    site.call(job.work, **args)
    for _day in range(3):
        if not site.sql("SELECT FROM ir_cron WHERE active AND failure_count > 0"):
            return
        wake(site)
        site.call(job.work, **args)
    raise AssertionError("the job fails for good")
