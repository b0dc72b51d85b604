"""Answers to SSI and CSI over two quarters (S1).

The story: Guangzhou Tianhe reorganised its workshop and leads by now; Beijing sells well and hands
over in a hurry; Qingdao is small, and its figures stand on few answers.
"""

import random
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

_DAYS = 183
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
# A dealer's level on the 10-point scale at the beginning and today: service, sales.
_LEVELS = {
    "SH01": ((8.3, 8.5), (8.6, 8.6)),
    "HZ01": ((8.0, 8.2), (8.3, 8.4)),
    "SU01": ((7.6, 7.4), (8.0, 7.9)),
    "GZ01": ((7.2, 8.7), (8.1, 8.4)),
    "SZ01": ((8.1, 8.0), (8.2, 8.3)),
    "BJ01": ((7.8, 7.7), (8.5, 8.4)),
    "TJ01": ((7.4, 7.3), (7.6, 7.8)),
    "QD01": ((7.9, 8.1), (7.7, 8.0)),
}
# Where dealers are better or worse than their level: (dealer or *, code of a factor).
_STRENGTHS = {
    ("*", "reception"): 0.5,
    ("*", "facility"): 0.2,
    ("*", "handover"): -0.6,
    ("*", "deal"): -0.4,
    ("BJ01", "delivery"): -1.4,
    ("TJ01", "facility"): -1.2,
    ("SH01", "quality"): 0.4,
}
_GOOD = (
    "服务顾问很热情，讲解也很清楚。",
    "取车时车洗得很干净，谢谢。",
    "预约很方便，到店不用等。",
    "销售顾问没有催我，让我慢慢看车。",
    "Quick and friendly, and the price was what they had said.",
)
_BAD = (
    "等了两个多小时，没有人告诉我进度。",
    "结算单上的项目没有解释清楚。",
    "交车太匆忙，很多功能没有讲。",
    "同样的异响修了两次才好。",
    "回访电话一直没有接到。",
)
_MOST = {"sale": 26, "service": 34}  # answers of a dealer


def load(env):
    """Let customers of the last two quarters have answered."""
    env = env(context={**env.context, **_QUIET})
    loader = AnswerLoader(env)
    for code, subject in (("csi", "service"), ("ssi", "sale")):
        version = env.ref(f"crm_dealer_survey.version_{code}_1")
        loader.load(version, subject)


class AnswerLoader:
    def __init__(self, env):
        self.env = env
        self.rng = random.Random(20)
        self.now = fields.Datetime.now()
        self.codes = {}
        for data in env["ir.model.data"].search(
            [("module", "=", "crm_dealer_survey"), ("model", "=", "crm.satisfaction.factor")]
        ):
            self.codes[data.res_id] = data.name.split("_", 2)[2]

    def load(self, version, subject):
        requests = [
            request
            for dealer in self.env["crm.dealer"].search([("code", "in", list(_LEVELS))])
            for request in getattr(self, f"_{subject}")(dealer)
        ]
        answers = version._invite(requests)
        done = answers.browse(self.rng.sample(answers.ids, len(answers) * 9 // 10))
        self._say(version, done, subject)
        self._complete(done)
        done.invalidate_recordset()
        done._after_satisfaction(done)

    def _service(self, dealer):
        since = self.now - timedelta(_DAYS)
        visits = self.env["crm.service.visit"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("stage", "in", ("delivered", "followed_up")),
                ("date", ">=", since),
                ("date", "<", self.now - timedelta(4)),
                ("partner_id", "!=", False),
            ]
        )
        for visit in self._sample(visits, "service"):
            yield {"visit_id": visit.id, **self._asked(visit.date)}

    def _sale(self, dealer):
        since = self.now.date() - timedelta(_DAYS)
        vehicles = self.env["crm.vehicle"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("purchase_date", ">=", since),
                ("purchase_date", "<", self.now.date() - timedelta(9)),
                ("partner_id", "!=", False),
            ]
        )
        for vehicle in self._sample(vehicles, "sale"):
            yield {
                "vehicle_id": vehicle.id,
                "advisor_id": vehicle.partner_id.user_id.id,
                **self._asked(fields.Datetime.to_datetime(vehicle.purchase_date)),
            }

    def _sample(self, records, subject):
        return self.rng.sample(list(records), min(len(records), _MOST[subject]))

    def _asked(self, moment):
        """When, and by which way."""
        asked = moment + timedelta(3)
        channel = self.rng.choices(("sms", "email", "phone"), (6, 2, 3))[0]
        return {"satisfaction_channel": channel, "deadline": asked + timedelta(14)}

    def _say(self, version, answers, subject):
        """What each customer said, written in one statement."""
        questions = [
            (q.id, q.sequence, q.satisfaction_kind, self.codes.get(q.satisfaction_factor_id.id))
            for q in version.question_ids
        ]
        lines = [
            (answer.id, number, sequence, *said)
            for answer in answers
            for number, sequence, said in self._answer(answer, questions, subject)
        ]
        columns = list(zip(*lines, strict=True))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO survey_user_input_line (
                       user_input_id, question_id, question_sequence, survey_id, answer_type,
                       value_scale, value_text_box, skipped, answer_score, answer_is_correct,
                       create_uid, write_uid, create_date, write_date)
                   SELECT l.*, FALSE, 0, FALSE, 1, 1, now() AT TIME ZONE 'UTC',
                          now() AT TIME ZONE 'UTC'
                     FROM (SELECT a, q, s, %s::int, t, v, x
                             FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::int[],
                                         %s::text[]) AS line (a, q, s, t, v, x)) l""",
                version.survey_id.id,
                *(list(column) for column in columns),
            )
        )

    def _answer(self, answer, questions, subject):
        """One customer's answers; ``(question, sequence, (type, figure, text))`` of each."""
        code = answer.dealer_id.code
        start, today = _LEVELS[code][0 if subject == "service" else 1]
        age = (self.now - answer.deadline).days / _DAYS
        level = today + (start - today) * max(0.0, min(1.0, age)) + self.rng.gauss(0, 0.9)
        for number, sequence, kind, factor in questions:
            if self.rng.random() < 0.04:
                continue  # not everybody answers everything
            strength = _STRENGTHS.get((code, factor), _STRENGTHS.get(("*", factor), 0))
            said = self._figure(kind, level + strength)
            if said is not None:
                yield number, sequence, said

    def _figure(self, kind, level):
        if kind == "open":
            if self.rng.random() < 0.6:
                return None
            return "text_box", None, self.rng.choice(_GOOD if level > 7.8 else _BAD)
        if kind == "compliance":
            return "scale", int(self.rng.random() < min(0.97, level / 9.3)), None
        figure = round(level + self.rng.gauss(0, 0.8))
        return "scale", max(0 if kind == "nps" else 1, min(10, figure)), None

    def _complete(self, answers):
        """As if each had answered a few days after being asked."""
        self.env.cr.execute(
            SQL(
                """UPDATE survey_user_input
                      SET state = 'done',
                          start_datetime = deadline - interval '13 days' + id %% 97 * interval
                                           '1 minute',
                          end_datetime = deadline - interval '13 days' + id %% 97 * interval
                                         '1 minute' + (90 + id %% 211) * interval '1 second'
                    WHERE id = ANY(%s)""",
                answers.ids,
            )
        )
