from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from . import grading_oracle as oracle
from .common_grading import GradingCommon

DAYS = [None, -400, -1, 0, 1, 6, 7, 8, 14, 15, 16, 29, 30, 31, 32, 365]


@tagged("post_install", "-at_install")
class TestGradingLead(GradingCommon):
    """Purchase intent (G3): always right today; badge, filter, group and sort agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["crm.lead"])
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"In {days} days",
                    "type": "opportunity",
                    "partner_id": cls.customer_a.id,
                    "date_deadline": days is not None and cls.today + timedelta(days=days),
                }
                for days in DAYS
            ]
        )
        cls.mine = [("id", "in", cls.leads.ids)]
        cls.levels = {
            level.code: level for level in cls.env.ref("crm_dealer_grading.scheme_intent").level_ids
        }

    def _expected(self, later=0):
        return {
            lead: oracle.intent(None if days is None else days - later)
            for lead, days in zip(self.leads, DAYS, strict=True)
        }

    def test_badge(self):
        self.assertEqual({lead: lead.intent_level_id.code for lead in self.leads}, self._expected())

    def test_filter(self):
        expected = self._expected()
        Lead = self.env["crm.lead"]
        for code, level in self.levels.items():
            wanted = {lead for lead, found in expected.items() if found == code}
            for domain, leads in (
                ([("intent_level_id", "=", level.id)], wanted),
                ([("intent_level_id", "!=", level.id)], set(expected) - wanted),
                ([("intent_level_id.code", "=", code)], wanted),
                (
                    [("intent_level_id", "in", [level.id, self.levels["H"].id])],
                    wanted | {lead for lead, found in expected.items() if found == "H"},
                ),
            ):
                with self.subTest(domain=domain):
                    self.assertEqual(set(Lead.search(self.mine + domain)), leads)
        self.assertFalse(Lead.search([*self.mine, ("intent_level_id", "=", False)]))

    def test_group(self):
        groups = self.env["crm.lead"]._read_group(self.mine, ["intent_level_id"], ["id:recordset"])
        found = {lead: level.code for level, leads in groups for lead in leads}
        self.assertEqual(found, self._expected())

    def test_sort(self):
        leads = self.env["crm.lead"].search(self.mine, order="intent_level_id, id")
        codes = [self._expected()[lead] for lead in leads]
        self.assertEqual(codes, sorted(codes, key="HABC".index))

    def test_right_after_midnight_without_a_job(self):
        with freeze_time(self.today + timedelta(days=1)):
            self.env.invalidate_all()
            expected = self._expected(later=1)
            self.assertEqual({lead: lead.intent_level_id.code for lead in self.leads}, expected)
            groups = self.env["crm.lead"]._read_group(
                self.mine, ["intent_level_id"], ["id:recordset"]
            )
            self.assertEqual(
                {lead: level.code for level, leads in groups for lead in leads}, expected
            )

    def test_thresholds_are_data(self):
        self.levels["H"].condition_ids.value_range = "..4"
        self.levels["A"].condition_ids.value_range = "4..16"
        self.env.invalidate_all()
        lead = self.leads[DAYS.index(6)]
        self.assertEqual(lead.intent_level_id.code, "A")

    def test_constant_queries(self):
        for leads in (self.leads[:1], self.leads):
            leads.mapped("intent_level_id.code")  # the bands are cached
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                leads.mapped("intent_level_id.code")

    def test_clerk_may_meet_it(self):
        """The field is on no view of his, yet a filter or a read must not fail."""
        lead = self.leads[0].with_user(self.users["clerk"])
        self.assertEqual(
            lead.read(["intent_level_id"])[0]["intent_level_id"][0], self.levels["C"].id
        )
        self.assertIn("intent_level_id", lead.fields_get())
