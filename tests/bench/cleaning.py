"""The search for duplicates and suspicious data against SQL by hand (C3)."""

from regrade import environment
from report import seconds, step
from scratch import CONTACTS, Clock, cursor, run

# One customer in a hundred was entered twice: the phone of one, the e-mail of another.
TWICE_SQL = """
UPDATE res_partner p SET {column} = o.{column}
  FROM res_partner o
 WHERE p.commercial_partner_id = p.id AND o.commercial_partner_id = o.id
   AND o.id = p.id + 1 AND p.id % 100 = {rest}"""

# What somebody would write who knows this data: a join for each sign. Our search also reads
# phones without a valid number and folds VINs.
BY_HAND_SQL = """
CREATE TEMP TABLE bench_pairs AS
WITH c AS MATERIALIZED (
    SELECT id, dealer_id, phone_sanitized AS phone, lower(trim(email)) AS email,
           lower(trim(name)) AS name, id_number_hash AS number
      FROM res_partner WHERE active AND commercial_partner_id = id AND partner_share
       AND id NOT IN (SELECT partner_id FROM res_company)),
v AS MATERIALIZED (SELECT c.id, v.plate, v.vin FROM crm_vehicle v
                    JOIN c ON c.id = v.commercial_partner_id WHERE v.active)
SELECT a.id AS a, b.id AS b FROM c a JOIN c b USING (phone) WHERE a.id < b.id
UNION SELECT a.id, b.id FROM c a JOIN c b USING (email) WHERE a.id < b.id
UNION SELECT a.id, b.id FROM c a JOIN c b USING (number) WHERE a.id < b.id
UNION SELECT a.id, b.id FROM c a JOIN c b USING (name, dealer_id) WHERE a.id < b.id
UNION SELECT a.id, b.id FROM v a JOIN v b USING (plate) WHERE a.id < b.id
UNION SELECT a.id, b.id FROM v a JOIN v b USING (vin) WHERE a.id < b.id"""


def enter_twice():
    step("entering customers twice")
    with cursor() as cr:
        cr.execute("SET session_replication_role = replica")
        cr.execute(TWICE_SQL.format(column="phone", rest=7))
        cr.execute(TWICE_SQL.format(column="phone_sanitized", rest=7))
        cr.execute(TWICE_SQL.format(column="email", rest=57))
        cr.execute("VACUUM ANALYZE res_partner")
    run("TRUNCATE crm_duplicate_candidate, crm_suspicious_data CASCADE")


def by_hand():
    """The pairs of the joins, and the ``Clock`` of finding and storing them."""
    with cursor() as cr:
        with Clock(cr) as clock:
            cr.execute(BY_HAND_SQL)
        cr.execute("SELECT a, b FROM bench_pairs ORDER BY 1, 2")
        return cr.fetchall(), clock


def search(model, method):
    """The ``Clock`` of a call on ``model``, with its commit."""
    with environment() as env, Clock(env.cr) as clock:
        getattr(env[model], method)()
        env.cr.commit()
    return clock


def measure(report):
    """Find what was entered twice, and once more without a change; then what is suspicious."""
    enter_twice()
    report.title(f"Data cleaning, {CONTACTS:,} contacts")
    step("searching for duplicates")
    wanted, hand = by_hand()
    first = search("crm.duplicate.candidate", "_refresh")
    again = search("crm.duplicate.candidate", "_refresh")
    found = run("SELECT partner_a_id, partner_b_id FROM crm_duplicate_candidate ORDER BY 1, 2")
    report.info("pairs found", f"{len(found):,}")
    wanted, found = set(wanted), set(found)
    report.expect("pairs that the joins by hand find and we do not", len(wanted - found), 0)
    report.expect("pairs that only we find", len(found - wanted), 0)
    report.info("by hand", seconds(hand.time))
    report.info("first search, stored", seconds(first.time))
    report.info("search again", seconds(again.time))
    report.judge("search again, against by hand", again.time / hand.time, 2)
    step("checking all data")
    check = search("crm.suspicious.data", "_refresh")
    [[rows]] = run("SELECT count(*) FROM crm_suspicious_data")
    report.info(f"first check of all data, {rows:,} rows found", seconds(check.time))
    check = search("crm.suspicious.data", "_refresh")
    report.info("check again", seconds(check.time))
