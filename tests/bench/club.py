"""The club: its installation, enrolment, and the tier run against SQL by hand (M1)."""

import time

import install
from regrade import environment
from report import number, seconds, step
from scratch import DEALERS, NAME, Clock, bulk, cursor, run, scaled, table_state

MODULE = "crm_dealer_club"
# Of Odoo and of the grading addon; it fills some that have nothing here.
TABLES = [
    "res_partner",
    "sale_order",
    "crm_service_visit",
    "loyalty_card",
    "event_registration",
]
ENROLLED = 10_000
CARDS_SQL = f"""
INSERT INTO loyalty_card (program_id, partner_id, code, points, active, create_uid, write_uid,
    create_date, write_date)
SELECT %s, (SELECT max(id) FROM res_partner) - n, 'bench' || n, 1, true, 1, 1, now(), now()
  FROM generate_series(0, {scaled(200_000) - 1}) n"""
# Any level and spending, so that all kinds of moves occur; "idle" is who spent nothing.
RESULTS_SQL = """
INSERT INTO crm_grading_result (scheme_id, partner_id, level_id, score, figures, since, dealer_id)
SELECT l.scheme_id, p.id, l.id, CASE WHEN random() < 0.2 THEN 0 ELSE 1 + 1000 * random() END,
       '{}', current_date - 90, p.dealer_id
  FROM (SELECT *, 1 + floor(random() * (SELECT count(*) FROM bench_level))::int AS place
          FROM res_partner
         WHERE commercial_partner_id = id AND active AND dealer_id IS NOT NULL) p
  JOIN bench_level l ON l.place = p.place"""
# A year and a half around today, a tenth by invitation, some suspended, expired or gone.
MEMBERS_SQL = """
UPDATE crm_club_membership m SET tier_id = n.tier_id, state = n.state, valid_from = n.day - 364,
       valid_until = n.day, notice_for = CASE WHEN n.day < current_date THEN n.day END
  FROM (SELECT id, (SELECT array_agg(id ORDER BY id) FROM crm_club_tier WHERE active)
                   [1 + floor(random() * (SELECT count(*) FROM crm_club_tier WHERE active))::int]
                   AS tier_id,
               (ARRAY['suspended', 'left', 'expired', 'active', 'active', 'active', 'active',
                      'active', 'active', 'active', 'active', 'active'])
                   [1 + floor(random() * 12)::int] AS state,
               current_date - 180 + floor(random() * 545)::int AS day
          FROM crm_club_membership) n
 WHERE n.id = m.id"""
# What a DBA would write who knows the rules: the moves, then both tables.
MOVES_SQL = """
CREATE TEMP TABLE bench_move AS
SELECT x.*, n.validity_months, (CURRENT + n.validity_months * interval '1 month'
       - interval '1 day')::date AS last
  FROM (SELECT s.*, CASE WHEN kind = 'expired' THEN tier_id ELSE earned_id END AS new_id
          FROM (SELECT m.id, m.partner_id, m.dealer_id, m.tier_id, m.valid_until, h.earned_id, CASE
                         WHEN m.state = 'expired' THEN CASE WHEN h.spent THEN 'returned' END
                         WHEN t.by_invitation
                         THEN CASE WHEN m.valid_until < CURRENT THEN 'ended' END
                         WHEN h.place < t.sequence THEN 'upgraded'
                         WHEN m.valid_until >= CURRENT THEN NULL
                         WHEN t.expires_unused AND NOT h.spent
                         THEN CASE WHEN m.valid_until + t.grace_days < CURRENT THEN 'expired' END
                         WHEN h.earned_id = t.id THEN 'renewed'
                         WHEN m.valid_until + t.grace_days < CURRENT THEN 'downgraded' END AS kind
                  FROM bench_membership m
                  JOIN crm_club_tier t ON t.id = m.tier_id
                  JOIN res_partner p ON p.id = m.partner_id AND p.active
                  JOIN (SELECT b.id, COALESCE(e.id, low.id) AS earned_id,
                               COALESCE(e.sequence, low.sequence) AS place,
                               COALESCE(r.score > 0 OR r.manual_id IS NOT NULL, false) AS spent
                          FROM bench_membership b
                          CROSS JOIN (SELECT id, sequence FROM crm_club_tier WHERE active
                                         AND by_invitation IS NOT TRUE
                                       ORDER BY sequence DESC, id DESC LIMIT 1) low
                          LEFT JOIN crm_grading_result r ON r.partner_id = b.partner_id
                               AND r.scheme_id = SCHEME
                          LEFT JOIN crm_club_tier e ON e.level_id = r.level_id AND e.active
                               AND e.by_invitation IS NOT TRUE) h ON h.id = m.id
                 WHERE m.state IN ('active', 'expired')) s
         WHERE kind IS NOT NULL) x
  JOIN crm_club_tier n ON n.id = new_id"""
