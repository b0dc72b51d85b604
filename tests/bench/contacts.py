"""The nightly job for due contacts against SQL by hand, and how fast activities come (G12)."""

import statistics
import time

from regrade import environment, peak_memory, reset_peak_memory
from report import number, seconds, step
from scratch import DEALERS, run, scaled
from screens import users

CONTACTS = scaled(2_000_000)
STAFF = 1000
HANDED = 5000  # activities that are timed

# Half a year of contacts; three customers in four were contacted at all.
LOG_SQL = f"""
INSERT INTO crm_contact_log (partner_id, commercial_partner_id, dealer_id, date, way, direction,
    summary, user_id, create_uid, write_uid, create_date, write_date)
SELECT p.id, p.commercial_partner_id, p.dealer_id, now() AT TIME ZONE 'UTC' - random()
       * interval '180 days', 'phone', 'out', 'Talked', 2, 1, 1, now(), now()
  FROM (SELECT (SELECT min(id) FROM res_partner WHERE customer_number LIKE 'CRM-200001-%')
               + floor(random() * 0.75 * (SELECT count(*) FROM res_partner
                                           WHERE dealer_id IS NOT NULL))::int AS id
          FROM generate_series(1, {CONTACTS})) n
  JOIN res_partner p ON p.id = n.id"""

# The same rows by hand: last contact, smallest interval, cap, the dealer's people in turn.
BY_HAND_SQL = """
INSERT INTO bench_due (partner_id, dealer_id, user_id, date, level_id, way, origin, state, count,
                       create_uid, write_uid, create_date, write_date)
WITH due AS (
    SELECT r.partner_id, p.dealer_id, min(l.contact_interval_days) AS days, min(l.id) AS level_id,
           min(r.since) AS since
      FROM crm_grading_result r
      JOIN crm_grading_level l ON l.id = r.level_id AND l.contact_interval_days > 0
      JOIN res_partner p ON p.id = r.partner_id AND p.active AND p.dealer_id IS NOT NULL
     GROUP BY 1, 2),
last AS (SELECT commercial_partner_id, max(date)::date AS day FROM crm_contact_log GROUP BY 1),
staff AS (SELECT dealer_id, user_id, row_number() OVER w - 1 AS n, count(*) OVER (
                 PARTITION BY dealer_id) AS of
            FROM crm_dealer_user_rel WINDOW w AS (PARTITION BY dealer_id ORDER BY user_id)),
found AS (
    SELECT d.*, COALESCE(last.day, d.since) + d.days AS date,
           row_number() OVER (PARTITION BY d.dealer_id ORDER BY d.partner_id) AS n
      FROM due d LEFT JOIN last ON last.commercial_partner_id = d.partner_id
     WHERE COALESCE(last.day, d.since) + d.days <= current_date)
SELECT f.partner_id, f.dealer_id, s.user_id, f.date, f.level_id, 'phone', 'interval', 'found', 1,
       1, 1, now(), now()
  FROM found f LEFT JOIN staff s ON s.dealer_id = f.dealer_id AND s.n = f.n %% s.of"""


def prepare():
    """Treatment of the levels, people at the dealers, a log; once in a kept database."""
    run(
        "UPDATE crm_grading_level SET contact_interval_days = 60, max_contacts_month = 2"
        " WHERE scheme_id = (SELECT id FROM crm_grading_scheme WHERE code = 'activity')"
    )
    run("UPDATE crm_grading_result SET since = current_date - 90")
    run("TRUNCATE crm_contact_due")
    run("DELETE FROM mail_activity WHERE automated")
    if run("SELECT 1 FROM crm_contact_log LIMIT 1"):
        return
    with environment() as env:
        from odoo import Command

        group = env.ref("crm_dealer_grading.group_dealer_user").id
        dealers = [row[0] for row in run("SELECT id FROM bench_dealer ORDER BY n")]
        env["res.users"].with_context(no_reset_password=True, tracking_disable=True).create(
            [
                {
                    "name": f"Staff {n}",
                    "login": f"bench_due_{n}",
                    "group_ids": [Command.set([group])],
                    "dealer_ids": [Command.set([dealers[n % DEALERS]])],
                }
                for n in range(scaled(STAFF))
            ]
        )
    run(LOG_SQL)
    run("VACUUM ANALYZE crm_contact_log")


def find_by_hand():
    run("DROP TABLE IF EXISTS bench_due")
    run("CREATE TABLE bench_due (LIKE crm_contact_due INCLUDING ALL)")
    run("CREATE SEQUENCE IF NOT EXISTS bench_due_seq")
    run("ALTER TABLE bench_due ALTER id SET DEFAULT nextval('bench_due_seq')")
    for name, definition in run(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'crm_contact_due'::regclass AND contype = 'f'"
    ):
        run(f"ALTER TABLE bench_due ADD CONSTRAINT bench_{name} {definition}")
    start = time.perf_counter()
    run(BY_HAND_SQL, [])
    return time.perf_counter() - start


def find():
    with environment() as env:
        due = env["crm.contact.due"]
        start = time.perf_counter()
        found = due._find(due._today())
        env.cr.commit()
        return time.perf_counter() - start, len(found)


def hand_out():
    """Seconds for ``HANDED`` activities in the batches of the job, committed one by one."""
    done = 0
    with environment() as env:
        due = env["crm.contact.due"]
        start = time.perf_counter()
        while done < HANDED and (batch := due._take(1000, due._today())):
            batch._hand_out(due._today())
            env.cr.commit()
            env.invalidate_all()
            done += len(batch)
        return time.perf_counter() - start, done


def story(uid, partner_ids):
    """Median seconds for reading the story of one customer."""
    times = []
    with environment(uid) as env:
        event = env["crm.customer.event"]
        names = ["kind", "date", "text", "amount"]
        for partner_id in partner_ids:
            env.invalidate_all()
            start = time.perf_counter()
            event.search_fetch([("partner_id", "=", partner_id)], names).web_read({"kind": {}})
            times.append(time.perf_counter() - start)
    return statistics.median(times[5:])


def measure_story(report):
    step("telling customers' stories")
    report.title("The story of one customer; medians of 30")
    rows = run(
        "SELECT partner_id, dealer_id FROM crm_grading_result WHERE dealer_id ="
        " (SELECT id FROM bench_dealer WHERE n = 0) ORDER BY md5(partner_id::text) LIMIT 35"
    )
    for who, uid in zip(("OEM manager", "dealer's staff"), users(), strict=True):
        report.judge(who, 1000 * story(uid, [row[0] for row in rows]), 50, " ms")


def measure(report):
    report.title("Due contacts of all customers")
    step("filling the contact log")
    prepare()
    step("finding due contacts, by hand and by the job")
    hands = [find_by_hand() for _turn in range(2)]
    reset_peak_memory()
    before = peak_memory()
    ours, found = [], 0
    for _turn in range(2):
        run("TRUNCATE crm_contact_due")
        spent, found = find()
        ours.append(spent)
    report.info(f"the job finds and deals out {number(found)} contacts", seconds(min(ours)))
    report.info("SQL by hand, without minimums, blacklists and loads", seconds(min(hands)))
    report.judge("the job against SQL by hand", min(ours) / min(hands), 2)
    step("giving them out as activities")
    spent, done = hand_out()
    report.judge("activities made a second", done / spent, 300, "", at_least=True)
    report.judge("growth of the Python process meanwhile", peak_memory() - before, 300, " MB")
    again, nothing = find()
    report.expect("contacts found again in the same night", nothing, 0)
    report.info("looking again", seconds(again))
    run("DROP TABLE bench_due")
    measure_story(report)
