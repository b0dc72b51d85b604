"""What a DBA would write by hand for exactly the shipped schemes, into a table of the same shape.

It reads each source once for all schemes; the engine cannot know that, so this is the
bar. Thresholds and shares stand here as the specification gives them (spec §2: G1, G2, G4 to G10).
"""

from scratch import Clock, cursor, run

TABLE = "bench_result"

FIGURES_SQL = """
CREATE TEMP TABLE fig AS
WITH o AS (
    SELECT p.commercial_partner_id AS id,
           count(*) FILTER (WHERE date_order >= %(m12)s) AS orders,
           sum(amount_untaxed / currency_rate) FILTER (WHERE date_order >= %(m12)s) AS revenue,
           max((date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date)
               FILTER (WHERE date_order >= %(m12)s) AS last,
           count(*) FILTER (WHERE date_order >= %(m6)s) AS m6,
           count(*) FILTER (WHERE date_order < %(m6)s) AS before6,
           count(*) FILTER (WHERE date_order < %(m12)s) AS before12
      FROM sale_order JOIN res_partner p ON p.id = partner_id
     WHERE state = 'sale' AND date_order < %(till)s GROUP BY 1),
v AS (
    SELECT commercial_partner_id AS id, count(*) AS m12,
           count(*) FILTER (WHERE date >= %(m6)s) AS m6,
           count(*) FILTER (WHERE date >= %(m3)s) AS m3,
           count(*) FILTER (WHERE order_id IS NULL) AS unordered,
           sum(amount_total) FILTER (WHERE order_id IS NULL) AS spend
      FROM crm_service_visit
     WHERE active AND stage NOT IN ('booked', 'cancelled') AND date >= %(m12)s
       AND date < %(till)s GROUP BY 1),
h AS (
    SELECT commercial_partner_id AS id,
           count(*) FILTER (WHERE date_from < %(day12)s) AS m12,
           count(*) FILTER (WHERE date_from < %(day6)s) AS m6
      FROM crm_vehicle_ownership WHERE is_present GROUP BY 1),
c AS (
    SELECT commercial_partner_id AS id, count(*) AS fleet,
           count(*) FILTER (WHERE purchase_date < %(day60)s) AS aged
      FROM crm_vehicle WHERE active GROUP BY 1),
l AS (
    SELECT p.commercial_partner_id AS id, sum(expected_revenue) AS expected,
           min(date_deadline) FILTER (WHERE date_deadline >= %(today)s) AS next
      FROM crm_lead JOIN res_partner p ON p.id = partner_id
     WHERE crm_lead.active AND won_status = 'pending' GROUP BY 1),
g AS (
    SELECT commercial_partner_id AS id, count(*) FILTER (WHERE complaint = 'open') AS open,
           (array_agg(satisfaction::numeric ORDER BY date DESC, id DESC)
               FILTER (WHERE satisfaction > 0))[1] AS said
      FROM crm_contact_log WHERE date < %(till)s GROUP BY 1)
SELECT p.id, p.dealer_id, COALESCE(o.revenue, 0) AS order_revenue, o.orders, o.last,
       o.orders > 0 OR v.unordered > 0 AS paid, o.id IS NOT NULL AS ordered,
       COALESCE(o.revenue, 0) + COALESCE(v.spend, 0) AS revenue,
       c.id IS NOT NULL AS owner, COALESCE(v.m12, 0) AS v12, COALESCE(v.m6, 0) AS v6,
       COALESCE(v.m3, 0) AS v3, COALESCE(h.m12, 0) AS h12, COALESCE(h.m6, 0) AS h6,
       COALESCE(o.m6, 0) AS o6, COALESCE(o.orders, 0) AS o12, COALESCE(o.before6, 0) AS before6,
       COALESCE(o.before12, 0) AS before12, COALESCE(c.fleet, 0) AS fleet,
       COALESCE(c.aged, 0) AS aged, COALESCE(l.expected, 0) AS expected, l.next,
       COALESCE(g.open, 0) AS open, g.said, (p.agreement_until >= %(today)s IS TRUE)::int AS agreed,
       (p.stated_potential = 'high' IS TRUE)::int AS stated,
       (p.credit_standing = 'poor' IS TRUE)::int AS poor,
       (p.credit_standing IN ('good', 'fair') IS TRUE)::int AS checked,
       (p.payment_habit = 'cash' IS TRUE)::int AS cash,
       (p.payment_habit = 'card' IS TRUE)::int AS card, (p.sells_online IS TRUE)::int AS online,
       p.is_company AND p.is_reseller IS TRUE AS reseller
  FROM res_partner p
  LEFT JOIN o ON o.id = p.id LEFT JOIN v ON v.id = p.id
  LEFT JOIN h ON h.id = p.id LEFT JOIN c ON c.id = p.id
  LEFT JOIN l ON l.id = p.id LEFT JOIN g ON g.id = p.id
 WHERE p.active AND p.dealer_id IS NOT NULL AND p.id = p.commercial_partner_id"""

