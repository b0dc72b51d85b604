from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_scorecard import ScorecardCase

READERS = ("sales_a", "manager_a", "credit", "auditor", "oem")
OUTSIDERS = ("sales_b", "greedy_b", "homeless", "agent", "clerk")
# Read, but do not assess.
LOOKERS = ("sales_a", "manager_a", "auditor")


@tagged("post_install", "-at_install")
class TestCreditAccess(ScorecardCase):
    """Who sees assessments, who makes them, and that nobody writes a result (K1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, login="portal_c", groups="base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer_a

    def test_who_sees(self):
        done = self._done()
        for login in READERS:
            seen = self._as(login, self.Assessment).search([("id", "=", done.id)])
            self.assertEqual(seen, done, login)
            self.assertEqual(seen.class_id, self.classes["B"], login)
            self.assertIn("of 100 points", seen.explanation)
        for login in ("sales_b", "greedy_b", "homeless"):
            self.assertFalse(self._as(login, self.Assessment).search([]) & done, login)
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, done).read(["class_id"])
        for user in (self.users["agent"], self.users["clerk"], self.portal):
            for record in (done, done.line_ids, self.card, self.card.band_ids):
                with self.subTest(user.login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
                with self.subTest(user.login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).search([])

    def test_dealers_see_the_class_and_no_points(self):
        done = self._done()
        for login in ("sales_a", "manager_a"):
            for record, names in (
                (done, ["line_ids"]),
                (done, ["note"]),
                (done, ["missing"]),
                (done.line_ids, ["score"]),
                (self.card, ["name"]),
                (self.card.criterion_ids, ["weight"]),
            ):
                with self.subTest(login, names=names), self.assertRaises(AccessError):
                    self._as(login, record).read(names)
            with self.assertRaises(AccessError):
                self._as(login, self.Assessment).search([("line_ids.score", "=", "8")])
            self._as(login, done).read(["class_id", "policy", "proposed_limit", "explanation"])

    def test_who_may_not_assess(self):
        done, draft = self._done(), self._draft((8, 8, 8, None))
        vals = {"partner_id": self.customer_a.id, "scorecard_id": self.card.id}
        portal = {"portal": self.portal}
        users = {name: self.users[name] for name in (*LOOKERS, *OUTSIDERS)} | portal
        for login, user in users.items():
            tries = {
                "create": lambda u: self.Assessment.with_user(u).create(vals),
                "write": lambda u: draft.with_user(u).write({"active": False}),
                "done": lambda u: draft.with_user(u).action_done(),
                "cancel": lambda u: done.with_user(u).action_cancel(),
                "current": lambda u: draft.with_user(u).action_use_current(),
                "unlink": lambda u: draft.with_user(u).unlink(),
                "answer": lambda u: draft.line_ids[0].with_user(u).write({"score": "10"}),
                "no answer": lambda u: draft.line_ids[0].with_user(u).unlink(),
                "new answer": lambda u: draft.line_ids.with_user(u).create(
                    {
                        "assessment_id": draft.id,
                        "criterion_id": self.card.criterion_ids[0].id,
                    }
                ),
                "assess": lambda u: self.customer_a.with_user(u).action_assess_credit(),
            }
            for name, attempt in tries.items():
                with self.subTest(name, login=login), self.assertRaises(AccessError):
                    attempt(user)
        self.assertEqual((done.state, draft.state), ("done", "draft"))

    def test_results_are_written_by_nobody(self):
        done, draft = self._done(), self._draft((8, 8, 8, None))
        best = self.classes["A"].id
        claims = (
            {"state": "done"}, {"state": "draft"}, {"score": 100}, {"class_id": best},
            {"proposed_limit": 10**6}, {"coverage": 100}, {"band_id": self.card.band_ids[0].id},
            {"figure": 10**9}, {"done_by_id": self.users["oem"].id},
            {"done_on": "2020-01-01 00:00:00"}, {"dealer_id": self.dealer_b.id},
        )  # fmt: skip
        for login in ("credit", "oem"):
            for record in (self._as(login, done), self._as(login, draft)):
                for vals in claims:
                    with self.subTest(login, vals=vals), self.assertRaises(AccessError):
                        record.write(vals)
                    with self.subTest(login, vals=vals), self.assertRaises(AccessError):
                        record.with_context(credit_assessment_step=True).write(vals)
            base = {"partner_id": self.customer_a.id, "scorecard_id": self.card.id}
            with self.assertRaises(AccessError):
                self._as(login, self.Assessment).create({**base, "state": "done"})
            claimed = {k: v for vals in claims for k, v in vals.items() if k != "state"}
            defaults = {f"default_{k}": v for k, v in {**claimed, "state": "done"}.items()}
            for made in (
                self._as(login, self.Assessment).create({**base, **claimed}),
                self._as(login, self.Assessment).with_context(**defaults).create(base),
            ):
                self.assertEqual(made.state, "draft")
                self.assertEqual(made.dealer_id, self.dealer_a)
                self.assertFalse(made.score or made.class_id or made.proposed_limit or made.done_on)

    def test_done_is_frozen(self):
        done, other = self._done(), self._draft()
        line = done.line_ids[0]
        for login in ("credit", "oem", None):
            record = self._as(login, done) if login else done
            answer = self._as(login, line) if login else line
            spare = self.card.criterion_ids[0].id
            tries = {
                "customer": lambda r=record: r.write({"partner_id": self.customer_b.id}),
                "card": lambda r=record: r.write({"scorecard_id": self.card.id}),
                "note": lambda r=record: r.write({"note": "x"}),
                "command": lambda r=record, a=answer: r.write(
                    {"line_ids": [Command.update(a.id, {"score": "10"})]}
                ),
                "clear": lambda r=record: r.write({"line_ids": [Command.clear()]}),
                "points": lambda a=answer: a.write({"score": "10"}),
                "remark": lambda a=answer: a.write({"remark": "x"}),
                "gone": lambda a=answer: a.unlink(),
                "new": lambda a=answer, r=record, c=spare: a.create(
                    {"assessment_id": r.id, "criterion_id": c}
                ),
                "again": lambda r=record: r.action_done(),
                "unlink": lambda r=record: r.unlink(),
            }
            for name, attempt in tries.items():
                with self.subTest(name, login=login), self.assertRaises(UserError):
                    with self.env.cr.savepoint():
                        attempt()
            moved = self._as(login, other.line_ids[0]) if login else other.line_ids[0]
            with self.subTest("moved", login=login), self.assertRaises(AccessError):
                moved.write({"assessment_id": done.id})
        self.assertEqual(done.line_ids.mapped("score"), ["8", "8", "6", False])
        self._as("credit", done).active = False
        self._as("credit", done).action_cancel()
        with self.assertRaises(UserError):
            self._as("credit", done).action_cancel()
        self.assertTrue(done.class_id and done.explanation)

    def test_answers_of_the_cards_criteria(self):
        foreign = self._card("OTHER").criterion_ids[0]
        draft = self._draft()
        with self._refused(UserError, "not a criterion of"):
            draft.line_ids[0].criterion_id = foreign
        planted = {"state": "draft", "dealer_id": self.dealer_b.id}
        draft.line_ids[0].unlink()
        line = draft.line_ids.create(
            {
                "assessment_id": draft.id,
                "criterion_id": self.card.criterion_ids[0].id,
                **planted,
            }
        )
        self.assertEqual(line.dealer_id, self.dealer_a)
        with self.assertRaises(AccessError):
            line.write({"dealer_id": self.dealer_b.id})

    def test_auditor_with_the_controllers_role(self):
        """Whatever else they hold, auditors write nothing of a dealer's customer."""
        both = new_test_user(
            self.env,
            login="both",
            groups="crm_dealer_grading.group_oem_auditor,crm_dealer_grading.group_credit_controller",
        )
        draft = self._draft((8, 8, 8, None))
        for attempt in (
            lambda: draft.with_user(both).action_done(),
            lambda: draft.with_user(both).write({"active": False}),
            lambda: draft.line_ids[0].with_user(both).write({"score": "1"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_dealers_controller(self):
        """A controller who is also a dealer's staff assesses that dealer's customers only."""
        own = new_test_user(
            self.env,
            login="own",
            groups="crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_credit_controller",
            dealer_ids=[Command.set(self.dealer_b.ids)],
        )
        vals = {"scorecard_id": self.card.id}
        mine = self.Assessment.with_user(own).create({**vals, "partner_id": self.customer_b.id})
        mine.line_ids[:3].score = "8"
        mine.action_done()
        with self.assertRaises(AccessError):
            self.Assessment.with_user(own).create({**vals, "partner_id": self.customer_a.id})
        with self.assertRaises(AccessError):
            self.Assessment.with_user(own).with_context(
                default_partner_id=self.customer_a.id
            ).create(vals)
        with self.assertRaises(AccessError):
            mine.line_ids.create(
                {
                    "assessment_id": self._draft().id,
                    "criterion_id": self.card.criterion_ids[0].id,
                }
            )

    # ---------------------------------------------------------------- evidence

    def test_who_reads_evidence(self):
        draft = self._draft((8, 8, 8, 8))
        file = self._file(draft.line_ids[3])
        for state in ("draft", "done"):
            for login in ("credit", "auditor", "oem"):
                self.assertEqual(self._as(login, file).read(["raw"])[0]["raw"], b"numbers")
            outsiders = [self.users[name] for name in ("sales_a", "manager_a", *OUTSIDERS)]
            for user in (*outsiders, self.portal):
                with self.subTest(user.login, state=state), self.assertRaises(AccessError):
                    file.with_user(user).read(["raw"])
            if state == "draft":
                draft.action_done()

    def test_evidence_of_done_is_frozen(self):
        draft = self._draft((8, 8, 8, 8))
        file = self._file(draft.line_ids[3])
        draft.action_done()
        for login in ("credit", "oem"):
            for attempt in (
                lambda f: f.write({"raw": b"other"}),
                lambda f: f.write({"res_id": 0}),
                lambda f: f.write({"public": True}),
                lambda f: f.unlink(),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    attempt(self._as(login, file))
            with self.subTest(login), self.assertRaises(AccessError):
                self._file(draft.line_ids[0], login)
        self.assertEqual(file.raw, b"numbers")

    def test_uploaded_before_saving(self):
        """The form uploads files of a new answer before it has an id."""
        file = self._as("credit")["ir.attachment"].create(
            {
                "name": "x",
                "raw": b"numbers",
                "public": True,
                "res_model": "crm.credit.assessment.line",
            }
        )
        draft = self._draft()
        draft.line_ids[0].attachment_ids = [Command.set(file.ids)]
        line = draft.line_ids[0]
        self.assertEqual((file.res_model, file.res_id), (line._name, line.id))
        self.assertFalse(file.public)
        self.assertTrue(self._as("auditor", file).raw)

    def test_planted_evidence(self):
        """Nobody reads a file by naming it as evidence."""
        secret = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": self.customer_b.id}
        )
        loose = self._as("oem")["ir.attachment"].create({"name": "x", "raw": b"x"})
        draft = self._draft()
        for file in (secret, loose):
            with self.subTest(file), self.assertRaises(AccessError), self.env.cr.savepoint():
                draft.line_ids[0].attachment_ids = [Command.link(file.id)]
            planted = self._draft().line_ids[0]
            vals = {
                "assessment_id": planted.assessment_id.id,
                "criterion_id": planted.criterion_id.id,
            }
            planted.unlink()
            with self.subTest(file), self.assertRaises(AccessError), self.env.cr.savepoint():
                planted.with_context(default_attachment_ids=file.ids).create(vals)
        self.assertFalse(draft.line_ids.attachment_ids)
        self.assertEqual(secret.res_model, "res.partner")
