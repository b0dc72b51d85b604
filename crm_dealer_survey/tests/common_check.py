"""Answers to be checked: many at once, honest and faked ones."""

import random
from datetime import datetime, timedelta

from odoo import fields
from odoo.tools import SQL

from .common_programme import SurveyFactories

PAGE_SECONDS = 90


class CheckFactories(SurveyFactories):
    """The survey's network; what other data have been flagged before is out of the way."""

    @classmethod
    def _set_up_checks(cls):
        cls._set_up_survey()
        cls.env.cr.execute("DELETE FROM crm_satisfaction_flag")
        cls.env.invalidate_all()
        cls.flags = cls.env["crm.satisfaction.flag"]
        cls.checks = {
            check.code: check
            for check in cls.env["crm.satisfaction.check"].search([("programme_id", "=", False)])
        }
        # The smaller questionnaire of the tests.
        for code in ("straight_line", "fast"):
            cls.checks[code].min_count = 6
        # Noon of a day in the middle of this quarter's first month, as the company counts.
        since = fields.Date.add(cls.flags._since(), months=3)
        cls.noon = datetime.combine(since, datetime.min.time()) + timedelta(days=9, hours=4)
        cls.rng = random.Random(9)
        cls.scale = cls.version.question_ids.filtered(lambda q: q.question_type == "scale")

    def setUp(self):
        super().setUp()
        self.rng = random.Random(9)

    @classmethod
    def _people(cls, dealer, count=1, **vals):
        """Customers of a dealer, each with a phone of their own."""
        values = []
        for number in range(count):
            phone = f"139{cls.rng.randrange(10**8):08}"
            values.append(
                {"name": f"Person {number}", "dealer_id": dealer.id, "phone": phone, **vals}
            )
        return cls.env["res.partner"].create(values)

    @classmethod
    def _figures(cls, figure=None):
        """``{question: figure}``: all the same, or what an honest customer says."""
        if figure is not None:
            return {q: min(figure, q.scale_max) for q in cls.scale}
        level = cls.rng.gauss(7.8, 1)
        said = {
            q: max(q.scale_min, min(q.scale_max, round(cls.rng.gauss(level, 0.9))))
            for q in cls.scale
        }
        # Never by chance what the tests look for.
        said[cls.scale[0]], said[cls.scale[-1]] = 6, 8
        return said

    @classmethod
    def _reply(cls, partner, said=None, at=None, seconds=PAGE_SECONDS, channel="sms", **request):
        """A completed answer that was begun at ``at`` and took ``seconds``; not checked yet."""
        at = at or cls.noon + timedelta(minutes=cls.rng.randrange(30_000))
        reply = (partner, said or cls._figures(), at, seconds, channel)
        [answer] = cls._replies([reply], **request)
        return answer

    @classmethod
    def _replies(cls, replies, **request):
        """Many at once, by SQL; ``(partner, said, begun, seconds, channel)`` each."""
        answers = cls.version._invite(
            [
                {"partner_id": partner.id, "satisfaction_channel": channel, **request}
                for partner, _said, _at, _seconds, channel in replies
            ]
        )
        lines = [
            (answer.id, question.id, figure)
            for answer, reply in zip(answers, replies, strict=True)
            for question, figure in reply[1].items()
        ]
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                """INSERT INTO survey_user_input_line (user_input_id, question_id, survey_id,
                          answer_type, value_scale, skipped)
                   SELECT a, q, %s, 'scale', v, FALSE
                     FROM unnest(%s::int[], %s::int[], %s::int[]) AS line (a, q, v)""",
                cls.version.survey_id.id,
                *(list(column) for column in zip(*lines, strict=True)),
            )
        )
        begun = [reply[2] for reply in replies]
        ended = [reply[2] + timedelta(seconds=reply[3]) for reply in replies]
        cls.env.cr.execute(
            SQL(
                """UPDATE survey_user_input i
                      SET state = 'done', start_datetime = s.b, end_datetime = s.e
                     FROM unnest(%s::int[], %s::timestamp[], %s::timestamp[]) AS s (id, b, e)
                    WHERE i.id = s.id""",
                answers.ids,
                begun,
                ended,
            )
        )
        cls.env.invalidate_all()
        cls.env["crm.satisfaction.score"]._store(answers)
        return answers

    @classmethod
    def _check_all(cls, versions=None):
        """A whole run, as every night or by hand; returned."""
        runs = cls.env["crm.satisfaction.check.run"]
        run = runs.create(
            {
                "date": cls.env.company._today_here(),
                "version_ids": versions.ids if versions else False,
            }
        )
        while run._step(batch=50):
            continue
        return run

    def _found(self, code=None, state="new"):
        """Flags of the tests' own version, or of dealers without one."""
        domain = [("version_id", "in", (self.version.id, False))]
        if state:
            domain.append(("state", "=", state))
        if code:
            domain.append(("code", "=", code))
        return self.flags.search(domain)
