"""Factories of the survey's tests."""

from datetime import datetime

from odoo.addons.crm_dealer_grading.tests.common import DealerFactories

# Factor code: (weight, [(kind, weight of the question)])
FACTORS = {
    "advice": (0.5, [("satisfaction", 2), ("satisfaction", 1), ("compliance", 1)]),
    "work": (0.3, [("satisfaction", 1), ("satisfaction", 1.5), ("compliance", 3)]),
    "price": (0.2, [("satisfaction", 1)]),
}
END = ("overall", "nps", "return", "open")
NOON = datetime(2026, 3, 10, 4)  # in Shanghai noon


class SurveyFactories(DealerFactories):
    """The network of the grading tests, with a programme of three factors."""

    @classmethod
    def _set_up_survey(cls):
        cls._set_up_network()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.programme = cls.env["crm.satisfaction.programme"].create(
            {"name": "Test Programme", "code": "T-CSI", "min_answers": 3}
        )
        cls.version = cls._version(cls.programme)
        cls.version.action_open()
        cls.factors = {factor.name: factor for factor in cls.version.factor_ids}

    @classmethod
    def _version(cls, programme, **vals):
        """A draft with factors and questions of all kinds."""
        version = cls.env["crm.satisfaction.version"].create(
            {"programme_id": programme.id, **vals}
        )
        questions = []
        for name, (weight, items) in FACTORS.items():
            factor = cls.env["crm.satisfaction.factor"].create(
                {"version_id": version.id, "name": name, "weight": weight}
            )
            questions += [(kind, share, factor) for kind, share in items]
        questions += [(kind, 1, cls.env["crm.satisfaction.factor"]) for kind in END]
        cls.env["survey.question"].create(
            [
                {
                    "satisfaction_version_id": version.id,
                    "title": f"{kind} {number}",
                    "satisfaction_kind": kind,
                    "satisfaction_weight": share,
                    "satisfaction_factor_id": factor.id,
                    "sequence": number,
                }
                for number, (kind, share, factor) in enumerate(questions)
            ]
        )
        return version

    @classmethod
    def _question(cls, kind, version=None):
        """The first question of a kind."""
        questions = (version or cls.version).question_ids
        return questions.filtered(lambda q: q.satisfaction_kind == kind)[0]

    @classmethod
    def _link(cls, version=None, **request):
        """An answer that waits for its customer."""
        request.setdefault("partner_id", cls.customer_a.id)
        [answer] = (version or cls.version)._invite([request])
        return answer

    @classmethod
    def _answered(cls, said=None, version=None, at=None, **request):
        """A completed answer; ``said`` by question, default 8 on each question."""
        answer = cls._link(version, **request)
        if said is None:
            questions = (version or cls.version).question_ids
            said = {
                q: q.scale_max * 8 // 10 if q.question_type == "scale" else "Good"
                for q in questions
            }
        answer._submit_satisfaction(said)
        if at:
            answer.end_datetime = at
            cls.env["crm.satisfaction.score"]._store(answer)
        return answer
