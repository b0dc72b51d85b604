"""Data whose time is over, of kinds that are emptied, deleted one by one, and deleted by SQL."""

from fault_work import only, people_of

_LOGS = """
INSERT INTO crm_contact_log (partner_id, commercial_partner_id, dealer_id, date, way, direction,
    summary, feedback, create_uid, write_uid)
SELECT p.id, p.id, p.dealer_id, now() AT TIME ZONE 'UTC' - make_interval(years => k.years), 'phone',
       'out', 'Fault', 'What was said', 1, 1
  FROM res_partner p CROSS JOIN (VALUES (1), (6), (7)) k (years) WHERE p.id = ANY(%(people)s)"""
_FILES = """
INSERT INTO ir_attachment (name, type, res_model, res_id, company_id, create_uid, write_uid)
SELECT 'Fault', 'binary', 'crm.contact.log', id, 1, 1, 1
  FROM crm_contact_log WHERE summary = 'Fault'"""
_DUES = """
INSERT INTO crm_contact_due (partner_id, dealer_id, state, origin, date, closed_on)
SELECT p.id, p.dealer_id, 'done', 'plan', current_date - k.days, current_date - k.days
  FROM res_partner p CROSS JOIN (VALUES (30), (1500)) k (days) WHERE p.id = ANY(%(people)s)"""
_ACCESSES = """
INSERT INTO crm_protected_access (user_id, partner_id, kind, field_name, date)
SELECT 2, p.id, 'id_number', 'id_number', now() AT TIME ZONE 'UTC' - make_interval(years => k.years)
  FROM res_partner p CROSS JOIN (VALUES (1), (8)) k (years) WHERE p.id = ANY(%(people)s)"""


def make_retention(env, count=3000):
    """Twelve batches of entries to empty with their files, six each of two kinds to delete."""
    _dealer, people = people_of(env, "keep", count)
    for statement in (_LOGS, _FILES, _DUES, _ACCESSES):
        env.cr.execute(statement, {"people": people})
    env.cr.execute(
        """CREATE TABLE fault_before AS
           SELECT 'contact_log' AS kind, count(*) FROM crm_contact_log WHERE summary <> '—'
            UNION ALL SELECT 'contact_due', count(*) FROM crm_contact_due
            UNION ALL SELECT 'access_log', count(*) FROM crm_protected_access"""
    )
    env.invalidate_all()
    for kind in ("contact_log", "contact_due", "access_log"):
        rule = env.ref(f"crm_dealer_grading.retention_rule_{kind}")
        rule.action_preview()
        rule.action_switch_on()
    only(env, ["crm_dealer_grading.ir_cron_retention"])