UPDATE_SQL = """
UPDATE bench_membership m
   SET tier_id = v.new_id, notice_for = NULL, write_uid = 1, write_date = now(),
       state = CASE WHEN kind = 'expired' THEN 'expired' ELSE 'active' END,
       valid_from = CASE WHEN kind = 'expired' THEN valid_from ELSE CURRENT END,
       valid_until = CASE WHEN kind = 'expired' THEN m.valid_until ELSE v.last END
  FROM bench_move v WHERE v.id = m.id"""
HISTORY_SQL = """
INSERT INTO bench_change (membership_id, partner_id, dealer_id, date, kind, from_tier_id,
    to_tier_id, to_state, valid_until, user_id, count, create_uid, write_uid, create_date,
    write_date)
SELECT id, partner_id, dealer_id, CURRENT, kind, tier_id, new_id,
       CASE WHEN kind = 'expired' THEN 'expired' ELSE 'active' END,
       CASE WHEN kind = 'expired' THEN valid_until ELSE last END, 1, 1, 1, 1, now(), now()
  FROM bench_move ORDER BY id"""
COPIES = {
    "bench_membership": "crm_club_membership",
    "bench_change": "crm_club_membership_change",
}
COMPARED = {
    "bench_membership": "id, tier_id, state, valid_from, valid_until, notice_for",
    "bench_change": "membership_id, partner_id, dealer_id, date, kind, from_tier_id, to_tier_id,"
    " to_state, valid_until, user_id, count",
}


# -- Installation ------------------------------------------------------------------------------


def installed():
    return run("SELECT 1 FROM ir_module_module WHERE name = %s AND state = 'installed'", [MODULE])


def measure_install(report):
    if installed():
        return
    with environment() as env:
        program = env["loyalty.program"].create(
            {"name": "Bench", "program_type": "loyalty", "applies_on": "both"}
        )
        cards = program.id
    with bulk("loyalty_card") as cr:
        cr.execute(CARDS_SQL, [cards])
    step("installing the club on the full database")
    before = table_state(*TABLES)
    duration, locks = install.install(NAME, MODULE, TABLES)
    after = table_state(*TABLES)
    report.info("installing the club on the full database", seconds(duration))
    for table in TABLES:
        report.info(f"longest ACCESS EXCLUSIVE lock on {table}", seconds(locks[table]))
        updated = after[table]["updated"] - before[table]["updated"]
        report.judge(f"rows of {table} updated", updated, 20, "")
    written = [table for table in TABLES if after[table]["file"] != before[table]["file"]]
    report.expect("tables written anew", ", ".join(written) or "none", "none")


# -- Enrolment ---------------------------------------------------------------------------------


def measure_enrolment(report):
    """All customers of the dealers, ten thousand a transaction."""
    if not run("SELECT 1 FROM crm_club_membership LIMIT 1"):
        give_levels()
    ids = [number for (number,) in run(
        "SELECT id FROM res_partner p WHERE commercial_partner_id = id AND active"
        " AND dealer_id IS NOT NULL AND given_up_on IS NULL AND NOT EXISTS"
        " (SELECT FROM crm_club_membership m WHERE m.partner_id = p.id) ORDER BY id"
    )]  # fmt: skip
    if not ids:
        return
    step(f"enrolling {number(len(ids))} customers")
    times = []
    for start in range(0, len(ids), ENROLLED):
        begin = time.perf_counter()
        with environment() as env:
            env["crm.club.membership"].enrol(env["res.partner"].browse(ids[start:][:ENROLLED]))
        times.append(time.perf_counter() - begin)
    first = min(ENROLLED, len(ids))
    report.info(f"enrolling {number(first)} customers", seconds(times[0]))
    rate = len(ids) / sum(times)
    report.info(f"enrolling {number(len(ids))}, customers a second", number(rate))


