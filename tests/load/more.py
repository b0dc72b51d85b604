"""What the fifty work on, beside what tests/bench fills: their leads, visits, complaints."""

import fill
import people
from regrade import environment
from report import step
from scratch import bulk, run, scaled

TICKETS = scaled(30_000)
_BARE_LEADS = fill.LEADS_SQL.replace("dealer_id, ", "")
_OWNER_SQL = f"""
UPDATE {{table}} d SET user_id = u.id
  FROM res_partner p, res_users u
 WHERE p.id = d.partner_id AND p.id > %(base)s
   AND u.login = 'load_staff_' || p.{people.DEALER_OF}"""
# A tenth is open; half of the rest was solved within three days.
_TICKETS = f"""
INSERT INTO helpdesk_ticket (number, name, description, partner_id, commercial_partner_id,
       partner_name, company_id, team_id, stage_id, priority, kanban_state, active,
       last_stage_update, closed_date, user_id, create_uid, write_uid, create_date,
       write_date, rating_status, COLUMNS)
SELECT 'L' || n, 'Complaint ' || n, 'The customer complains.', p.id, p.commercial_partner_id,
       p.name, 1, %(team)s, CASE WHEN n %% 10 = 0 THEN %(open)s ELSE %(done)s END, '1', 'normal',
       true, t.at, CASE WHEN n %% 10 <> 0 THEN t.at + interval '3 days' END,
       NULL, 1, 1, t.at, t.at, 'no_rate', VALUES
  FROM generate_series(1, {TICKETS}) n
 CROSS JOIN LATERAL (SELECT now() AT TIME ZONE 'UTC' - (n %% 365) * interval '1 day' AS at) t
  JOIN res_partner p ON p.id = %(base)s + 1 + (n * 7919::bigint) %% {scaled(900_000)}"""
_VISITS_TODAY = """
WITH place AS (SELECT id, row_number() OVER (PARTITION BY dealer_id ORDER BY id DESC) AS n
                 FROM crm_service_visit WHERE stage = 'booked')
UPDATE crm_service_visit v SET date = current_date + n * interval '20 minutes',
       stage = (ARRAY['booked', 'received', 'work_order', 'in_work', 'quality_check'])[1 + n % 5]
  FROM place p WHERE p.id = v.id AND p.n <= 25"""


def own(database, base):
    """Leads and orders of the staff's customers are the staff's own."""
    for table in ("crm_lead", "sale_order"):
        run(_OWNER_SQL.format(table=table), base, database=database)


def fill_bare(base, database):
    """Leads and tickets as the other database has them, and the people."""
    step("leads and tickets of bare Odoo")
    run(_BARE_LEADS, base, database=database)
    with environment(database=database) as env:
        team = env["helpdesk.ticket.team"].search([], limit=1)
        stages = env["helpdesk.ticket.stage"].search([])
        values = _stages(base, team, stages)
    statement = _TICKETS.replace(", COLUMNS", "").replace(", VALUES", "")
    run(statement, values, database=database)
    people.make(database, bare=True)
    own(database, base)
    people.make_members(database, members(database))
    run("VACUUM ANALYZE", database=database)


def fill_full(base, database):
    people.make(database, bare=False)
    own(database, base)
    run(_VISITS_TODAY)
    with environment(database=database) as env:
        team = env["helpdesk.ticket.team"].search([("crm_kind", "=", "complaint")], limit=1)
        stages = env["helpdesk.ticket.stage"].search([("crm_kind", "=", "complaint")])
        values = _stages(base, team, stages)
    statement = _TICKETS.replace("COLUMNS", "crm_kind, dealer_id, partner_phone, risk_level")
    with bulk("helpdesk_ticket") as cr:
        cr.execute(statement.replace("VALUES", "'complaint', p.dealer_id, p.phone, 'low'"), values)
    people.make_members(database, members(database, "full"))


def _stages(base, team, stages):
    return {
        **base,
        "team": team.id,
        "open": stages.filtered(lambda stage: not stage.closed)[:1].id,
        "done": stages.filtered("closed")[-1:].id,
    }


def members(database, kind="bare"):
    """The customers who look at the portal: with the addons active members with a vehicle."""
    if kind == "bare":
        rows = run(
            "SELECT id FROM res_partner WHERE commercial_partner_id = id AND is_company IS NOT TRUE"
            " AND email LIKE 'c%%@example.com' ORDER BY id LIMIT %s",
            [people.ROLES["member"][0]],
            database=database,
        )
    else:
        rows = run(
            "SELECT DISTINCT m.partner_id FROM crm_club_membership m JOIN crm_vehicle v"
            "    ON v.commercial_partner_id = m.partner_id AND v.partner_id = m.partner_id"
            " WHERE m.state = 'active' ORDER BY 1 LIMIT %s",
            [people.ROLES["member"][0]],
            database=database,
        )
    return [partner for (partner,) in rows]
