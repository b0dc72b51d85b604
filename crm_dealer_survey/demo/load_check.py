"""A dealer that answers for its customers (S9).

The story: Tianjin's figures are weak, and the quarter nears its end. On one evening five customers
answer within three minutes, tens throughout; one of them would be called on the advisor's phone.
The manufacturer has called one of the customers so far. In Qingdao three customers have one phone.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

_DEALER = "TJ01"
_SMALL_DEALER = "QD01"
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_SECONDS = 17  # for a whole questionnaire
_PHONE = "13752206618"
_SHARED_PHONE = "13869820417"


def load(env):
    """Let the dealer cheat, check all answers, and decide on one."""
    env = env(context={**env.context, **_QUIET})
    manager = env.ref("crm_dealer_grading.user_oem", raise_if_not_found=False)
    if manager:
        env["crm.satisfaction.check"].search([]).user_id = manager
    version = env.ref("crm_dealer_survey.version_csi_1")
    answers = _answer_for_customers(env, version)
    _share_a_phone(env)
    run = env["crm.satisfaction.check.run"]
    run._begin_tonight()
    run = run.search([("nightly", "=", True)], limit=1)
    while run._step():
        continue
    if answers:
        flags = answers[0].satisfaction_flag_ids
        flags._confirm("客户说没有收到过问卷，也没有填写。", "经核查后剔除。")


def _answer_for_customers(env, version):
    visits = _unasked(env)
    answers = version._invite([{"visit_id": v.id, "satisfaction_channel": "sms"} for v in visits])
    if not answers:
        return answers
    _use_advisors_phone(answers[-1])
    figures = {q: q.scale_max for q in version.question_ids if q.question_type == "scale"}
    for answer in answers:
        answer._submit_satisfaction(figures)
    # Three days ago, in the evening in China.
    evening = fields.Datetime.now().replace(hour=12, minute=40, second=0, microsecond=0)
    evening -= timedelta(3)
    begun = [evening + timedelta(seconds=n * (_SECONDS + 19)) for n in range(len(answers))]
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE survey_user_input i
                  SET start_datetime = s.at, end_datetime = s.at + %s * interval '1 second'
                 FROM unnest(%s::int[], %s::timestamp[]) AS s (id, at) WHERE i.id = s.id""",
            _SECONDS,
            answers.ids,
            begun,
        )
    )
    env.invalidate_all()
    env["crm.satisfaction.score"]._store(answers)
    return answers


def _unasked(env):
    """Visits of different customers that nobody has asked about; who answered least comes last."""
    answers = env["survey.user_input"]
    visits = env["crm.service.visit"].search(
        [
            ("dealer_id.code", "=", _DEALER),
            ("stage", "in", ("delivered", "followed_up")),
            ("partner_id", "!=", False),
            ("id", "not in", answers.search([("visit_id", "!=", False)]).visit_id.ids),
        ],
        limit=60,
    )
    first = {visit.commercial_partner_id: visit for visit in reversed(visits)}
    people = [("partner_id", "in", [visit.partner_id.id for visit in first.values()])]
    count = dict(answers._read_group(people, ["partner_id"], ["__count"]))
    return sorted(first.values(), key=lambda v: -count.get(v.partner_id, 0))[-5:]


def _share_a_phone(env):
    """Three customers of the small dealer have answered, and have one phone."""
    people = env["crm.satisfaction.score"]._read_group(
        [
            ("dealer_id.code", "=", _SMALL_DEALER),
            ("programme_id.code", "=", "SSI"),
            ("date", ">=", fields.Date.today() - timedelta(80)),
            ("partner_id.is_company", "=", False),
            ("partner_id.parent_id", "=", False),
        ],
        ["partner_id"],
    )
    env["res.partner"].concat(*(partner for [partner] in people[:3])).phone = _SHARED_PHONE


def _use_advisors_phone(answer):
    staff = answer.dealer_id.user_ids[:1].partner_id or answer.dealer_id.partner_id
    if staff:
        (staff | answer.partner_id).write({"phone": _PHONE})
