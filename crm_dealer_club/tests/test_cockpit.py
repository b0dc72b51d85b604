"""Cockpits: complaints, rescues and members are counted as their lists show them (P3)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_dealer_grading.tests.common_cockpit import CockpitChecks

from .common_rescue import RescueCase

_COMPLAINTS = "crm_dealer_club.helpdesk_ticket_action_complaint"


@tagged("post_install", "-at_install")
class TestCockpit(CockpitChecks, RescueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env.ref("crm_dealer_club.cause_service_fault_not_repaired")
        cls.late = cls._complaint(cls.customer_a)
        cls._complaint(cls.customer_a, category_id=cls.cause.id)
        cls.foreign = cls._complaint(cls.customer_b, category_id=cls.cause.id)
        cls._rescue(vehicle_id=cls.vehicle_a.id)
        cls.env.flush_all()
        hour = timedelta(hours=1)
        now = fields.Datetime.now()
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET next_deadline = %s WHERE id = %s",
            [now - hour, cls.late.id],
        )
        cls.env.invalidate_all()
        cls.filters = {"kind": "year", "begin": str(cls.env.company._today_here())}

    @classmethod
    def _complaint(cls, customer, **vals):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Brakes",
                "description": "They squeak",
                "crm_kind": "complaint",
                "partner_id": customer.id,
                "dealer_id": customer.dealer_id.id,
                **vals,
            }
        )

    def _counts(self, login, **filters):
        card = self._cards(self._page(login, **self.filters, **filters))["waiting"]
        return {line["label"]: line["value"] for line in card["lines"]}

    def test_a_dealer_counts_its_own(self):
        for login, opened, late, rescues in (("manager_a", 2, 1, 1), ("greedy_b", 1, 0, 0)):
            found = self._counts(login)
            self.assertEqual(
                (found["Open Complaints"], found["Overdue Complaints"], found["Open Rescues"]),
                (opened, late, rescues),
                login,
            )
        cards = self._cards(self._page("manager_a", **self.filters))
        # The own one with a cause, and the one nobody analysed yet.
        self.assertEqual(sorted(bar["value"] for bar in cards["matters"]["bars"]), [1, 1])
        self.assertEqual(sum(bar["value"] for bar in cards["tiers"]["bars"]), 1)

    def test_the_call_centre_counts_by_dealer(self):
        whole, mine = self._counts("agent"), self._counts("agent", dealer=self.dealer_a.id)
        self.assertEqual((mine["Open Complaints"], mine["Overdue Complaints"]), (2, 1))
        self.assertGreaterEqual(whole["Open Complaints"], 3)
        page = self._page("agent", dealer=self.dealer_a.id, **self.filters)
        clocks = [bar["value"] for bar in self._cards(page)["clocks"]["bars"]]
        self.assertEqual((clocks[0], sum(clocks)), (1, 2))

    def test_each_figure_opens_its_records(self):
        for login, filters in (
            ("manager_a", {}), ("greedy_b", {}), ("agent", {}), ("auditor", {}), ("oem", {}),
            ("agent", {"region": self.region_north.id}),
        ):  # fmt: skip
            page = self._page(login, **self.filters, **filters)
            stored = () if page["filters"]["role"] == "dealer" else ("level",)
            with self.subTest(login=login, filters=filters):
                self.assertGreater(self._check_figures(login, page, stored), 5)
