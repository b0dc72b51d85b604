"""Points: paying invoices with the club and without, the expiry night, redemption (M3)."""

import statistics
import time

import scratch
from regrade import environment
from report import number, seconds, step
from scratch import Clock, cursor, run, scaled

DOCUMENTS = min(1000, scaled(2_000))  # paid at once
ROUNDS = 2
ENTRIES = scaled(1_000_000)
REDEEMED = 30
BARE = "bench_points"


# -- Paying ------------------------------------------------------------------------------------


def product(env):
    values = {"name": "Bench", "type": "service", "invoice_policy": "order"}
    return env["product.product"].create(values)


def invoices(env, partners):
    """Posted invoices of confirmed orders, one of each customer."""
    line = {"product_id": product(env).id, "price_unit": 100.0, "tax_ids": [(5,)]}
    orders = env["sale.order"].create(
        [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for partner in partners]
    )
    orders.action_confirm()
    moves = orders._create_invoices(grouped=True)
    moves.action_post()
    env.cr.commit()
    return moves.ids


def pay(database, ids):
    """Seconds that paying these invoices at once takes, its commit included; and queries."""
    with environment(database=database) as env:
        before = env.cr.sql_log_count
        begin = time.perf_counter()
        register = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=ids
        )
        register.create({"group_payment": False})._create_payments()
        env.cr.commit()
        return time.perf_counter() - begin, env.cr.sql_log_count - before


def buyers(env):
    """Active members; strangers where there is no club."""
    if "crm.club.membership" not in env:
        return env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(DOCUMENTS)])
    run(
        "UPDATE crm_club_membership SET state = 'active', join_date = current_date - 400"
        " WHERE id IN (SELECT id FROM crm_club_membership ORDER BY id LIMIT %s)",
        [DOCUMENTS],
    )
    members = env["crm.club.membership"].search([], order="id", limit=DOCUMENTS)
    return members.partner_id


def ready(env):
    """Accounts to post on."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", env.company, install_demo=False)
        env.cr.commit()


def measure_paying(report):
    step(f"paying {DOCUMENTS} invoices at once, in turn with bare Odoo")
    scratch.drop(BARE)
    scratch.make(BARE)
    found = {BARE: [], scratch.NAME: []}
    try:
        for _round in range(ROUNDS):
            for database in found:
                with environment(database=database) as env:
                    ready(env)
                    ids = invoices(env, buyers(env))
                found[database].append(pay(database, ids))
    finally:
        scratch.drop(BARE)
    (bare, bare_queries), (here, queries) = (min(rounds) for rounds in found.values())
    report.info(f"paying {DOCUMENTS} invoices at once, bare Odoo", seconds(bare))
    report.info("... with the addons, points booked", f"{here / bare:.2f}×")
    more = (queries - bare_queries) / DOCUMENTS
    report.info("  queries more, a document", f"{more:.2f}")
    measure_settling(report, ids)


def measure_settling(report, ids):
    """What the club does of it; nothing is booked twice, so the entries go first."""
    with environment() as env:
        drop_entries(env)
        before = env.cr.sql_log_count
        with Clock(env.cr) as clock:
            env["account.move"]._settle_club_points(ids)
        queries = env.cr.sql_log_count - before
        [[booked]] = env.execute_query(sql("SELECT count(*) FROM crm_club_point_entry"))
        env.cr.rollback()
    report.info(f"  settling {number(booked)} invoices alone", seconds(clock.time))
    report.info("  its queries", number(queries))


def sql(code):
    from odoo.tools import SQL

    return SQL(code)


def drop_entries(env):
    for statement in (
        "DELETE FROM crm_club_point_use",
        "DELETE FROM crm_club_point_entry",
        "UPDATE loyalty_card SET points = 0, points_owed = 0 WHERE is_club",
    ):
        env.cr.execute(statement)


# -- The expiry night --------------------------------------------------------------------------

# A third is past its last day.
ENTRIES_SQL = f"""
INSERT INTO crm_club_point_entry (membership_id, card_id, program_id, partner_id, dealer_id, date,
    kind, flow, points, remaining, expires_on, key, user_id, create_uid, write_uid, create_date,
    write_date)
SELECT c.club_membership_id, c.id, c.program_id, c.partner_id, c.dealer_id,
       now() AT TIME ZONE 'UTC' - interval '400 days', 'bonus', 'earned', 100, 100,
       current_date + CASE WHEN c.place %% 3 = 0 THEN -1 ELSE 90 END, 'bench' || n, 1, 1, 1,
       now(), now()
  FROM generate_series(0, {ENTRIES} - 1) n
  JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place
          FROM loyalty_card WHERE is_club) c
       ON c.place = n %% (SELECT count(*) FROM loyalty_card WHERE is_club)"""
BALANCES_SQL = """
UPDATE loyalty_card c SET points = s.points, points_owed = 0
  FROM (SELECT card_id, sum(remaining) AS points FROM crm_club_point_entry GROUP BY 1) s
 WHERE s.card_id = c.id"""
# The same by hand: entry, use, what is left, balance.
BY_HAND_SQL = (
    """
CREATE TEMP TABLE bench_expiry AS
SELECT e.*, nextval('crm_club_point_entry_id_seq') AS new_id FROM crm_club_point_entry e
 WHERE remaining > 0 AND expires_on < current_date""",
    """