def give_levels():
    run("DROP TABLE IF EXISTS bench_level")
    run(
        "CREATE TABLE bench_level AS SELECT l.id, l.scheme_id, row_number() OVER () AS place"
        "  FROM crm_grading_level l JOIN crm_grading_scheme s ON s.id = l.scheme_id"
        " WHERE s.code = 'contribution' AND s.draft_of_id IS NULL"
    )
    run("DELETE FROM crm_grading_result WHERE scheme_id IN (SELECT scheme_id FROM bench_level)")
    with bulk("crm_grading_result") as cr:
        cr.execute(RESULTS_SQL)


# -- The tier run ------------------------------------------------------------------------------


def shuffle_members():
    """Any tier, state and last day for everybody; a history of nothing."""
    give_levels()
    run("TRUNCATE crm_club_membership_change")
    with bulk("crm_club_membership") as cr:
        cr.execute(MEMBERS_SQL)
    run("VACUUM FULL ANALYZE crm_club_membership")


def copy_tables(copies):
    """The tables as they stand now, with their indexes, checks and foreign keys."""
    run("DROP TABLE IF EXISTS " + ", ".join(copies))
    for copy, table in copies.items():
        run(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")
        run(f"INSERT INTO {copy} SELECT * FROM {table} ORDER BY id")
        keys = run(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        for name, definition in keys:
            run(f"ALTER TABLE {copy} ADD CONSTRAINT bench_{name} {definition}")
        run(f"VACUUM ANALYZE {copy}")


def by_hand(today):
    """The ``Clock`` of the three statements, and the number of moves."""
    [[scheme]] = run(
        "SELECT id FROM crm_grading_scheme WHERE code = 'contribution' AND draft_of_id IS NULL"
    )
    with cursor() as cr:
        cr.connection.autocommit = False
        with Clock(cr) as clock:
            for statement in (MOVES_SQL, UPDATE_SQL, HISTORY_SQL):
                statement = statement.replace("CURRENT", f"DATE '{today}'")
                cr.execute(statement.replace("SCHEME", str(scheme)))
            moves = cr.rowcount
            cr.connection.commit()
    return clock, moves


def engine():
    """The ``Clock`` of the run in one go, and the number of moves."""
    with environment() as env, Clock(env.cr) as clock:
        moves = len(env["crm.club.membership"]._run_tiers())
        env.cr.commit()
    return clock, moves


def nightly():
    """The ``Clock`` of the job's moves in its batches; notices are told apart."""
    with environment() as env, Clock(env.cr) as clock:
        env["crm.club.membership"]._cron_moves()
    return clock


def differences():
    """Rows that the tables and their copies do not share."""
    found = 0
    for copy, columns in COMPARED.items():
        pair = [f"SELECT {columns} FROM {name}" for name in (copy, COPIES[copy])]
        for one, other in (pair, pair[::-1]):
            [[count]] = run(f"SELECT count(*) FROM ({one} EXCEPT ALL {other}) rows")
            found += count
    return found


def measure_run(report):
    with environment() as env:
        today = env["crm.club.membership"]._today()
    step("the tier run, and by hand")
    shuffle_members()
    copy_tables(COPIES)
    hand, _moves = by_hand(today)
    ours, moves = engine()
    [[members]] = run("SELECT count(*) FROM crm_club_membership")
    kinds = run("SELECT count(DISTINCT kind) FROM crm_club_membership_change")[0][0]
    name = f"tier run of {number(members)} members: {number(moves)} moves of {kinds} kinds"
    report.info(name, seconds(ours.time))
    report.info("SQL by hand, same indexes and foreign keys", seconds(hand.time))
    report.judge("tier run against SQL by hand", ours.time / hand.time, 1.5)
    report.info("  processor time alone", f"{ours.processor / hand.processor:.2f}×")
    report.expect("rows that differ between both", differences(), 0)
    again, moves = engine()
    report.info(f"once more, {number(moves)} moves", seconds(again.time))
    shuffle_members()
    job = nightly()
    report.info("the nightly job's moves, in batches that commit", seconds(job.time))
    report.info("  against the run in one go", f"{job.time / ours.time:.2f}×")
    run("DROP TABLE IF EXISTS " + ", ".join(COPIES))


def measure(report):
    import club_points
    import club_portal

    report.title(f"Club, {DEALERS} dealers")
    measure_install(report)
    measure_enrolment(report)
    measure_run(report)
    club_portal.measure(report)
    club_points.measure(report)