INTO = f"INSERT INTO {TABLE} (scheme_id, partner_id, level_id, score, figures, since, dealer_id)"

VALUE_SQL = f"""{INTO}
SELECT %(value)s, id, CASE WHEN revenue <= 0 THEN %(value_X)s
                          WHEN ahead * 100 < n THEN %(value_K)s WHEN ahead * 5 < n THEN %(value_S)s
                          WHEN ahead * 2 < n THEN %(value_O)s ELSE %(value_X)s END,
       revenue, jsonb_build_object('revenue_12m', revenue), %(today)s, dealer_id
  FROM (SELECT *, rank() OVER (ORDER BY revenue DESC) - 1 AS ahead, count(*) OVER () AS n
          FROM fig WHERE paid) f"""

ABC_SQL = f"""{INTO}
SELECT %(abc)s, id, CASE WHEN ahead < 0.8 * total THEN %(abc_A)s WHEN ahead < 0.95 * total
                         THEN %(abc_B)s ELSE %(abc_C)s END,
       revenue, jsonb_build_object('revenue_12m', revenue), %(today)s, dealer_id
  FROM (SELECT *, COALESCE(sum(revenue) OVER (ORDER BY revenue DESC GROUPS BETWEEN
                           UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS ahead,
               sum(revenue) OVER () AS total
          FROM fig WHERE paid) f"""

ACTIVITY_SQL = f"""{INTO}
SELECT %(activity)s, id, CASE WHEN v12 >= 3 THEN %(activity_A)s
                              WHEN v12 = 2 OR v12 = 1 AND v3 = 1 THEN %(activity_B)s
                              WHEN v12 = 1 THEN %(activity_C)s
                              WHEN h12 = 0 THEN %(activity_N)s ELSE %(activity_L)s END,
       v12, jsonb_build_object('visits_12m', v12, 'visits_3m', v3, 'owned_over_12m', h12),
       %(today)s, dealer_id
  FROM fig WHERE owner"""

ACTIVITY6_SQL = f"""{INTO}
SELECT %(activity6)s, id, CASE WHEN v6 = 0 AND h6 = 0 THEN %(activity6_N)s
                               WHEN v6 = 0 THEN %(activity6_L)s
                               WHEN v12 >= 3 THEN %(activity6_A)s
                               WHEN v12 = 2 OR v3 >= 1 THEN %(activity6_B)s
                               ELSE %(activity6_C)s END,
       v12, jsonb_build_object('visits_12m', v12, 'visits_6m', v6, 'visits_3m', v3,
                               'owned_over_6m', h6), %(today)s, dealer_id
  FROM fig WHERE owner"""

