"""A heap of work for scheduled actions, and the oracle: was each piece done, and once?"""

from datetime import date, timedelta

from scale_site import environment, sql
from test_contact_concurrency import make_due
from test_sampling_concurrency import make

from odoo import Command

MEMBERS = 1100  # more than two batches
NOTICES = 60
# What the heap is for, with its scheduled actions.
ACTIONS = (
    "crm_dealer_grading.ir_cron_regrade_pending",
    "crm_dealer_grading.ir_cron_due_contacts",
    "crm_dealer_grading.ir_cron_kpi",
    "crm_dealer_club.ir_cron_care",
    "crm_dealer_club.ir_cron_points_expire",
    "crm_dealer_survey.ir_cron_sample_field",
    "crm_dealer_survey.ir_cron_rectification_escalate",
)


def heap(database):
    """Pile the work up, committed; return the ids that the oracle asks for."""
    with environment(database) as env:
        ids = {**_members(env), **_sample(env), **_contacts(env), **_notices(env)}
    return ids


def wake(database):
    """Let the actions be due now; whoever runs scheduled actions takes them."""
    for xml_id in ACTIONS:
        sql(
            database,
            """UPDATE ir_cron SET active = true, nextcall = now() AT TIME ZONE 'UTC'
                WHERE id = (SELECT res_id FROM ir_model_data
                             WHERE module = %s AND name = %s AND model = 'ir.cron')""",
            xml_id.split("."),
        )


def poke(database):
    """What a commit says to all cron workers that sleep."""
    sql("postgres", f"NOTIFY cron_trigger, '{database}'")


def _members(env):
    """Members whose points are past their last day and whose insurance ends."""
    env["crm.care.rule"].search([]).active = False
    # The run would send what the demo's rules planned as well, to customers of nobody's count.
    env["crm.care.reminder"].search([("state", "=", "planned")]).unlink()
    env.company.write({"care_quiet_from": 0, "care_quiet_to": 0})
    dealer = env["crm.dealer"].create({"name": "Scale", "code": "T-SCALE"})
    people = env["res.partner"].create(
        [
            {"name": f"Scale {n}", "dealer_id": dealer.id, "phone": f"+86 138 {n:04} 7100"}
            for n in range(MEMBERS)
        ]
    )
    members = env["crm.club.membership"].enrol(people)
    members._post_points("bonus", 10)
    members._post_points("bonus", 5)
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_club_point_entry SET expires_on = '2020-01-31' WHERE membership_id = ANY(%s)",
        [members.ids],
    )
    rule = env["crm.care.rule"].create(
        {
            "name": "Scale",
            "trigger": "insurance",
            "lead_days": 30,
            "channel": "sms",
            "dealer_id": dealer.id,
            "sms_template_id": env.ref("crm_dealer_club.sms_template_care_due").id,
        }
    )
    due = rule._today() + timedelta(days=10)
    cars = [{"partner_id": one.id, "insurance_expiry": due} for one in people for _ in (1, 2)]
    env["crm.vehicle"].create(cars)
    return {"people": people.ids, "members": members.ids, "rule": rule.id}


def _sample(env):
    """A sample in the field: nobody is asked yet."""
    # That people are asked at all is tested elsewhere.
    env["crm.club.consent.purpose"].search([]).write({"given_by_default": True})
    made = make(env)
    found = env["crm.satisfaction.sample"].create(
        {
            "programme_id": made["programmes"][0],
            "dealer_ids": [Command.set([made["dealer"]])],
            "date_from": made["day"] - timedelta(1),
            "date_to": made["day"] + timedelta(2),
            "quota": 20,
            "channel_2": False,
            "channel_3": False,
            "channel_4": False,
            "hour_from": 0,
            "hour_to": 24,
            "seed": "scale",
        }
    )
    found.action_draw()
    found.action_send()
    return {"sample": found.id}


def _contacts(env):
    env.cr.execute("UPDATE crm_grading_level SET contact_interval_days = 0, min_contacts = 0")
    env.invalidate_all()
    return {"due": make_due(env)[0].ids}


