"""Assessments of the last months (S9).

The story: two months are published; the manufacturer approved what stands on firm figures and
leaves the rest to be decided. The third month is shown since yesterday, and the dealer at its end
appeals: the workshop was closed during a typhoon. The last quarter is computed and not shown yet.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_APPEAL = "当月台风期间门店停业三天，客户等待时间较长，相关问卷请酌情核减，附停业通知。"
_MANAGERS = {"TJ01": "user_tj01_manager", "SU01": "user_su01_manager", "QD01": "user_qd01_manager",
             "BJ01": "user_bj01_manager", "SZ01": "user_sz01_manager", "GZ01": "user_gz01_manager",
             "HZ01": "user_hz01_manager", "SH01": "user_manager"}  # fmt: skip


def load(env):
    """Take the assessments through their steps, each by who does it."""
    oem = env.ref("crm_dealer_grading.user_oem")
    env = env(user=oem, context={**env.context, **_QUIET})
    policy = env.ref("crm_dealer_survey.policy_monthly")
    today = env.company._today_here()
    first = today.replace(day=1)
    for back in (3, 2, 1):
        assessment = _computed(env, policy, first - relativedelta(months=back))
        assessment.action_show()
        if back > 1:
            _publish(assessment, today)
        else:
            _appeal(assessment, today)
    standard = env.ref("crm_dealer_survey.policy_standard")
    _computed(env, standard, env["crm.assessment"]._last_period("quarter"))


def _computed(env, policy, begin):
    assessment = env["crm.assessment"].create({"policy_id": policy.id, "begin": begin})
    assessment.compute()
    return assessment


def _publish(assessment, today):
    """The time to appeal is over; what is not shaky is approved."""
    assessment._stepping().write({"appeal_until": today - timedelta(days=1)})
    assessment.action_publish()
    assessment.proposal_ids.filtered(lambda one: one.significance != "no")._step("approve")


def _appeal(assessment, today):
    """The last dealer's manager appeals."""
    env = assessment.env
    yesterday = today - timedelta(days=1)
    assessment._stepping().write(
        {"shown_on": yesterday, "appeal_until": yesterday + timedelta(days=7)}
    )
    last = assessment.line_ids.sorted(lambda line: (-line.rank, line.id))[:1]
    user = env.ref(f"crm_dealer_grading.{_MANAGERS.get(last.dealer_id.code)}", False)
    if user:
        mine = last.with_user(user)
        mine.env["crm.assessment.appeal"]._file(mine, _APPEAL)
