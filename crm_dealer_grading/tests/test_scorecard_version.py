from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_scorecard import ScorecardCase


@tagged("post_install", "-at_install")
class TestCreditScorecard(ScorecardCase):
    """Scorecards are edited until they are used, then kept; changes are new versions (K1)."""

    # ---------------------------------------------------------------- frozen

    def _changes(self, card):
        """What would change a scorecard, over every way there is."""
        criterion, band = card.criterion_ids[0], card.band_ids[0]
        factor = self.factors["Will"].id
        new = {"name": "New", "factor_id": factor, "scorecard_id": card.id}
        spare = self._card(f"SPARE{len(self.Card.search([]))}")
        return {
            "weight": lambda: criterion.write({"weight": 99}),
            "guidance": lambda: criterion.write({"guidance": "Other"}),
            "words in a language": lambda: criterion.update_field_translations(
                "name", {"en_US": "Other"}
            ),
            "criterion gone": lambda: criterion.unlink(),
            "criterion moved out": lambda: criterion.write({"scorecard_id": spare.id}),
            "criterion moved in": lambda: spare.criterion_ids[0].write({"scorecard_id": card.id}),
            "criterion new": lambda: criterion.create(new),
            "criterion by default": lambda: criterion.with_context(
                default_scorecard_id=card.id
            ).create({"name": "New", "factor_id": factor}),
            "band": lambda: band.write({"min_score": 1}),
            "band gone": lambda: band.unlink(),
            "band new": lambda: band.create(
                {"scorecard_id": card.id, "class_id": self._class().id, "min_score": 99}
            ),
            "method": lambda: card.write({"limit_method": "share"}),
            "coverage": lambda: card.write({"min_coverage": 0}),
            "rounding": lambda: card.write({"rounding": 0}),
            "name": lambda: card.write({"name": "Other"}),
            "code": lambda: card.write({"code": "OTHER"}),
            "command update": lambda: card.write(
                {"criterion_ids": [Command.update(criterion.id, {"weight": 99})]}
            ),
            "command delete": lambda: card.write({"band_ids": [Command.delete(band.id)]}),
            "command clear": lambda: card.write({"criterion_ids": [Command.clear()]}),
            "command create": lambda: card.write({"criterion_ids": [Command.create(new)]}),
            "gone": lambda: card.unlink(),
        }

    def _class(self):
        return self.env["crm.credit.class"].create({"name": "D", "code": "TEST-D"})

    def _snapshot(self, card):
        self.env.invalidate_all()
        return (
            card.read(["name", "code", "limit_method", "min_coverage", "rounding", "state"]),
            card.criterion_ids.read(["name", "weight", "guidance", "required", "factor_id"]),
            card.band_ids.read(["min_score", "class_id", "limit", "share", "cap"]),
        )

    def test_used_is_frozen(self):
        self._done()
        before = self._snapshot(self.card)
        for login in ("oem", None):
            card = self._as(login, self.card) if login else self.card
            for name, change in self._changes(card).items():
                with self.subTest(name, login=login), self.assertRaises(UserError):
                    with self.env.cr.savepoint():
                        change()
        self.assertEqual(self._snapshot(self.card), before)
        # What decides nothing may change.
        self._as("oem", self.card).write({"sequence": 3, "description": "x", "active": False})

    def test_unused_is_edited(self):
        draft = self._draft((9, 9, 9, None))
        card = self._as("oem", self.card)
        card.criterion_ids[2].weight = 50
        new = {"name": "New", "factor_id": self.factors["Will"].id}
        card.write({"criterion_ids": [Command.create(new)]})
        self.assertEqual(draft.line_ids.criterion_id, self.card.criterion_ids)
        card.band_ids[0].limit = 700
        draft.action_done()
        self.assertEqual(draft.proposed_limit, 700)

    def test_frozen_is_replaced_too(self):
        """A version that was replaced before anybody used it is as it was."""
        self._as("oem", self.card).action_new_version()
        self.Card.search([("code", "=", "TEST"), ("state", "=", "draft")]).action_activate()
        with self._refused(UserError, "New Version"):
            self.card.criterion_ids[0].weight = 3

    def test_factor_keeps_its_name(self):
        factor = self._as("oem", self.factors["Will"])
        factor.name = "Character"
        self._done()
        with self._refused(UserError, "Add a new factor"):
            factor.name = "Other"
        factor.sequence = 4

    # ---------------------------------------------------------------- versions

    def test_new_version(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.card.criterion_ids[0].update_field_translations("name", {"zh_CN": "付款记录"})
        self.card.update_field_translations("name", {"zh_CN": "评分卡"})
        old = self._done()
        action = self._as("oem", self.card).action_new_version()
        draft = self._as("oem", self.Card).browse(action["res_id"])
        self.assertEqual((draft.code, draft.version, draft.state), ("TEST", 2, "draft"))
        self.assertFalse(draft.used_on or draft.activated_on)
        chinese = draft.with_context(lang="zh_CN")
        self.assertEqual((chinese.name, chinese.criterion_ids[0].name), ("评分卡", "付款记录"))
        self.assertEqual(draft.criterion_ids.mapped("weight"), [30, 10, 40, 20])
        self.assertEqual(draft.band_ids.mapped("limit"), [900, 400, 0])
        draft.criterion_ids[2].weight = 10
        waiting = self._draft((9, 9, 1, None))
        draft.action_activate()
        self.assertEqual((self.card.state, draft.state), ("replaced", "active"))
        self.assertEqual((old.scorecard_id, old.score), (self.card, 70.0))
        # What was begun with the former version goes on with the one in use.
        with self._refused(UserError, "not in use"):
            waiting.action_done()
        waiting.action_use_current()
        self.assertEqual(waiting.scorecard_id, draft)
        self.assertEqual(waiting.line_ids.criterion_id, draft.criterion_ids)
        waiting.action_done()
        self.assertEqual(waiting.score, 74.0)  # (270 + 90 + 10) / 50
        with self._refused(UserError, "not in use"):
            self._draft(card=self.card)
        self._as("oem", draft).action_new_version()
        self.assertEqual(max(self.Card.search([("code", "=", "TEST")]).mapped("version")), 3)

    def test_one_version_in_use(self):
        draft = self.Card.browse(self.card.action_new_version()["res_id"])
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE crm_credit_scorecard SET state = 'active' WHERE id = %s", [draft.id]
                )

    def test_copy(self):
        copies = self.card.copy() | self.card.copy()
        self.assertEqual(len(set(copies.mapped("code"))), 2)
        self.assertEqual(set(copies.mapped("state")), {"draft"})
        self.assertEqual(set(copies.mapped("version")), {1})

    def test_what_cannot_assess_is_not_activated(self):
        for vals in (
            {"criteria": ()},
            {"bands": ()},
            {"bands": ((80, "A", 5),)},
            {"bands": ((80, "A", 0), (0, "B", 0))},
        ):
            card = self._card(f"BAD{len(self.Card.search([]))}", **vals)
            with self.subTest(vals), self._refused(UserError, "cannot be used yet"):
                card.action_activate()
        with self._refused(UserError, "no draft"):
            self.card.action_activate()

    def test_share_needs_a_sum_of_money(self):
        for code in ("orders_12m", "days_since_last_order"):
            metric = self.Metric.search([("code", "=", code)])
            with self.subTest(code), self.assertRaises(ValidationError):
                self._card(f"SHARE-{code}", limit_method="share", metric_id=metric.id)
        with self.assertRaises(ValidationError):
            self._card("SHARE", limit_method="share")

    # ---------------------------------------------------------------- rights

    def test_who_may_not_configure(self):
        draft = self._card("DRAFT")
        for login in ("sales_a", "manager_a", "credit", "agent", "auditor", "clerk", "greedy_b"):
            tries = {
                "new": lambda c: c.create({"name": "x", "code": "X"}),
                "write": lambda c: c.write({"description": "x"}),
                "activate": lambda c: c.action_activate(),
                "version": lambda c: c.action_new_version(),
                "unlink": lambda c: c.unlink(),
            }
            for name, attempt in tries.items():
                with self.subTest(name, login=login), self.assertRaises(AccessError):
                    attempt(self._as(login, draft))
            parts = (draft.criterion_ids[0], draft.band_ids[0], self.factors["Will"])
            for part in (*parts, self.classes["A"]):
                with self.subTest(part._name, login=login), self.assertRaises(AccessError):
                    self._as(login, part).write({"sequence": 1})
                with self.subTest(part._name, login=login), self.assertRaises(AccessError):
                    self._as(login, part).unlink()

    def test_state_is_not_written(self):
        draft = self._as("oem", self._card("DRAFT"))
        for vals in ({"state": "active"}, {"version": 7}, {"used_on": "2026-01-01 00:00:00"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                draft.write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                draft.create({"name": "x", "code": "X", **vals})
            with self.subTest(vals), self.assertRaises(AccessError):
                draft.with_context(scorecard_step=True).write(vals)
        made = draft.with_context(default_state="active", default_version=9).create(
            {"name": "x", "code": "X"}
        )
        self.assertEqual((made.state, made.version), ("draft", 1))

    def test_shipped(self):
        """5C and 5P are in use, each factor with criteria, the best class with the most."""
        for code, count, method in (("5C", 12, "table"), ("5P", 11, "share")):
            card = self.Card.search([("code", "=", code), ("version", "=", 1)])
            self.assertIn(card.state, ("active", "replaced"))
            self.assertEqual((len(card.criterion_ids), card.limit_method), (count, method))
            self.assertEqual(sum(card.criterion_ids.mapped("weight")), 100)
            self.assertEqual(len(card.criterion_ids.factor_id), 5)
            self.assertTrue(all(card.criterion_ids.mapped("guidance")))
            amounts = card.band_ids.mapped("limit" if method == "table" else "share")
            self.assertEqual(amounts, sorted(amounts, reverse=True))
            sequences = card.band_ids.class_id.mapped("sequence")
            self.assertEqual(sequences, sorted(sequences))