RFM_SQL = f"""{INTO}
SELECT %(rfm)s, id, CASE WHEN r >= 4 AND f >= 4 THEN %(rfm_CH)s
                         WHEN r = 3 AND f >= 4 THEN %(rfm_LO)s
                         WHEN r >= 4 AND f >= 2 THEN %(rfm_PL)s WHEN r = 5 THEN %(rfm_NC)s
                         WHEN r = 4 THEN %(rfm_PR)s WHEN r = 3 AND f >= 2 THEN %(rfm_NA)s
                         WHEN r = 3 THEN %(rfm_AS)s WHEN f >= 4 AND m >= 4 THEN %(rfm_CL)s
                         WHEN f >= 2 THEN %(rfm_AR)s WHEN r = 2 THEN %(rfm_HI)s ELSE %(rfm_LS)s END,
       100 * r + 10 * f + m,
       jsonb_build_object('days_since_last_order', last, 'orders_12m', orders,
                          'order_revenue_12m', order_revenue), %(today)s, dealer_id
  FROM (SELECT *, 1 + 5 * (rank() OVER (ORDER BY last) - 1) / count(*) OVER () AS r,
               1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS f,
               1 + 5 * (rank() OVER (ORDER BY order_revenue) - 1) / count(*) OVER () AS m
          FROM fig WHERE orders > 0) f"""

POTENTIAL_SQL = f"""{INTO}
SELECT %(potential)s, id, CASE WHEN revenue >= 50000 AND high THEN %(potential_A)s
                               WHEN revenue >= 50000 THEN %(potential_B)s
                               WHEN high THEN %(potential_C)s ELSE %(potential_D)s END,
       revenue, jsonb_build_object('revenue_12m', revenue, 'lead_revenue_open', expected,
                                   'vehicles_over_5y', aged, 'fleet_size', fleet,
                                   'potential_high', stated), %(today)s, dealer_id
  FROM (SELECT *, expected >= 100000 OR aged > 0 OR fleet >= 3 OR stated > 0 AS high FROM fig) f"""

HORIZON_SQL = f"""{INTO}
SELECT %(horizon)s, id, CASE WHEN poor > 0 OR next IS NULL THEN %(horizon_D)s
                             WHEN next - %(today)s::date <= 90 THEN %(horizon_A)s
                             WHEN next - %(today)s::date <= 180 THEN %(horizon_B)s
                             WHEN next - %(today)s::date <= 365 THEN %(horizon_C)s
                             ELSE %(horizon_D)s END,
       0, jsonb_build_object('days_until_next_order', next, 'credit_poor', poor), %(today)s,
       dealer_id
  FROM fig"""

SATISFACTION_SQL = f"""{INTO}
SELECT %(satisfaction)s, id, CASE WHEN open > 0 THEN %(satisfaction_C)s
                                  WHEN v12 = 0 AND h12 > 0 THEN %(satisfaction_X)s
                                  WHEN said < 6 THEN %(satisfaction_C)s
                                  WHEN said >= 9 AND v12 > 0 THEN %(satisfaction_L)s
                                  ELSE %(satisfaction_G)s END,
       said, jsonb_build_object('last_satisfaction', said, 'open_complaints', open,
                                'visits_12m', v12, 'owned_over_12m', h12), %(today)s, dealer_id
  FROM fig WHERE owner"""

MANAGEMENT_SQL = f"""{INTO}
SELECT %(management)s, id, CASE WHEN agreed > 0 THEN %(management_S)s
                                WHEN order_revenue >= 5000000 THEN %(management_V)s
                                WHEN o6 > 0 AND before6 = 0 THEN %(management_N)s
                                WHEN o12 = 0 AND before12 = 1 THEN %(management_D)s
                                WHEN order_revenue < 50000 THEN %(management_L)s
                                ELSE %(management_F)s END,
       order_revenue, jsonb_build_object('order_revenue_12m', order_revenue,
                                         'agreement_valid', agreed, 'orders_6m', o6,
                                         'orders_12m', o12, 'orders_before_6m', before6,
                                         'orders_before_12m', before12), %(today)s, dealer_id
  FROM fig WHERE ordered OR agreed > 0"""

