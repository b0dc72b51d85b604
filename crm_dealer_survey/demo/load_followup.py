"""Follow-up calls of the last weeks (S3).

The story: Shanghai and Hangzhou call everybody and reach most; Beijing calls when there is time;
Qingdao has nobody for it, its calls lapse. The call centre is through with its
part up to last week.
"""

import random
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

_DAYS = 40
_REST = 100  # more than the days for which programmes leave customers alone
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
# Share of a dealer's due calls that were made, and of those that were reached.
_HABITS = {
    "SH01": (1.0, 0.9),
    "HZ01": (0.95, 0.85),
    "SU01": (0.8, 0.75),
    "GZ01": (0.9, 0.8),
    "SZ01": (0.85, 0.8),
    "BJ01": (0.5, 0.7),
    "TJ01": (0.7, 0.6),
    "QD01": (0.1, 0.5),
}
_SAID = {
    "reached": (
        "一切正常，客户很满意。",
        "空调异味已消除，客户表示感谢。",
        "客户希望下次能提前一天提醒保养。",
        "客户询问下次保养的时间和费用，已答复。",
    ),
    "later": ("在开会，请晚点再打。",),
    "refused": ("客户不愿接受回访。",),
}


def load(env):
    """Make the calls of the last weeks, and let most of the due ones have been made."""
    env = env(context={**env.context, **_QUIET})
    rules = env["crm.followup.rule"].search([])
    rules.start_on = fields.Date.today() - timedelta(_DAYS)
    validity = {rule: rule.valid_days for rule in rules}
    rules.valid_days = _DAYS  # calls whose time has passed are made as well
    calls = env["crm.followup.call"]
    events = calls._events_to_look_at()
    calls._follow_up(**events)
    calls = calls.search([])
    for rule, days in validity.items():
        rule.valid_days = days
    _shorten(env)
    _Caller(env).work(calls)
    calls._close_overdue()
    _leave_to_agents(env)


def _shorten(env):
    """The days for which the calls are valid, as the rules say."""
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_followup_call c SET lapses_on = c.date_due + r.valid_days"
        "  FROM crm_followup_rule r WHERE r.id = c.rule_id"
    )
    env.invalidate_all()


def _leave_to_agents(env):
    """Private customers whom an agent is to ask were asked by nobody else these months."""
    env.flush_all()
    env.cr.execute(
        """DELETE FROM survey_user_input i
            USING crm_followup_call c
             JOIN res_partner p ON p.id = c.commercial_partner_id AND NOT p.is_company
            WHERE c.state = 'due' AND c.caller = 'call_centre'
              AND i.commercial_partner_id = c.commercial_partner_id
              AND i.satisfaction_version_id IS NOT NULL
              AND i.create_date > %s
              AND NOT EXISTS (SELECT FROM crm_satisfaction_sample_line l
                               WHERE l.commercial_partner_id = c.commercial_partner_id)""",
        [fields.Datetime.now() - timedelta(_REST)],
    )
    env.invalidate_all()


class _Caller:
    def __init__(self, env):
        self.env = env
        self.rng = random.Random(3)
        self.now = fields.Datetime.now()
        self.agent = env.ref("crm_dealer_grading.user_callcentre", raise_if_not_found=False)

    def work(self, calls):
        """What was done until yesterday, in three statements."""
        done = [row for call in calls if (row := self._made(call))]
        if not done:
            return
        columns = list(zip(*done, strict=True))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH made AS (
                       SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::timestamp[],
                                            %s::int[], %s::text[], %s::timestamp[])
                              AS made(id, state, result, at, who, note, next))
                   INSERT INTO crm_followup_attempt (call_id, user_id, result, date, note,
                          later_at, dealer_id, caller, company_id, create_uid, create_date)
                   SELECT c.id, m.who, m.result, m.at, m.note,
                          CASE m.result WHEN 'later' THEN m.next END, c.dealer_id, c.caller,
                          c.company_id, 1, m.at
                     FROM made m JOIN crm_followup_call c ON c.id = m.id""",
                *map(list, columns),
            )
        )
        self.env.cr.execute(
            """UPDATE crm_followup_call c
                  SET attempt_count = 1, last_result = a.result, last_date = a.date,
                      missed_count = (a.result = 'no_answer')::int,
                      date_next = COALESCE(a.later_at, a.date + interval '4 hours'),
                      state = CASE WHEN a.result IN ('reached', 'refused') THEN 'done'
                                   WHEN a.result = 'wrong_number' THEN 'unreachable'
                                   ELSE 'due' END
                 FROM crm_followup_attempt a WHERE a.call_id = c.id"""
        )
        self.env.invalidate_all()
        self._log()

    def _made(self, call):
        """``(id, state, result, when, who, note, next)``, or None where nobody called."""
        at = call.date_next + timedelta(minutes=self.rng.randrange(20, 500))
        made, reached = _HABITS.get(call.dealer_id.code, (0.6, 0.6))
        if call.caller == "call_centre":
            made, reached = 1.0 if at < self.now - timedelta(7) else 0.2, 0.7
        if at > self.now or self.rng.random() >= made:
            return None
        result = "reached"
        if self.rng.random() >= reached:
            [result] = self.rng.choices(
                ("no_answer", "later", "wrong_number", "refused"), (6, 2, 1, 1)
            )
        who = self.agent if call.caller == "call_centre" else call.dealer_id.user_ids[:1]
        note = self.rng.choice(_SAID[result]) if result in _SAID else None
        again = self.now + timedelta(hours=2)
        return call.id, "", result, at, (who or self.env.user).id, note, again

    def _log(self):
        """The contact log tells of those who were reached."""
        self.env.cr.execute(
            """INSERT INTO crm_contact_log (partner_id, commercial_partner_id, dealer_id, date,
                      way, direction, summary, feedback, user_id, visit_id, lead_id, vehicle_id,
                      create_uid, write_uid, create_date, write_date)
               SELECT c.partner_id, c.commercial_partner_id, c.dealer_id, a.date, 'phone', 'out',
                      COALESCE(r.name->>'zh_CN', r.name->>'en_US'), a.note, a.user_id,
                      c.visit_id, c.lead_id, c.vehicle_id, 1, 1, a.date, a.date
                 FROM crm_followup_attempt a
                 JOIN crm_followup_call c ON c.id = a.call_id
                 JOIN crm_followup_rule r ON r.id = c.rule_id
                WHERE a.result = 'reached'"""
        )
        self.env.invalidate_all()
