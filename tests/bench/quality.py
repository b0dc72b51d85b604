"""Completeness of all customers, against SQL by hand; and a page of the customer list."""

import statistics

from regrade import environment
from report import seconds
from scratch import Clock, cursor, run

# What a DBA would write who knows the shipped list of required data by heart.
_BY_HAND = """
INSERT INTO quality_by_hand
SELECT p.id, CASE WHEN is_company THEN 'B' ELSE 'C' END, dealer_id, user_id, create_date::date,
       CASE WHEN is_company
            THEN (10 - (COALESCE(TRIM(name), '') = '')::int - (COALESCE(TRIM(phone), '') = '')::int
                  - (COALESCE(TRIM(email), '') = '')::int - (COALESCE(TRIM(street), '') = '')::int
                  - (COALESCE(TRIM(city), '') = '')::int
                  - (COALESCE(TRIM(legal_form), '') = '')::int
                  - (COALESCE(TRIM(line_of_business), '') = '')::int
                  - (responsible_id IS NULL)::int - (user_id IS NULL)::int
                  - (acquisition_channel_id IS NULL)::int) * 10.0
            ELSE (9 - (COALESCE(TRIM(name), '') = '')::int - (COALESCE(TRIM(phone), '') = '')::int
                  - (COALESCE(TRIM(gender), '') = '')::int - (birthdate_date IS NULL)::int
                  - (id_number_hash IS NULL)::int - (COALESCE(TRIM(street), '') = '')::int
                  - (COALESCE(TRIM(city), '') = '')::int - (user_id IS NULL)::int
                  - (acquisition_channel_id IS NULL)::int) / 9.0 * 100
       END, '[]'::jsonb, 'not_verified', FALSE, FALSE
  FROM res_partner p
 WHERE dealer_id IS NOT NULL AND active AND (parent_id IS NULL OR is_company)
"""
_TABLE = """
DROP TABLE IF EXISTS quality_by_hand;
CREATE TABLE quality_by_hand (
    partner_id integer UNIQUE REFERENCES res_partner, customer_type varchar,
    dealer_id integer REFERENCES crm_dealer, user_id integer REFERENCES res_users, since date,
    completeness float8, missing jsonb, verified_state varchar, is_complete boolean,
    is_effective boolean);
CREATE INDEX ON quality_by_hand (dealer_id);
CREATE INDEX ON quality_by_hand (user_id) WHERE user_id IS NOT NULL
"""


def refresh():
    with environment() as env:
        with Clock(env.cr) as clock:
            changed = env["crm.customer.quality"]._refresh()
            env.cr.commit()
    return clock, changed


def by_hand():
    run(_TABLE)
    with cursor() as cr, Clock(cr) as clock:
        cr.execute(_BY_HAND)
    return clock


def measure(report):
    """All files from nothing, once more with nothing to do, and the list by completeness."""
    report.title("Completeness of customer files")
    run("TRUNCATE crm_customer_quality")
    hand = by_hand()
    full, changed = refresh()
    run("ANALYZE crm_customer_quality")
    report.info(f"first run, {changed:,} files", seconds(full.time))
    report.info("SQL by hand, without what is missing", seconds(hand.time))
    report.info("first run against SQL by hand", f"{full.time / hand.time:.1f}×")
    again, changed = refresh()
    report.info(f"second run, {changed} files changed", seconds(again.time))
    pages = []
    for _round in range(5):
        with environment() as env, Clock(env.cr) as clock:
            domain = [("dealer_id", "!=", False), ("completeness", "<", 95)]
            partners = env["res.partner"].search(domain, limit=80, order="completeness, id")
            partners.read(["name", "completeness", "verified_state", "is_effective"])
        pages.append(clock.time)
    page = statistics.median(pages)
    report.info("page of 80, filtered and sorted by completeness", seconds(page))
    run("DROP TABLE quality_by_hand")