CHANNEL_SQL = f"""{INTO}
SELECT %(channel)s, id, CASE WHEN online > 0 THEN %(channel_W)s
                             WHEN o12 >= 12 AND cash > 0 THEN %(channel_A1)s
                             WHEN o12 >= 12 AND checked > 0 THEN %(channel_AG)s
                             WHEN o12 >= 2 AND cash > 0 THEN %(channel_D1)s
                             WHEN o12 >= 2 THEN %(channel_DI)s WHEN card > 0 THEN %(channel_W)s
                             ELSE %(channel_R)s END,
       o12, jsonb_build_object('orders_12m', o12, 'pays_cash', cash, 'pays_card', card,
                               'credit_checked', checked, 'sells_online', online), %(today)s,
       dealer_id
  FROM fig WHERE reseller"""

CONTRIBUTION_SQL = f"""{INTO}
SELECT %(contribution)s, id, CASE WHEN revenue >= 200000 THEN %(contribution_D)s
                                  WHEN revenue >= 50000 THEN %(contribution_G)s
                                  WHEN revenue >= 10000 THEN %(contribution_S)s
                                  ELSE %(contribution_O)s END,
       revenue, jsonb_build_object('revenue_12m', revenue), %(today)s, dealer_id
  FROM fig WHERE paid"""

SCHEMES = {
    "value": VALUE_SQL,
    "abc": ABC_SQL,
    "activity": ACTIVITY_SQL,
    "activity6": ACTIVITY6_SQL,
    "rfm": RFM_SQL,
    "potential": POTENTIAL_SQL,
    "horizon": HORIZON_SQL,
    "satisfaction": SATISFACTION_SQL,
    "management": MANAGEMENT_SQL,
    "channel": CHANNEL_SQL,
    "contribution": CONTRIBUTION_SQL,
}


def make_table(foreign_keys):
    """An empty table like that of the results, with its indexes."""
    run(f"DROP TABLE IF EXISTS {TABLE}")
    run(f"CREATE TABLE {TABLE} (LIKE crm_grading_result INCLUDING ALL)")
    if foreign_keys:
        for (definition,) in run(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'crm_grading_result'::regclass AND contype = 'f'"
        ):
            run(f"ALTER TABLE {TABLE} ADD {definition}")


def levels():
    """Ids of the schemes by code, and of the levels by scheme and level code."""
    ids = dict(run("SELECT code, id FROM crm_grading_scheme"))
    for scheme, level, level_id in run(
        "SELECT s.code, l.code, l.id FROM crm_grading_level l"
        " JOIN crm_grading_scheme s ON s.id = l.scheme_id"
    ):
        ids[f"{scheme}_{level}"] = level_id
    return ids


BOUNDS_SQL = """
SELECT m, (end_day - m * interval '1 month')::date,
       (end_day - m * interval '1 month') AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'
  FROM (SELECT %(today)s::date + 1 AS end_day) e, unnest(ARRAY[0, 3, 6, 12, 60]) m"""


def bounds(today, tz):
    """The windows of a run, as parameters of the statements."""
    params = {"today": today, "tz": tz}
    for months, day, moment in run(BOUNDS_SQL, params):
        params.update({f"day{months}": day, f"m{months}": moment})
    params["till"] = params["m0"]
    return params


def grade(context):
    """Run it all in one transaction; ``context`` says for which day, see ``bounds``.

    :return: the ``Clock`` of it
    """
    active = run("SELECT code FROM crm_grading_scheme WHERE active AND applies_to = 'customer'")
    statements = [FIGURES_SQL, "ANALYZE fig", *(SCHEMES[code] for (code,) in active)]
    with cursor() as cr:
        cr.execute("SET work_mem = '256MB'")
        params = {**levels(), **context}
        with Clock(cr) as clock:
            cr.execute("BEGIN")
            for statement in statements:
                cr.execute(statement, params)
            cr.execute("COMMIT")
    return clock


def differences():
    """Number of rows that differ from the engine's."""
    columns = "scheme_id, partner_id, level_id, score, figures, since, dealer_id"
    ours = f"SELECT {columns} FROM {TABLE}"
    engine = f"SELECT {columns} FROM crm_grading_result"
    return run(
        f"SELECT count(*) FROM (({ours} EXCEPT {engine}) UNION ALL ({engine} EXCEPT {ours})) d"
    )[0][0]
