from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .common_grading import TODAY, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingHook(GradingCommon):
    """What hangs on levels is told, once a run, whose changed (``_after_levels_changed``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._customers(3)
        cls.activity = cls.env.ref("crm_dealer_grading.scheme_activity")
        cls.activity.domain = cls.domain

    def setUp(self):
        super().setUp()
        self.calls = []

        def note(scheme, partner_ids):
            self.assertTrue(scheme.env.su)
            held = {p.id: p.activity_level_id.code for p in self.customers}
            self.calls.append((scheme, partner_ids and sorted(partner_ids), held))

        self.patch(self.registry["crm.grading.scheme"], "_after_levels_changed", note)

    def _told(self, scheme):
        """What was told of the scheme since the last time."""
        told = [call[1:] for call in self.calls if call[0] == scheme]
        self.calls.clear()
        return told

    def test_some_customers(self):
        """Who joins, moves or leaves is named, and the new levels are there to be read."""
        first, second, _third = self.customers
        self.activity.regrade(self.customers)
        [(who, held)] = self._told(self.activity)
        self.assertEqual(who, self.customers.ids)
        self.assertEqual(set(held.values()), {"N"})
        self.activity.regrade(self.customers)
        self.assertEqual(self._told(self.activity), [])

        self._visit(self._vehicle(first))
        second.active = False
        self.env["crm.grading.scheme"]._regrade_now(self.customers.ids)
        [(who, held)] = self._told(self.activity)
        self.assertEqual(who, [first.id, second.id])
        self.assertEqual((held[first.id], held[second.id]), ("B", False))

    def test_all_customers(self):
        """After a full run nobody is named; without a change nothing is told."""
        scheme = self._share_scheme("rank", [10, 90])
        self._insert_orders([(self.customers[0], 10, datetime(2026, 6, 1))])
        scheme.regrade(date=TODAY)
        self.assertEqual([who for who, _held in self._told(scheme)], [None])
        scheme.regrade(date=TODAY)
        self.assertEqual(self._told(scheme), [])
        # A figure that changes without a move is no change of level.
        self._insert_orders([(self.customers[0], 10, datetime(2026, 6, 2))])
        self.assertEqual(scheme.regrade(date=TODAY).changed, 1)
        self.assertEqual(self._told(scheme), [])

    def test_manual_level(self):
        """A level given by hand is told as well, with whose it is."""
        scheme = self._share_scheme("rank", [10, 90])
        self._insert_orders([(c, 10, datetime(2026, 6, 1)) for c in self.customers])
        scheme.regrade()
        self._told(scheme)
        self.env["crm.grading.manual"].create(
            {
                "partner_id": self.customers[0].id,
                "scheme_id": scheme.id,
                "level_id": scheme.level_ids[1].id,
                "reason": "Named",
                "date_until": date.today() + timedelta(days=30),
            }
        )
        [(who, _held)] = self._told(scheme)
        self.assertEqual(who, self.customers[0].ids)

    def test_what_it_raises_undoes_the_run(self):
        """Levels and what hangs on them change together, and no other scheme suffers."""

        def fail(scheme, _partner_ids):
            if scheme == self.activity:
                raise ValueError("broken")

        self.patch(self.registry["crm.grading.scheme"], "_after_levels_changed", fail)
        with self.assertLogs("odoo.addons.crm_dealer_grading", "ERROR") as logs:
            self.env["crm.grading.scheme"]._regrade_now(self.customers.ids)
        self.assertIn("activity could not grade", logs.output[0])
        schemes = self.customers.grading_result_ids.scheme_id
        self.assertNotIn(self.activity, schemes)
        self.assertTrue(schemes)
