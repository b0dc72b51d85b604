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
    ("*", "facility"): 0.3,
    ("*", "handover"): -0.7,
    ("*", "deal"): -0.5,
    ("BJ01", "delivery"): -1.5,
    ("BJ01", "handover"): -1.3,
    ("TJ01", "facility"): -1.4,
    ("SU01", "quality"): -1.1,
    ("SU01", "order"): -0.6,
    ("SZ01", "booking"): -1.0,
    ("HZ01", "deal"): 0.3,
    ("GZ01", "handover"): 0.2,
    ("QD01", "first"): -0.9,
    ("SH01", "quality"): 0.5,
    ("SH01", "advice"): 0.4,
}
# What the overall judgement hangs on, more or less than the stated weights say.
_DRIVES = {"quality": 0.8, "handover": 0.5, "delivery": 0.8, "deal": 0.5, "advice": 0.3}
# In own words: about what was best, and what was worst.
_WORDS = {
    "booking": ("预约很方便，到店不用等。", "电话预约打了三次才接通。"),
    "reception": ("服务顾问很热情，讲解也很清楚。", "到店二十分钟才有人接待。"),
    "order": ("维修项目和价格提前说得很明白。", "中途增加了项目，没有事先告诉我。"),
    "facility": ("休息区干净，还有地方办公。", "客户休息室太小，周末没有座位。"),
    "quality": ("一次就修好了，技师很专业。", "同样的异响修了两次才好。"),
    "handover": ("取车时车洗得很干净，谢谢。", "等了两个多小时，结算单也没有解释清楚。"),
    "first": ("销售顾问没有催我，让我慢慢看车。", "进店后没有人打招呼。"),
    "advice": ("试驾安排得很周到，问题都答得上来。", "顾问对混动车型不太熟悉。"),
    "deal": ("The price was what they had said at first.", "最后的价格和之前谈的不一样。"),
    "delivery": ("交车仪式很用心，功能讲了一个小时。", "交车太匆忙，很多功能没有讲。"),
}
_MOST = {"sale": 40, "service": 60}  # who is asked about a dealer
_BUYERS = 4 * 365  # days; who bought earlier than the last quarters is asked now, in a wave
_ENOUGH = 10  # answers that an index needs in so small a network


def load(env):
    """Let customers of the last two quarters have answered."""
    env = env(context={**env.context, **_QUIET})
    loader = AnswerLoader(env)
    for code, subject in (("csi", "service"), ("ssi", "sale")):
        version = env.ref(f"crm_dealer_survey.version_{code}_1")
        version.programme_id.min_answers = _ENOUGH
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
        self._date(answers)
        done = answers.browse(self.rng.sample(answers.ids, len(answers) * 9 // 10))
        self._say(version, done, subject)
        self._complete(done)
        done.invalidate_recordset()
        done._after_satisfaction(done)

    def _date(self, answers):
        """Each was asked two weeks before its link ends: who was asked lately rests."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE survey_user_input SET create_date = deadline - interval '14 days'"
                " WHERE id = ANY(%s)",
                answers.ids,
            )
        )
        answers.invalidate_recordset(["create_date"])

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
        today = self.now.date()
        vehicles = self.env["crm.vehicle"].search(
            [
                ("dealer_id", "=", dealer.id),
                ("purchase_date", ">=", today - timedelta(_BUYERS)),
                ("purchase_date", "<", today - timedelta(9)),
                ("partner_id", "!=", False),
            ]
        )
        for vehicle in self._sample(vehicles, "sale"):
            bought = fields.Datetime.to_datetime(vehicle.purchase_date)
            wave = self.now - timedelta(self.rng.randrange(9, _DAYS))
            recent = bought.date() >= today - timedelta(_DAYS)
            yield {
                "vehicle_id": vehicle.id,
                "advisor_id": vehicle.partner_id.user_id.id,
                **self._asked(bought if recent else wave),
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
        level = today + (start - today) * max(0.0, min(1.0, age)) + self.rng.gauss(0, 0.7)
        factors = {factor for _n, _s, _k, factor in questions if factor}
        felt = {
            factor: _STRENGTHS.get((code, factor), _STRENGTHS.get(("*", factor), 0))
            + self.rng.gauss(0, 0.8)
            for factor in sorted(factors)
        }
        overall = level + sum(_DRIVES.get(factor, 0.1) * mood for factor, mood in felt.items())
        for number, sequence, kind, factor in questions:
            if self.rng.random() < 0.04:
                continue  # not everybody answers everything
            if kind == "open":
                said = self._words(felt, level)
            else:
                said = self._figure(kind, level + felt[factor] if factor else overall)
            if said is not None:
                yield number, sequence, said

    def _words(self, felt, level):
        """Some write about what was best, or worst."""
        if self.rng.random() < 0.55:
            return None
        worst, *_others, best = sorted(felt, key=felt.get)
        happy = level + self.rng.gauss(0, 0.5) > 7.9
        return "text_box", None, _WORDS[best][0] if happy else _WORDS[worst][1]

    def _figure(self, kind, level):
        if kind == "compliance":
            return "scale", int(self.rng.random() < min(0.97, level / 9.3)), None
        figure = round(level + self.rng.gauss(0, 0.6))
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
