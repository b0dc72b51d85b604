import doctest
from random import Random

from odoo.tests import TransactionCase, tagged

from ..tools import scorecard
from .scorecard_oracle import judge, propose

CARDS = 400


@tagged("post_install", "-at_install")
class TestCreditArithmetic(TransactionCase):
    """Scores, coverages, classes and limits of random scorecards against an oracle (K1)."""

    def test_doctests(self):
        finder = doctest.DocTestFinder()
        runner = doctest.DocTestRunner()
        for test in finder.find(scorecard, "scorecard", globs=vars(scorecard)):
            runner.run(test)
        self.assertFalse(runner.failures)
        self.assertGreater(runner.tries, 6)

    def test_random_cards(self):
        random = Random(6)
        seen = set()
        for number in range(CARDS):
            weights = [f"{random.randint(1, 4000) / 100:g}" for _ in range(random.randint(1, 14))]
            points = [random.choice((None, None, None, *range(11))) for _weight in weights]
            minima = {f"{random.randint(0, 1000) / 10:g}" for _ in range(random.randint(1, 6))}
            bands = {minimum: f"class {minimum}" for minimum in minima}
            answers = [
                scorecard.Answer(number % 3, float(weight), given)
                for number, (weight, given) in enumerate(zip(weights, points, strict=True))
            ]
            score = scorecard.score(answers)
            found = None
            if score is not None:
                found = scorecard.band_of(score, [(float(m), c) for m, c in bands.items()])
            wanted = judge(weights, points, bands)
            ours = (score if score is None else score * 10, scorecard.coverage(answers) * 10, found)
            self.assertEqual(ours, wanted, (number, weights, points, bands))
            seen.add((score is None, found is None))
        self.assertEqual(len(seen), 3)

    def test_random_shares(self):
        random = Random(7)
        for _number in range(CARDS):
            figure = f"{random.randint(-10**6, 10**9) / 100:.2f}"
            share = f"{random.randint(0, 5000) / 100:g}"
            cap = random.choice(("0", f"{random.randint(1, 10**6)}"))
            unit = random.choice(("0", "1", "50", "1000"))
            limit, capped = scorecard.share_of(float(figure), float(share), int(cap), int(unit))
            self.assertEqual(limit * 100, propose(figure, share, cap, unit), (figure, share, cap))
            if capped:
                self.assertLessEqual(limit, int(cap))

    def test_a_missing_answer_is_no_zero(self):
        whole = [scorecard.Answer("a", 1, 9), scorecard.Answer("a", 1, 9)]
        gap = [scorecard.Answer("a", 1, 9), scorecard.Answer("a", 1)]
        zero = [scorecard.Answer("a", 1, 9), scorecard.Answer("a", 1, 0)]
        self.assertEqual(scorecard.score(gap), scorecard.score(whole))
        self.assertEqual(scorecard.score(zero), 45)
        self.assertIsNone(scorecard.score([scorecard.Answer("a", 1)]))
        self.assertEqual(scorecard.coverage([]), 0)

    def test_every_answer_counts_by_its_weight(self):
        """Better points never lower the score; weights in another scale change nothing."""
        random = Random(11)
        for _number in range(CARDS):
            answers = [
                scorecard.Answer("a", random.randint(1, 50), random.randint(0, 9))
                for _ in range(random.randint(1, 9))
            ]
            chosen = random.randrange(len(answers))
            better = list(answers)
            old = answers[chosen]
            better[chosen] = scorecard.Answer("a", old.weight, old.points + 1)
            self.assertGreaterEqual(scorecard.score(better), scorecard.score(answers))
            scaled = [scorecard.Answer("a", a.weight * 7, a.points) for a in answers]
            self.assertEqual(scorecard.score(scaled), scorecard.score(answers))
