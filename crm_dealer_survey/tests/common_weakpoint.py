"""Random answers about several dealers, and what an oracle makes of them."""

import random
from datetime import timedelta

from .common_programme import NOON, SurveyFactories
from .weak_oracle import OUTCOME

QUARTER = {"date_from": "2026-04-01", "date_to": "2026-06-30"}
DEALERS = 7  # of the region in the south


class WeakFactories(SurveyFactories):
    """Dealer A alone in the north; B and six more in the south."""

    @classmethod
    def _set_up_answers(cls, answers=150):
        cls._set_up_survey()
        cls.rng = random.Random(11)
        cls.south = cls.dealer_b | cls.env["crm.dealer"].create(
            [
                {"name": f"South {n}", "code": f"T-S{n}", "region_id": cls.region_south.id}
                for n in range(1, DEALERS)
            ]
        )
        cls.told = {}
        dealers = [*cls.south] * 2 + [cls.dealer_a] * 6
        for number in range(answers):
            answer, said = cls._tell(dealers[number % len(dealers)])
            cls.told[answer] = said
        cls.env.flush_all()

    @classmethod
    def _tell(cls, dealer, days=None):
        """An answer of somebody in a mood, and what it says; some questions are skipped."""
        mood = cls.rng.gauss(7.5, 1.2)
        said = {}
        for question in cls.version.question_ids:
            if cls.rng.random() < 0.15:
                continue
            if question.question_type != "scale":
                said[question] = f"Words {cls.rng.random()}"
                continue
            bias = -1.5 if question.satisfaction_factor_id.name == "price" else 0
            figure = round(mood + bias + cls.rng.gauss(0, 1))
            said[question] = max(question.scale_min, min(question.scale_max, figure))
        said = said or {cls._question("overall"): 5}
        days = cls.rng.randrange(-60, 110) if days is None else days
        answer = cls._answered(
            said,
            at=NOON + timedelta(days=days),
            partner_id=cls._customer(dealer).id if cls.rng.random() < 0.9 else False,
            dealer_id=dealer.id,
        )
        return answer, said

    @classmethod
    def _items(cls, answer, level="factor"):
        """``{item: figure}`` of an answer, by what was said."""
        found, weights = {}, {}
        for question, figure in cls.told[answer].items():
            if question.satisfaction_kind == "overall":
                found[OUTCOME] = figure
            if question.satisfaction_kind != "satisfaction":
                continue
            if level == "question":
                found[question.id] = figure
                continue
            item, weight = question.satisfaction_factor_id.id, question.satisfaction_weight
            found[item] = found.get(item, 0) + weight * figure
            weights[item] = weights.get(item, 0) + weight
        return {item: figure / weights.get(item, 1) for item, figure in found.items()}

    @classmethod
    def _in(cls, dealers=None, since=None, until=None):
        """The answers of these dealers from ``since`` to before ``until`` (text of days)."""
        return [
            answer
            for answer in cls.told
            if (dealers is None or answer.dealer_id in dealers)
            and (since or "") <= cls._day(answer) < (until or "9")
        ]

    @classmethod
    def _day(cls, answer):
        return str((answer.end_datetime + timedelta(hours=8)).date())