INSERT INTO crm_club_point_entry (id, membership_id, card_id, program_id, partner_id, dealer_id,
    date, kind, flow, points, remaining, key, user_id, create_uid, write_uid, create_date,
    write_date)
SELECT new_id, membership_id, card_id, program_id, partner_id, dealer_id, now(), 'expiry',
       'expired', -remaining, 0, 'expiry:' || id, 1, 1, 1, now(), now() FROM bench_expiry""",
    """
INSERT INTO crm_club_point_use (entry_id, credit_id, points, create_uid, write_uid, create_date,
    write_date)
SELECT new_id, id, remaining, 1, 1, now(), now() FROM bench_expiry""",
    """
UPDATE crm_club_point_entry e SET remaining = 0 FROM bench_expiry x WHERE x.id = e.id""",
    """
UPDATE loyalty_card c SET points = c.points - x.points
  FROM (SELECT card_id, sum(remaining) AS points FROM bench_expiry GROUP BY 1) x
 WHERE x.card_id = c.id""",
)


def fill_entries():
    with cursor() as cr:
        cr.execute("TRUNCATE crm_club_point_use, crm_club_point_entry")
        cr.execute("SET session_replication_role = replica")
        cr.execute(ENTRIES_SQL.replace("%%", "%"))
        cr.execute(BALANCES_SQL)
        cr.execute("VACUUM ANALYZE crm_club_point_entry")
        cr.execute("VACUUM ANALYZE loyalty_card")


def books():
    """What remains, what expired and what the cards hold, in points."""
    return run(
        "SELECT sum(remaining), sum(points), (SELECT sum(points) FROM loyalty_card WHERE is_club),"
        "       (SELECT sum(points) FROM crm_club_point_use), count(*) FROM crm_club_point_entry"
    )


def measure_expiry(report):
    step(f"the expiry night over {number(ENTRIES)} entries")
    fill_entries()
    with cursor() as cr:
        cr.connection.autocommit = False
        with Clock(cr) as hand:
            for statement in BY_HAND_SQL:
                cr.execute(statement)
            cr.connection.commit()
    wanted = books()
    fill_entries()
    with environment() as env, Clock(env.cr) as clock:
        env["crm.club.point.entry"]._cron_expire()
    [[expired]] = run("SELECT count(*) FROM crm_club_point_entry WHERE kind = 'expiry'")
    name = f"expiry night: {number(expired)} of {number(ENTRIES)} entries"
    report.info(name, seconds(clock.time))
    report.info("  entries a second", number(expired / clock.time))
    report.info("  against SQL by hand in one transaction", f"{clock.time / hand.time:.1f}×")
    report.expect("books that differ between both", int(books() != wanted), 0)


# -- Redemption --------------------------------------------------------------------------------


def programs(env):
    """A program of core's with the club's first reward, and the club's."""
    club = env["loyalty.program"]._of_club(env.company)
    reward = club.reward_ids.sorted("required_points")[:1]
    core = env["loyalty.program"].create(
        {
            "name": "Bench Core",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "reward_ids": [
                (0, 0, {
                    "reward_type": "discount", "discount_mode": "per_order", "discount": 10,
                    "discount_applicability": "order", "required_points": 100,
                })
            ],
        }
    )  # fmt: skip
    return {"core": (core, core.reward_ids), "club": (club, reward)}


def with_reward(env, partner, item, reward, card):
    """A quotation that uses the reward."""
    line = {"product_id": item.id, "price_unit": 500.0, "tax_ids": [(5,)]}
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
    order._update_programs_and_rewards()
    refused = order._apply_program_reward(reward, card)
    if refused:
        raise RuntimeError(refused)
    return order


def confirm(env, order):
    env.flush_all()
    begin = time.perf_counter()
    order.action_confirm()
    env.flush_all()
    return time.perf_counter() - begin


def measure_redemption(report):
    step("redeeming points")
    with environment() as env:
        found, item = {}, product(env)
        kinds = programs(env)
        core = kinds["core"][0]
        ids = run(
            "SELECT id FROM crm_club_membership WHERE state = 'active' ORDER BY id LIMIT %s",
            [REDEEMED],
        )
        members = env["crm.club.membership"].browse(number for (number,) in ids)
        members.sudo()._post_points("bonus", 1000)
        cards = members._cards_of(kinds["club"][0])
        for member in members:
            partner = member.partner_id
            own = env["loyalty.card"].create(
                {"program_id": core.id, "partner_id": partner.id, "points": 1000}
            )
            card = {"core": own, "club": cards[member]}
            orders = {
                kind: with_reward(env, partner, item, reward, card[kind])
                for kind, (_program, reward) in kinds.items()
            }
            for kind, order in orders.items():
                found.setdefault(kind, []).append(confirm(env, order))
        env.cr.rollback()
    core, club = (statistics.median(found[kind][3:]) for kind in ("core", "club"))
    report.info("confirming an order with a reward of core's loyalty", seconds(core))
    report.info("... with one of the club, whose ledger follows", f"{club / core:.2f}×")


def measure(report):
    measure_redemption(report)
    measure_expiry(report)
    measure_paying(report)
