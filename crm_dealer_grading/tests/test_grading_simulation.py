from datetime import datetime, timedelta
from random import Random

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_grading import TODAY, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingSimulation(GradingCommon):
    """A simulation says exactly what the activated definition does (G14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rng = Random(14)
        cls.customers = cls._customers(30) | cls._customers(10, cls.dealer_b)
        cls._insert_orders(
            [
                (c, cls.rng.randint(1, 40) * 10, datetime(2026, 6, cls.rng.randint(1, 28)))
                for c in cls.customers
                for _order in range(cls.rng.randint(0, 3))
            ]
        )
        cls.rank = cls._share_scheme("rank", [10, 30, 60])
        cls.bands = cls.Scheme.create(
            {
                "name": "Test bands",
                "code": "test_bands",
                "domain": cls.domain,
                "axis_ids": [(0, 0, {"metric_id": cls.order_revenue.id})],
                "level_ids": [
                    cls._band("0", "600.."), cls._band("1", "300..600"), cls._band("2", "..300")
                ],
            }
        )  # fmt: skip
        (cls.rank | cls.bands).regrade(date=TODAY - timedelta(1))

    @classmethod
    def _band(cls, code, text):
        condition = {"metric_id": cls.order_revenue.id, "value_range": text}
        return (0, 0, {"name": code, "code": code, "sequence": int(code),
                       "condition_ids": [(0, 0, condition)]})  # fmt: skip

    def _start(self, scheme, login="oem"):
        action = self._as(login, scheme).action_simulate()
        return self._as(login)["crm.grading.simulation"].browse(action["res_id"])

    def _state_of(self, scheme):
        return self.Result.search([("scheme_id", "=", scheme.id)]).mapped(
            lambda r: (r.partner_id, r.level_id)
        )

    # ---------------------------------------------------------------- denials

    def test_who_may_not_simulate(self):
        simulation = self._start(self.rank)
        simulation.action_run(TODAY)
        for login in ("auditor", "manager_a", "sales_a", "greedy_b", "agent", "credit", "clerk"):
            with self.subTest(login):
                with self.assertRaises(AccessError):
                    self._as(login, self.rank).action_simulate()
                for name in ("action_run", "action_activate", "action_discard"):
                    with self.assertRaises(AccessError):
                        getattr(self._as(login, simulation), name)()
        self.assertEqual(self._as("auditor", simulation).movers, 0)
        for login in ("manager_a", "sales_a", "clerk"):
            with self.assertRaises(AccessError):
                self._as(login)["crm.grading.simulation.move"].search([])
        for login in ("oem", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, simulation).write({"state": "activated"})

    # ---------------------------------------------------------------- the engine

    def test_writes_neither_results_nor_history(self):
        before = self.Result.search([("scheme_id", "=", self.rank.id)]).read()
        simulation = self._start(self.rank)
        simulation.draft_id.write({"level_ids": [
            (1, level.id, {"share": share})
            for level, share in zip(simulation.draft_id.level_ids, (50, 30, 20), strict=True)
        ]})  # fmt: skip
        simulation.action_run(TODAY)
        self.assertTrue(simulation.movers)
        self.assertEqual(self.Result.search([("scheme_id", "=", self.rank.id)]).read(), before)
        self.assertFalse(self.env["crm.grading.history"].search_count(
            [("scheme_id", "in", (self.rank | simulation.draft_id).ids)]))  # fmt: skip
        self.assertFalse(self.Result.search([("scheme_id", "=", simulation.draft_id.id)]))

    def test_unchanged_draft_moves_nobody(self):
        for scheme in self.rank | self.bands:
            simulation = self._start(scheme)
            simulation.action_run(TODAY)
            self.assertEqual((simulation.movers, simulation.revenue), (0, 0))
            held = self.Result.search_count([("scheme_id", "=", scheme.id)])
            self.assertEqual(simulation.customers, held)
            self.assertEqual(sum(simulation.line_ids.mapped("customers")), held)

    def _change(self, draft):
        """Random shares or thresholds."""
        if draft.method == "rank":
            first, second = sorted(self.rng.sample(range(1, 100), 2))
            shares = (first, second - first, 100 - second)
            commands = [
                (1, level.id, {"share": share})
                for level, share in zip(draft.level_ids, shares, strict=True)
            ]
            draft.write({"level_ids": commands})
            return
        low, high = sorted(self.rng.sample(range(1, 90), 2))
        ranges = (f"{high}0..", f"{low}0..{high}0", f"..{low}0")
        for level, text in zip(draft.level_ids, ranges, strict=True):
            level.condition_ids.value_range = text

    def test_simulated_is_what_happens(self):
        """Property: simulate, activate, regrade; the moves are the same, customer by customer."""
        for turn in range(8):
            scheme = (self.rank, self.bands)[turn % 2]
            ids = scheme.level_ids
            before = dict(self._state_of(scheme))
            manual = self.env["crm.grading.manual"].create(
                {
                    "partner_id": self.customers[turn].id,
                    "scheme_id": scheme.id,
                    "level_id": self.rng.choice(scheme.level_ids).id,
                    "reason": "Turn",
                    "date_from": TODAY,
                    "date_until": TODAY + timedelta(1 + turn % 3),
                }
            )
            simulation = self._start(scheme)
            self._change(simulation.draft_id)
            simulation.action_run(TODAY)
            told = {(m.partner_id, m.from_level_id, m.to_level_id) for m in simulation.move_ids}
            lines = simulation.line_ids.filtered("moves")
            self.assertEqual(sum(lines.mapped("customers")), len(told))
            self.assertEqual(simulation.movers, len(told))
            simulation.action_activate(TODAY)
            after = dict(self._state_of(scheme))
            none = self.env["crm.grading.level"]
            found = {
                (p, before.get(p, none), after.get(p, none))
                for p in {*before, *after}
                if before.get(p) != after.get(p)
            }
            with self.subTest(turn=turn, manual=manual.level_id.code):
                self.assertEqual(told, found)
                self.assertEqual(scheme.level_ids, ids)
                self.assertEqual(simulation.decided_by_id, self.users["oem"])
                self.assertEqual(simulation.run_id, scheme.last_run_id)
                self.assertFalse(simulation.draft_id)

    def test_revenue_of_movers(self):
        simulation = self._start(self.rank)
        self._change(simulation.draft_id)
        simulation.action_run(TODAY)
        results = self.Result.search([("scheme_id", "=", self.rank.id)])
        revenue = {r.partner_id: r.score for r in results}
        for move in simulation.move_ids:
            self.assertAlmostEqual(move.revenue, revenue[move.partner_id])
        self.assertAlmostEqual(simulation.revenue, sum(simulation.move_ids.mapped("revenue")))
        for line in simulation.line_ids:
            action = line.action_open_customers()
            found = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, line.customers)

    # ---------------------------------------------------------------- activation

    def test_levels_come_and_go(self):
        simulation = self._start(self.bands)
        draft = simulation.draft_id
        draft.level_ids[1].unlink()
        draft.write({"level_ids": [self._band("3", "300..600")]})
        simulation.action_run(TODAY)
        gone = self.bands.level_ids[1]
        simulation.action_activate(TODAY)
        self.assertEqual(self.bands.level_ids.mapped("code"), ["0", "2", "3"])
        self.assertFalse(gone.active)
        moves = self.env["crm.grading.history"].search([("from_level_id", "=", gone.id)])
        self.assertTrue(moves)
        self.assertEqual(set(moves.to_level_id.mapped("code")), {"3"})
        self.assertEqual(simulation.move_ids.to_level_id, moves.to_level_id)

    def test_refusals(self):
        simulation = self._start(self.rank)
        with self._refused(UserError, "Simulate first"):
            simulation.action_activate()
        with self._refused(ValidationError, "grades nobody"):
            simulation.draft_id.active = True
        simulation.draft_id.active = False
        simulation.draft_id.level_ids[0].share = 5
        with self._refused(ValidationError, "add up to"):
            simulation.action_run(TODAY)
        draft = simulation.draft_id
        simulation.action_discard()
        self.assertFalse(draft.exists())
        self.assertEqual(simulation.state, "discarded")
        with self._refused(UserError, "closed"):
            simulation.action_run(TODAY)
