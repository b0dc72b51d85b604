from odoo import Command

from .common_grading import GradingCommon

# (factor, weight, required, evidence) of the criteria of the test's card.
CRITERIA = (
    ("Will", 30, True, False),
    ("Will", 10, False, False),
    ("Means", 40, False, False),
    ("Means", 20, False, True),
)
BANDS = ((80, "A", 900), (50, "B", 400), (0, "C", 0))


class ScorecardCase(GradingCommon):
    """A small scorecard in use, and customers of two dealers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Card = cls.env["crm.credit.scorecard"]
        cls.Assessment = cls.env["crm.credit.assessment"]
        cls.classes = {
            code: cls.env["crm.credit.class"].create(
                {"name": f"Class {code}", "code": f"TEST-{code}", "sequence": number}
            )
            for number, code in enumerate("ABC")
        }
        cls.factors = {
            name: cls.env["crm.credit.factor"].create({"name": name, "sequence": number})
            for number, name in enumerate(("Will", "Means"))
        }
        cls.card = cls._card()
        cls.card.action_activate()

    @classmethod
    def _card(cls, code="TEST", criteria=CRITERIA, bands=BANDS, **vals):
        """A draft scorecard; bands are ``(points, class, limit)``."""
        return cls.Card.create(
            {
                "name": f"Card {code}",
                "code": code,
                "min_coverage": 50,
                "rounding": 10,
                "criterion_ids": [
                    Command.create(
                        {
                            "name": f"Criterion {number}",
                            "sequence": number,
                            "factor_id": cls.factors[factor].id,
                            "weight": weight,
                            "required": required,
                            "evidence_required": evidence,
                        }
                    )
                    for number, (factor, weight, required, evidence) in enumerate(criteria)
                ],
                "band_ids": [
                    Command.create(
                        {"min_score": points, "class_id": cls.classes[code].id, "limit": limit}
                    )
                    for points, code, limit in bands
                ],
                **vals,
            }
        )

    def _draft(self, points=(), login="credit", partner=None, card=None, **vals):
        """A draft with points for the first criteria; None leaves one unanswered."""
        draft = self._as(login, self.Assessment).create(
            {
                "partner_id": (partner or self.customer_a).id,
                "scorecard_id": (card or self.card).id,
                **vals,
            }
        )
        for line, given in zip(draft.line_ids, points, strict=False):
            line.score = given if given is None else str(given)
        return draft

    def _file(self, line, login="credit", **vals):
        """Attach a file to an answer as the form's widget does."""
        file = self._as(login)["ir.attachment"].create(
            {
                "name": "statement.pdf",
                "raw": b"numbers",
                "res_model": line._name,
                "res_id": line.id,
                **vals,
            }
        )
        self._as(login, line).attachment_ids = [Command.link(file.id)]
        return file

    def _done(self, points=(8, 8, 6, None), **vals):
        assessment = self._draft(points, **vals)
        assessment.action_done()
        return assessment
