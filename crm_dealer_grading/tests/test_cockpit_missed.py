"""Targets that are missed, found in one statement (P3)."""

import random

from odoo.tests import TransactionCase, tagged

from .common import DealerFactories
from .common_cockpit import CockpitChecks, KpiValueFactories

FILTERS = {"kind": "month", "begin": "2031-03-01"}


@tagged("post_install", "-at_install")
class TestCockpitMissed(KpiValueFactories, CockpitChecks, DealerFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls._set_up_values()

    def test_missed_targets_equal_the_values_own(self):
        """In one statement the same as value by value: nearest target, quarters, shares."""
        north, rng = self.region_north, random.Random("missed")
        below = self.env["crm.dealer.region"].create({"name": "Below", "parent_id": north.id})
        self.others[0].region_id = below
        kpis = self.env["crm.kpi"].search([])
        dealers = self.dealer_a | self.dealer_b | self.others
        for kpi in kpis:
            for where in ({}, {"region_id": north.id}, {"region_id": below.id},
                          {"dealer_id": self.dealer_a.id}):  # fmt: skip
                if rng.random() < 0.6:
                    quarters = {f"quarter{n}": rng.randrange(100) for n in range(1, 5)}
                    self.env["crm.kpi.target"].create(
                        {"kpi_id": kpi.id, "year": 2031, "target": rng.randrange(100),
                         "has_quarters": rng.random() < 0.5, **quarters, **where}
                    )  # fmt: skip
            self._values({d: rng.randrange(100) for d in dealers}, kpi=kpi,
                         few=rng.random() < 0.1)  # fmt: skip
        values = self.Value.search([("level", "=", "dealer")])
        wanted = values.filtered(lambda v: v.standing == "missed" and not v.few)
        self.assertGreater(len(wanted), 20)
        cockpit = self.env["crm.cockpit"].with_user(self.users["oem"])
        asked = cockpit._asked(FILTERS, cockpit._roles())
        missed = cockpit._missed(asked)
        self.assertEqual({n for _d, ids, _day in missed for n in ids}, set(wanted.ids))
        self.assertEqual({number for number, _ids, _day in missed}, set(dealers.ids))
        counts = [(-len(ids), number) for number, ids, _day in missed]
        self.assertEqual(counts, sorted(counts))