def _notices(env):
    """Rectification notices that are late."""
    dealer = env["crm.dealer"].create({"name": "Late", "code": "T-LATE"})
    notices = env["crm.rectification"]._make(
        [
            {"dealer_id": dealer.id, "subject": f"Late {n}", "problem": f"Late {n}"}
            for n in range(NOTICES)
        ]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_rectification SET state = 'issued', deadline_on = %s, issued_on = %s"
        " WHERE id = ANY(%s)",
        [date.today() - timedelta(30), date.today() - timedelta(40), notices.ids],
    )
    return {"notices": notices.ids}


# -- The oracle ------------------------------------------------------------------------------

_LEFT = {
    "grading": "SELECT count(*) FROM crm_grading_pending",
    "contacts": """SELECT %(all)s - count(*) FROM crm_contact_due
                    WHERE partner_id = ANY(%(due)s) AND state = 'planned'""",
    "care": """SELECT 2 * %(members_count)s - count(*) FROM crm_care_reminder
                WHERE rule_id = %(rule)s AND state <> 'planned'""",
    "points": """SELECT count(*) FROM crm_club_point_entry
                  WHERE membership_id = ANY(%(members)s) AND remaining > 0""",
    "asked": """SELECT count(*) FROM crm_satisfaction_sample_line
                 WHERE sample_id = %(sample)s AND state = 'drawn'""",
    "notices": """SELECT %(late)s - count(DISTINCT rectification_id)
                    FROM crm_rectification_escalation WHERE rectification_id = ANY(%(notices)s)""",
}
# Each of these finds what was done twice, or not in the way it should.
_WRONG = {
    "contacts": """SELECT res_id, count(*) FROM mail_activity WHERE res_model = 'res.partner'
                    AND res_id = ANY(%(due)s) GROUP BY 1 HAVING count(*) <> 1""",
    "messages": """SELECT partner_id, count(*) FROM sms_sms WHERE partner_id = ANY(%(people)s)
                    GROUP BY 1 HAVING count(*) <> 1""",
    "silence": """SELECT id FROM res_partner p WHERE id = ANY(%(people)s)
                   AND NOT EXISTS (SELECT FROM sms_sms s WHERE s.partner_id = p.id)""",
    "contact log": """SELECT partner_id, count(*) FROM crm_contact_log
                       WHERE partner_id = ANY(%(people)s) GROUP BY 1 HAVING count(*) <> 1""",
    "expiry": """SELECT membership_id FROM crm_club_point_entry
                  WHERE membership_id = ANY(%(members)s) AND kind = 'expiry'
                  GROUP BY 1 HAVING count(*) <> 2 OR sum(points) <> -15""",
    "balance": """SELECT id FROM loyalty_card
                   WHERE club_membership_id = ANY(%(members)s) AND points <> 0""",
    "asked": """SELECT answer_id, count(*) FROM crm_satisfaction_sample_line
                 WHERE sample_id = %(sample)s AND state = 'sent'
                 GROUP BY 1 HAVING answer_id IS NULL OR count(*) <> 1""",
    "kpi": """SELECT kpi_id, period, period_kind, level, dealer_id, region_id, count(*)
                FROM crm_kpi_value GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1""",
    "told": """SELECT rectification_id, level, count(*) FROM crm_rectification_escalation
                WHERE rectification_id = ANY(%(notices)s) GROUP BY 1, 2 HAVING count(*) > 1""",
}


def _params(ids):
    counts = {"all": len(ids["due"]), "members_count": MEMBERS, "late": len(ids["notices"])}
    return {**ids, **counts}


def left(database, ids):
    """``{what: number}`` of what is still to be done."""
    counts = {name: sql(database, query, _params(ids))[0][0] for name, query in _LEFT.items()}
    return {name: count for name, count in counts.items() if count}


def wrong(database, ids):
    """``{what: rows}`` of what was done twice or not rightly."""
    found = {name: sql(database, query, _params(ids)) for name, query in _WRONG.items()}
    return {name: rows for name, rows in found.items() if rows}
