"""KPIs measured on two connections at once: the job, and a manager by hand (S10)."""

from datetime import date

import pytest

VALUE, MONTH = "crm.kpi.value", date(2031, 3, 1)


@pytest.fixture(name="kpi")
def _kpi(connect):
    env = connect()
    kpi = env.ref("crm_dealer_grading.kpi_active_customers")
    domain = [("kpi_id", "=", kpi.id), ("period", "=", MONTH)]
    env[VALUE].search(domain).unlink()
    env.cr.commit()
    yield kpi.id
    for cursor in connect.cursors:
        if not cursor.closed:
            cursor.rollback()
    env = connect()
    env[VALUE].search(domain).unlink()
    env.cr.commit()


def test_the_job_measures_again_what_somebody_measured_meanwhile(connect, monkeypatch, kpi):
    env, other = connect(), connect()
    jobs, commits = type(env["ir.cron"]), []

    def commit(cron, processed=0, **_kwargs):
        cron.env.cr.commit()
        commits.append(processed)
        if len(commits) == 1:
            cron.env.cr.execute("SELECT 1 FROM crm_kpi")  # from here on the job sees nothing new
            other[VALUE]._measure(other["crm.kpi"].browse(kpi), "month", MONTH)
            other.cr.commit()
        return float("inf")

    monkeypatch.setattr(jobs, "_commit_progress", commit)
    todo = [(env["crm.kpi"].browse(kpi), "month", MONTH)]
    monkeypatch.setattr(type(env[VALUE]), "_open_periods", lambda values, kpis: todo)
    env[VALUE]._cron_measure()
    assert commits == [0, 1]
    rows = connect()[VALUE].search(
        [("kpi_id", "=", kpi), ("period", "=", MONTH), ("level", "=", "network")]
    )
    assert len(rows) == 1
