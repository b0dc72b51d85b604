"""What the processes of ``fault_nest`` do: the server's own jobs, and data to do them on.

Each function gets an environment with all rights, which is committed when it returns.
"""

import time

import psycopg2

from odoo.fields import Date, Datetime
from odoo.sql_db import close_all

from odoo.addons.base.models.ir_cron import IrCron

_PEOPLE = """
INSERT INTO res_partner (name, complete_name, type, is_company, active, partner_share, employee,
    lang, country_id, phone, phone_sanitized, email, email_normalized, autopost_bills, color,
    message_bounce, customer_rank, supplier_rank, dealer_id, tz, create_uid, write_uid, create_date,
    write_date)
SELECT 'Fault ' || %(tag)s || n, 'Fault ' || %(tag)s || n, 'contact', false, true, true, false,
       'en_US', (SELECT id FROM res_country WHERE code = 'CN'),
       '+86139' || (%(first)s + n), '+86139' || (%(first)s + n), %(tag)s || n || '@example.com',
       %(tag)s || n || '@example.com', 'ask', 0, 0, 1, 0, %(dealer)s, 'Asia/Shanghai', 1, 1, now(),
       now()
  FROM generate_series(1, %(count)s) n
RETURNING id"""
_VEHICLES = """
INSERT INTO crm_vehicle (vin, plate, plate_kind, partner_id, commercial_partner_id, dealer_id,
    selling_dealer_id, company_id, currency_id, purchase_date, delivery_date, active, mileage,
    insurance_expiry, create_uid, write_uid, create_date, write_date)
SELECT 'LFAULT' || lpad((p.id * 2 + k)::text, 11, '0'), 'F' || lpad((p.id * 2 + k)::text, 7, '0'),
       'ordinary', p.id, p.id, p.dealer_id, p.dealer_id, 1, 1, current_date - 400,
       current_date - 400, true, 1000, current_date + 10, 1, 1, now(), now()
  FROM res_partner p CROSS JOIN generate_series(0, 1) k WHERE p.id = ANY(%(people)s)"""
_OWNERS = """
INSERT INTO crm_vehicle_ownership (vehicle_id, partner_id, commercial_partner_id, plate, date_from,
    dealer_id, create_uid, write_uid, create_date, write_date)
SELECT id, partner_id, commercial_partner_id, plate, delivery_date, dealer_id, 1, 1, now(), now()
  FROM crm_vehicle WHERE partner_id = ANY(%(people)s)"""
_ORDERS = """
INSERT INTO sale_order (name, partner_id, partner_invoice_id, partner_shipping_id, company_id,
    currency_id, currency_rate, state, date_order, amount_untaxed, amount_total)
SELECT 'S-FAULT-' || p.id || '-' || k, p.id, p.id, p.id, 1, 1, 1, 'sale',
       now() AT TIME ZONE 'UTC' - (p.id %% 500) * interval '1 day', 100 * (p.id %% 97),
       100 * (p.id %% 97)
  FROM res_partner p CROSS JOIN generate_series(0, (p.id %% 3)) k WHERE p.id = ANY(%(people)s)"""


# -- the scheduler ---------------------------------------------------------------------------


def cron(env, rounds=60):
    """Do what is due as Odoo's scheduler does, until nothing is; returns the rounds it took.

    While the database server is away it tries again, as the scheduler does every minute.
    """
    database, registry, ready = env.cr.dbname, env.registry, []
    env.cr.rollback()
    for number in range(rounds):
        IrCron._process_jobs(database)
        try:
            with registry.cursor() as cr:
                ready = [job["cron_name"] for job in IrCron._get_all_ready_jobs(cr)]
            if not ready:
                return number + 1
        except psycopg2.Error:
            close_all()
            time.sleep(0.3)
    raise AssertionError(f"after {rounds} rounds there are still {ready}")


def only(env, jobs, due=True):
    """Let these scheduled actions be due, and all others rest."""
    crons = env["ir.cron"].browse(env.ref(job).id for job in jobs)
    env.cr.execute("UPDATE ir_cron SET active = FALSE")
    env.cr.execute("DELETE FROM ir_cron_trigger")
    env.cr.execute(
        "UPDATE ir_cron SET active = TRUE, failure_count = 0,"
        " nextcall = now() AT TIME ZONE 'UTC' + make_interval(hours => %s) WHERE id = ANY(%s)",
        [-1 if due else 24, crons.ids],
    )
    env.invalidate_all()


