"""Care: finding a hundred thousand due dates among a million vehicles, and a whole run (M5)."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import care_fill
import club
from regrade import environment
from report import number, seconds, step
from scratch import Clock, bulk, cursor, run

WORKER = Path(__file__).with_name("care_worker.py")
COPIES = {"bench_reminder": "crm_care_reminder"}
KEYS = "rule_id, partner_id, commercial_partner_id, vehicle_id, due_date, dealer_id, company_id"
SUBJECTS = f"{KEYS}, date, channel"
# What a message makes, and the column of the ledger that names it.
MADE = {
    "mail_activity": "activity_id",
    "mail_mail": "mail_id",
    "sms_sms": "sms_id",
    "crm_contact_log": "log_id",
}
KILLS = 3


# -- Data --------------------------------------------------------------------------------------


def today():
    with environment() as env:
        return env.company._today_here()


def fill(day):
    step("dates, mileages and birthdays")
    for table, statement in care_fill.DATA:
        with bulk(table) as cr:
            cr.execute(statement.replace("TODAY", f"DATE '{day}'"))


def choose_rules():
    """The shipped rules for what has a date of its own, told on the very day, at any hour.

    Somebody of each dealer gets the to-dos.
    """
    from odoo import Command

    with environment() as env:
        rules = env["crm.care.rule"].with_context(active_test=False)
        rules.search([]).write({"active": False})
        for trigger in care_fill.TRIGGERS:
            rule = rules.search([("trigger", "=", trigger)], order="id", limit=1)
            rule.write({"active": True, "lead_days": 0, "late_days": 0, "repeat_days": 0})
            if trigger == "lapse":
                rule.lapse_days = 180
        env["res.company"].search([]).write({"care_quiet_from": 0, "care_quiet_to": 0})
        staff = env["res.users"].search([("login", "=", "bench_staff")])
        staff.dealer_ids = [Command.set(env["crm.dealer"].search([]).ids)]
        env.cr.commit()


def empty_ledger():
    run("UPDATE crm_care_rule SET last_run = NULL")
    for table, column in MADE.items():
        run(
            f"DELETE FROM {table} t USING crm_care_reminder r WHERE r.{column} = t.id"
            f" AND r.{column} IS NOT NULL"
        )
    run("DELETE FROM crm_care_reminder")  # a TRUNCATE would take the copy along
    run("VACUUM ANALYZE crm_care_reminder")


# -- Mileage -----------------------------------------------------------------------------------


def measure_forecast(report, day):
    run("TRUNCATE crm_vehicle_forecast")
    times = []
    for _round in range(2):
        with environment() as env, Clock(env.cr) as clock:
            rows = env["crm.vehicle.forecast"]._refresh(day)
            env.cr.commit()
        times.append(clock.time)
        run("VACUUM ANALYZE crm_vehicle_forecast")
    report.info("mileage forecasts of all vehicles, in one statement", seconds(times[0]))
    report.info(f"once more, {number(rows)} rows written", seconds(times[1]))
    with bulk("crm_vehicle_forecast") as cr:
        statement = care_fill.FORECAST_SQL.replace("TODAY", f"DATE '{day}'")
        cr.execute(statement)


# -- Finding -----------------------------------------------------------------------------------


def find(day):
    """The ``Clock`` of the rules' own finding, a transaction for each rule."""
    with environment() as env, Clock(env.cr) as clock:
        for rule in env["crm.care.rule"].search([]):
            rule._find(day)
            env.cr.commit()
    return clock


def find_by_hand(day):
    """The ``Clock`` of a statement for each trigger, on a copy with the same indexes and keys."""
    from odoo.addons.crm_dealer_club.tools.yearly import keys_between
    from odoo.addons.crm_dealer_grading.tools.local_day import midnight

    with environment() as env:
        zone = env.company._tz_here()
        rules = {r.trigger: (r.id, r.channel) for r in env["crm.care.rule"].search([])}
    keys = [key for _day, key in keys_between(day, day + timedelta(1))]
    moments = {"MIDNIGHT": 0, "DAY_180": -180, "DAY_179": -179}
    words = {
        name: f"TIMESTAMP '{midnight(day + timedelta(shift), zone)}'"
        for name, shift in moments.items()
    }
    words |= {"TODAY": f"DATE '{day}'", "KEYS": f"ARRAY{keys}"}
    with cursor() as cr:
        cr.connection.autocommit = False
        with Clock(cr) as clock:
            for trigger, (rule, channel) in rules.items():
                statement = care_fill.by_hand(trigger)
                for word, value in {**words, "RULE": str(rule), "CHANNEL": channel}.items():
                    statement = statement.replace(word, value)
                cr.execute(statement)
                cr.connection.commit()
    return clock


