"""A CSI sample that is over, and the one of last month, drawn and waiting to be sent (S2).

The story: customers of Shanghai answer gladly, in Tianjin and Qingdao few do; what two
or three people said of Qingdao is an impression.
"""

import random
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .load_programme import AnswerLoader

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_QUOTA = 8
# Share of those asked who answer.
_RESPONSE = {
    "SH01": 0.7,
    "HZ01": 0.6,
    "SU01": 0.5,
    "GZ01": 0.55,
    "SZ01": 0.5,
    "BJ01": 0.4,
    "TJ01": 0.3,
    "QD01": 0.25,
}


def load(env):
    """Draw by the addon's own statement; no message is made, so none goes out."""
    env = env(context={**env.context, **_QUIET})
    programme = env.ref("crm_dealer_survey.programme_csi")
    month = env.company._today_here().replace(day=1)
    dealers = env["crm.dealer"].search([("code", "in", list(_RESPONSE))])
    common = {
        "programme_id": programme.id,
        "dealer_ids": [(6, 0, dealers.ids)],
        "quota": _QUOTA,
        "minimum": 3,
        "cooling_days": 14,  # two programmes share few customers
        "channel_3": False,
        "channel_4": False,
    }
    over = env["crm.satisfaction.sample"].create(
        {
            **common,
            "date_from": month - relativedelta(months=3),
            "date_to": month - relativedelta(months=1),
            "seed": "2f9c01be",
        }
    )
    if not any(row["quota"] for row in over._preview()):
        over.unlink()
        return
    over.action_draw()
    _Field(env, over).work(month - relativedelta(months=1) + timedelta(2))
    plan = env["crm.satisfaction.sample.plan"].create({**common, "seed": "7be310a4"})
    plan._make_once(month - relativedelta(months=1))


class _Field:
    """What the weeks after a draw brought."""

    def __init__(self, env, sample):
        self.env = env
        self.sample = sample
        self.rng = random.Random(2)

    def work(self, day):
        """Ask on ``day``, let some answer, close."""
        lines = self.sample.line_ids.filtered(lambda line: line.state == "drawn")
        lines._invite()
        self._date(lines, datetime.combine(day, time(2, 30)))
        answers = self._who_answers(lines).answer_id
        loader = AnswerLoader(self.env)
        loader._say(self.sample.version_id, answers, "service")
        loader._complete(answers)
        answers.invalidate_recordset()
        answers._after_satisfaction(answers)
        self.sample._follow_up()
        self.sample._close_finished()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_satisfaction_sample SET closed_at = %s WHERE id = %s",
                datetime.combine(day, time(3)) + timedelta(15),
                self.sample.id,
            )
        )
        self.env.invalidate_all()

    def _who_answers(self, lines):
        """Of each dealer the share that the story tells."""
        chosen = lines.browse()
        for dealer, asked in lines.grouped("dealer_id").items():
            count = round(len(asked) * _RESPONSE[dealer.code])
            chosen |= lines.browse(self.rng.sample(asked.ids, count))
        return chosen

    def _date(self, lines, moment):
        """All of it happened at that time; messages were sent, and are in nobody's queue."""
        self.sample.state = "field"
        self.env.flush_all()
        for statement in (
            SQL(
                "UPDATE crm_satisfaction_sample SET drawn_at = %s, sent_at = %s WHERE id = %s",
                moment - timedelta(hours=1),
                moment,
                self.sample.id,
            ),
            SQL(
                """UPDATE crm_satisfaction_sample_line
                      SET state = 'sent', asked = TRUE, sent_at = %s, asked_on = %s,
                          reminded_at = CASE WHEN id %% 2 = 0 THEN %s::timestamp END
                    WHERE id = ANY(%s)""",
                moment,
                moment.date(),
                moment + timedelta(5),
                lines.ids,
            ),
            SQL(
                "UPDATE survey_user_input SET create_date = %s, deadline = %s WHERE id = ANY(%s)",
                moment,
                moment + timedelta(14),
                lines.answer_id.ids,
            ),
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()
