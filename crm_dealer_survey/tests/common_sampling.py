"""Factories of the samples' tests."""

import random
from datetime import datetime, timedelta

from odoo import fields

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

from .common_programme import SurveyFactories

TYPES = ("first_service", "maintenance", "warranty", "body_paint", "repair")
DAYS = 30


class SamplingFactories(SurveyFactories):
    """Two dealers with customers and visits of the thirty days before today."""

    @classmethod
    def _set_up_sampling(cls):
        cls._set_up_survey()
        cls.programme.cooling_days = 60
        cls.Sample = cls.env["crm.satisfaction.sample"]
        cls.Line = cls.env["crm.satisfaction.sample.line"]
        cls.today = cls.env.company._today_here()
        # Rules shipped make way: their calls ask as well.
        cls.env["crm.followup.rule"].search([]).active = False
        cls._allow_questions()

    @classmethod
    def _allow_questions(cls):
        """Where consents are kept, nobody is refused by default."""
        if "crm.club.consent.purpose" in cls.env:
            purposes = cls.env["crm.club.consent.purpose"].search([("code", "=", "survey")])
            purposes.given_by_default = True

    @classmethod
    def _network(cls, seed=1, count=60, events=None):
        """Customers with and without phone and address, some of one company; their visits."""
        rng = random.Random(seed)
        companies = cls.env["res.partner"].create(
            [{"name": f"Fleet {n}", "is_company": True, "dealer_id": cls.dealer_a.id}
             for n in range(3)]
        )  # fmt: skip
        values = []
        for number in range(count):
            dealer = cls.dealer_a if rng.random() < 0.6 else cls.dealer_b
            employer = rng.choice(companies) if rng.random() < 0.1 else None
            values.append(
                {
                    "name": f"Person {number}",
                    "dealer_id": (employer.dealer_id if employer else dealer).id,
                    "parent_id": employer.id if employer else False,
                    "phone": f"+86 138 {number:04} 8000" if rng.random() < 0.8 else False,
                    "email": f"p{seed}.{number}@example.com" if rng.random() < 0.5 else False,
                }
            )
        people = cls.env["res.partner"].create(values)
        vehicles = cls.env["crm.vehicle"].create([{"partner_id": p.id} for p in people])
        start = midnight(cls.today - timedelta(DAYS), "Asia/Shanghai")
        cls.visits = cls.env["crm.service.visit"].create(
            [cls._any_visit(rng, rng.choice(vehicles), start) for _n in range(events or count * 2)]
        )
        cls.env.flush_all()
        return people

    @classmethod
    def _any_visit(cls, rng, vehicle, start):
        at = start + timedelta(minutes=rng.randrange(DAYS * 24 * 60))
        return {
            "vehicle_id": vehicle.id,
            "visit_type": rng.choices(TYPES, (2, 9, 3, 1, 4))[0],
            "stage": "booked" if rng.random() < 0.05 else "delivered",
            "date": at,
        }

    @classmethod
    def _sample(cls, **vals):
        return cls.Sample.create(
            {
                "programme_id": cls.programme.id,
                "date_from": cls.today - timedelta(DAYS),
                "date_to": cls.today + timedelta(1),
                "dealer_ids": [(6, 0, (cls.dealer_a | cls.dealer_b).ids)],
                "quota": 8,
                "seed": "spring",
                "channel_3": False,
                "hour_from": 0,
                "hour_to": 24,
                **vals,
            }
        )

    @classmethod
    def _drawn(cls, **vals):
        sample = cls._sample(**vals)
        sample.action_draw()
        return sample

    @classmethod
    def _twin(cls):
        """Another programme, with its own questionnaire in use."""
        twin = cls.programme.copy({"code": "TWIN"})
        twin.sample_source = "visit"
        cls._version(twin).action_open()
        return twin

    @classmethod
    def _in_field(cls, **vals):
        """A sample whose customers were asked by the job's own work."""
        sample = cls._drawn(**vals)
        sample.action_send()
        cls._work(sample)
        return sample

    @classmethod
    def _work(cls, sample):
        """What the job does, without its commits."""
        cls.Sample._follow_up()
        while sample._send_batch():
            pass
        while sample._remind_batch():
            pass
        cls.Sample._close_finished()
        cls.env.flush_all()

    @classmethod
    def _lines(cls, sample, *states):
        return sample.line_ids.filtered(lambda line: line.state in states)

    @classmethod
    def _say(cls, answer):
        """The customer answers on the page."""
        questions = answer.satisfaction_version_id.question_ids
        answer._submit_satisfaction({q: q.scale_max for q in questions if q.scale_max})

    @classmethod
    def _later(cls, sample, days):
        """Let so many days pass for those who were asked."""
        cls.env.flush_all()
        for table, column in (
            ("crm_satisfaction_sample_line", "sent_at"),
            ("survey_user_input", "deadline"),
        ):
            ids = sample.line_ids.ids if column == "sent_at" else sample.line_ids.answer_id.ids
            cls.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} - %s * interval '1 day'"  # noqa: S608
                " WHERE id = ANY(%s)",
                [days, ids],
            )
        cls.env.invalidate_all()

    @classmethod
    def _over(cls, sample):
        """Closed, and the time of all links is over."""
        sample.action_close()
        cls._later(sample, cls.programme.deadline_days + 1)
        cls.Sample._follow_up()
        cls.env.flush_all()

    @staticmethod
    def _moment(*parts):
        return fields.Datetime.to_string(datetime(*parts))