def differences(columns=SUBJECTS):
    """Subjects that the ledger and the copy do not share."""
    ours, hand = (f"SELECT {columns} FROM {table}" for table in (*COPIES.values(), *COPIES))
    [[count]] = run(
        f"SELECT count(*) FROM (({ours} EXCEPT ALL {hand}) UNION ALL ({hand} EXCEPT ALL {ours})) d"
    )
    return count


def measure_finding(report, day):
    step("finding what is due, and by hand")
    empty_ledger()
    club.copy_tables(COPIES)
    hand = find_by_hand(day)
    ours = find(day)
    [[due]] = run("SELECT count(*) FROM crm_care_reminder")
    [[vehicles]] = run("SELECT count(*) FROM crm_vehicle")
    name = f"finding {number(due)} due dates of {number(vehicles)} vehicles"
    report.info(name, seconds(ours.time))
    report.info("SQL by hand, same indexes and foreign keys", seconds(hand.time))
    report.judge("finding against SQL by hand", ours.time / hand.time, 1.5)
    report.info("  processor time alone", f"{ours.processor / hand.processor:.2f}×")
    report.expect("due dates that differ between both", differences(), 0)
    return due


# -- The run -----------------------------------------------------------------------------------


def worker(day):
    return subprocess.Popen(
        [sys.executable, str(WORKER), str(day)], stdout=subprocess.PIPE, text=True
    )


def measure_run(report, day):
    step("a whole run")
    empty_ledger()
    told, _error = worker(day).communicate()
    duration, memory = map(float, told.split()[-2:])
    states = run("SELECT state, count(*) FROM crm_care_reminder GROUP BY 1 ORDER BY 1")
    report.info("reminders " + ", ".join(f"{s} {number(n)}" for s, n in states), "")
    report.judge("whole run, finding and sending", duration / 60, 10, " min")
    report.judge("memory of the process at its highest", memory, 300, " MB")


def tops():
    """The highest ids of what messages make, before a run."""
    return {
        table: run(f"SELECT COALESCE(max(id), 0) FROM {table}")[0][0] for table in MADE
    }


def kill_in_the_middle(day):
    """Let a run send at least something more, and kill it; return whether it was still busy."""
    done = "SELECT count(*) FROM crm_care_reminder WHERE state <> 'planned'"
    before = run(done)[0][0]
    process = worker(day)
    while process.poll() is None and run(done)[0][0] == before:
        time.sleep(0.1)
    busy = process.poll() is None
    process.kill()
    process.communicate()
    return busy


def measure_kills(report, day):
    """Nothing is lost or doubled though runs are killed where they stand."""
    step("runs that are killed")
    empty_ledger()
    before = tops()
    killed = sum(kill_in_the_middle(day) for _time in range(KILLS))
    worker(day).communicate()
    report.info("runs killed while they sent", str(killed))
    # Sending may take another channel, or wait for another day.
    report.expect("due dates lost or doubled", differences(KEYS), 0)
    [[planned]] = run(
        "SELECT count(*) FROM crm_care_reminder WHERE state = 'planned' AND date <= %s", [day]
    )
    report.expect("reminders left over", planned, 0)
    for table, column in MADE.items():
        [[made]] = run(f"SELECT count(*) FROM {table} WHERE id > %s", [before[table]])
        [[known]] = run(f"SELECT count(DISTINCT {column}) FROM crm_care_reminder")
        report.expect(f"{table}: {number(known)} known to the ledger, others", made - known, 0)


def measure(report):
    report.title("Care")
    club.measure_install(report)
    day = today()
    fill(day)
    choose_rules()
    measure_forecast(report, day)
    measure_finding(report, day)
    measure_run(report, day)
    measure_kills(report, day)
    run("DROP TABLE IF EXISTS " + ", ".join(COPIES))