# -- data ------------------------------------------------------------------------------------


def people_of(env, tag, count, first=0):
    """Customers of a dealer of their own; returns dealer and ids."""
    dealer = env["crm.dealer"].create({"name": f"Faults {tag}", "code": f"T-{tag.upper()}"})
    keys = {"tag": tag, "count": count, "dealer": dealer.id, "first": first + 10_000_000}
    env.cr.execute(_PEOPLE, keys)
    ids = [number for (number,) in env.cr.fetchall()]
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", [ids]
    )
    env.invalidate_all()
    return dealer, ids


def make_orders(env, count=3000):
    """Customers who bought and were graded, and who bought more since."""
    _dealer, people = people_of(env, "grade", count)
    env.cr.execute(_ORDERS, {"people": people})
    env["crm.grading.scheme"].regrade()
    env.cr.execute(
        """CREATE TABLE fault_before AS
           SELECT scheme_id, partner_id, level_id,
                  (SELECT max(id) FROM crm_grading_history) AS last
             FROM crm_grading_result WHERE partner_id = ANY(%s)""",
        [people],
    )
    env.cr.execute(_ORDERS, {"people": people[::3]})
    only(env, ["crm_dealer_grading.ir_cron_regrade"])
    # What was graded this night already would not be graded again.
    env.cr.execute("UPDATE crm_grading_run SET create_date = create_date - interval '1 day'")


CARE = "crm_dealer_club.ir_cron_care"
QUEUES = ["mail.ir_cron_mail_scheduler_action", "sms.ir_cron_sms_scheduler_action"]


def make_care(env, count=560, channels=("email", "sms", "activity"), queues=False):
    """Customers with two vehicles each whose insurance ends; a rule for each channel."""
    env["crm.care.rule"].search([]).active = False
    env["res.company"].search([]).write({"care_quiet_from": 0, "care_quiet_to": 0})
    for place, channel in enumerate(channels):
        dealer, people = people_of(env, f"care-{channel}-", count, 100_000 * place)
        env.cr.execute(_VEHICLES, {"people": people})
        env.cr.execute(_OWNERS, {"people": people})
        env["crm.care.rule"].create(
            {
                "name": f"Faults {channel}",
                "trigger": "insurance",
                "lead_days": 30,
                "channel": channel,
                "dealer_id": dealer.id,
                "mail_template_id": env.ref("crm_dealer_club.mail_template_care_due").id,
                "sms_template_id": env.ref("crm_dealer_club.sms_template_care_due").id,
            }
        )
    env.cr.execute("DELETE FROM mail_mail")
    env.cr.execute("DELETE FROM sms_sms")
    only(env, [CARE, *(QUEUES if queues else ())])


def make_tiers(env, count=5000):
    """Members whose period is over, more than two batches of them, and moves of each kind."""
    _dealer, people = people_of(env, "tier", count)
    members = env["crm.club.membership"].enrol(env["res.partner"].browse(people))
    tiers = env["crm.club.tier"].search([("by_invitation", "=", False)], order="sequence")
    env.cr.execute(
        """UPDATE crm_club_membership SET tier_id = (%(tiers)s::int[])[1 + id %% %(count)s],
                  valid_from = current_date - 1000, valid_until = current_date - 500
            WHERE id = ANY(%(members)s)""",
        {"tiers": tiers.ids, "count": len(tiers), "members": members.ids},
    )
    only(env, ["crm_dealer_club.ir_cron_tiers"])


def make_points(env, count=4000):
    """Members with points past their last day, eight batches of them."""
    _dealer, people = people_of(env, "point", count)
    members = env["crm.club.membership"].enrol(env["res.partner"].browse(people))
    for points in (10, 5):
        members._post_points("bonus", points)
    env.flush_all()
    env.cr.execute(
        """UPDATE crm_club_point_entry SET expires_on = current_date - 3
            WHERE membership_id = ANY(%s) AND remaining = 10""",
        [members.ids],
    )
    only(env, ["crm_dealer_club.ir_cron_points_expire"])


def make_kpis(env):
    """The values of the demonstration's open periods, to be measured anew."""
    env["crm.kpi"].search([])[20:].active = False
    env.cr.execute("DELETE FROM crm_kpi_value WHERE NOT is_closed")
    only(env, ["crm_dealer_grading.ir_cron_kpi"])


_CONSENTS = """
INSERT INTO crm_club_consent (partner_id, dealer_id, purpose_id, channel, given, date, source,
       user_id)
SELECT p.id, p.dealer_id, %s, c.channel, true, now() AT TIME ZONE 'UTC', 'staff', 1
  FROM res_partner p CROSS JOIN (VALUES ('email'), ('sms')) c (channel)
 WHERE p.id = ANY(%s)"""


def make_sample(env, count=900):
    """A sample in the field, nobody asked yet: e-mails to the first, text messages to the rest."""
    dealer, people = people_of(env, "sample", count)
    env.cr.execute(
        "UPDATE res_partner SET email = NULL, email_normalized = NULL WHERE id = ANY(%s)",
        [people[: count // 2]],
    )
    env.cr.execute(_VEHICLES, {"people": people})
    env.cr.execute(_OWNERS, {"people": people})
    env.cr.execute(_CONSENTS, [env.ref("crm_dealer_club.consent_purpose_survey").id, people])
    env.invalidate_all()
    at = Datetime.subtract(Datetime.now(), days=20)
    _visit(env, dealer, people, at)
    programme = _programme(env)
    sample = env["crm.satisfaction.sample"].create(
        {
            "programme_id": programme.id,
            "dealer_ids": [(6, 0, dealer.ids)],
            "date_from": Date.subtract(at.date(), days=1),
            "date_to": Date.add(at.date(), days=2),
            "quota": count - 100,
            "channel_1": "email",
            "channel_2": "sms",
            "channel_3": False,
            "channel_4": False,
            "hour_from": 0,
            "hour_to": 24,
            "seed": "faults",
        }
    )
    sample.action_draw()
    sample.action_send()
    env.cr.execute("DELETE FROM mail_mail")
    env.cr.execute("DELETE FROM sms_sms")
    only(env, ["crm_dealer_survey.ir_cron_sample_field"])
    return sample.id


def _visit(env, dealer, people, at):
    """A visit of each of these people's first vehicle."""
    vehicles = env["crm.vehicle"].search([("partner_id", "in", people)])
    env["crm.service.visit"].create(
        [
            {"vehicle_id": one[0].id, "visit_type": "repair", "stage": "delivered", "date": at,
             "date_delivered": at, "dealer_id": dealer.id}
            for one in vehicles.grouped("partner_id").values()
        ]
    )  # fmt: skip


def _programme(env):
    """One that asks a single question, open."""
    programme = env["crm.satisfaction.programme"].create(
        {"name": "Faults", "code": "T-FAULTS", "sample_source": "visit"}
    )
    version = env["crm.satisfaction.version"].create({"programme_id": programme.id})
    factor = env["crm.satisfaction.factor"].create({"version_id": version.id, "name": "F"})
    env["survey.question"].create(
        {"satisfaction_version_id": version.id, "title": "Q",
         "satisfaction_kind": "satisfaction", "satisfaction_factor_id": factor.id}
    )  # fmt: skip
    version.action_open()
    return programme


def make_assessment(env, count=300):
    """An assessment of the last quarter with so many dealers more, not computed."""
    only(env, [])
    env["crm.dealer"].create(
        [{"name": f"Faults {n}", "code": f"T-ASSESS-{n}"} for n in range(count)]
    )
    policy = env.ref("crm_dealer_survey.policy_standard")
    begin = Date.start_of(Date.subtract(Date.today(), months=18), "year")
    policy = policy.copy(
        {"code": "T-FAULT", "period_kind": "quarter", "number": 1, "appeal_days": 0}
    )
    return env["crm.assessment"].create({"policy_id": policy.id, "begin": begin}).id


def assess(env, number):
    """Compute, show and publish, a transaction each, as three buttons do."""
    assessment = env["crm.assessment"].browse(number)
    steps = {"draft": "compute", "computed": "action_show", "shown": "action_publish"}
    while step := steps.get(assessment.state):
        getattr(assessment, step)()
        env.cr.commit()
    return assessment._differences()


# -- messages --------------------------------------------------------------------------------


def connect(env, mail_port, sms_port):
    """Send by the servers of the trial."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Trial", "smtp_host": "127.0.0.1", "smtp_port": mail_port,
         "smtp_encryption": "none", "smtp_authentication": "login"}
    )  # fmt: skip
    env["ir.config_parameter"].set_param("sms.endpoint", f"http://127.0.0.1:{sms_port}")


def send_again(env):
    """What the button does with everything that failed."""
    env["crm.care.reminder"].search([("state", "=", "failed")]).action_send_again()
