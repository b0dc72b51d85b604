from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_manual import ManualCommon


@tagged("post_install", "-at_install")
class TestLevelManualUse(ManualCommon):
    """Manual levels from lists, with dealers that change, in merges, before they end (G13)."""

    def test_wizard_from_lists(self):
        lead = self._lead(self.customers[3])
        vehicle = self._vehicle(self.customers[4])
        env = self._as("manager_a")
        scheme = self.scheme
        for record in (self.customers[2], lead, vehicle):
            action = self._as("manager_a", record).action_set_manual_level()
            wizard = env[action["res_model"]].with_context(**action["context"]).create(
                {
                    "scheme_id": scheme.id,
                    "level_id": scheme.level_ids[0].id,
                    "reason": "Fair",
                    "date_until": self.today + timedelta(30),
                }
            )
            self.assertIn("1 customers", wizard.action_set()["params"]["message"])
            self.assertIn("1 earlier", wizard.action_set()["params"]["message"])
        for customer in self.customers[2:5]:
            self.assertEqual(self._result(customer).level_id, scheme.level_ids[0])
        action = self._as("manager_a", self.customers[2:5]).action_end_manual_level()
        wizard = env[action["res_model"]].with_context(**action["context"]).create(
            {"reason": "Over"}
        )
        self.assertIn("3 manual", wizard.action_end()["params"]["message"])
        self.assertFalse(self.Result.search([("manual_id", "!=", False),
                                             ("scheme_id", "=", scheme.id)]))
        with self._refused(UserError, "None of these"):
            wizard.action_end()

    def test_wizard_in_constant_queries(self):
        def queries(customers):
            wizard = self.env["crm.grading.manual.set"].create(
                {
                    "partner_ids": [(6, 0, customers.ids)],
                    "scheme_id": self.scheme.id,
                    "level_id": self.scheme.level_ids[0].id,
                    "reason": "Fair",
                    "date_until": self.today + timedelta(30),
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_set()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(self._customers(1))
        self.assertLessEqual(queries(self._customers(100)), queries(self._customers(1)) + 3)

    def test_dealer_change_takes_it_along(self):
        manual = self._give(
            self.customers[5], self.scheme.level_ids[0], self.today, self.today + timedelta(9)
        )
        self.customers[5].dealer_id = self.dealer_b
        self.assertEqual(manual.dealer_id, self.dealer_b)
        self.assertFalse(self._as("sales_a")["crm.grading.manual"].search([("id", "=", manual.id)]))

    def test_merge_keeps_the_survivors(self):
        self.scheme.regrade()
        top, rest = self.scheme.level_ids
        survivor, one, two = self.customers[7:10]
        end = self.today + timedelta(30)
        own = self._give(survivor, rest, self.today, end)
        lost = self._give(one, top, self.today, end + timedelta(5))
        later = self._give(two, top, end, end + timedelta(5))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((survivor | one | two).ids, survivor)
        manuals = self.Manual.search([("partner_id", "=", survivor.id)])
        self.assertEqual(manuals, own | lost | later)
        self.assertEqual(lost.date_until, lost.date_from)
        self.assertEqual((own.date_until, later.date_from), (end, end))
        self.assertEqual(self._result(survivor).manual_id, own)

    def test_author_is_reminded_once(self):
        author = self.users["manager_a"]
        soon = self._give(
            self.customers[1], self.scheme.level_ids[0], self.today, self.today + timedelta(7),
            self._as("manager_a"),
        ).sudo()  # fmt: skip
        self._give(
            self.customers[2], self.scheme.level_ids[0], self.today, self.today + timedelta(8)
        )
        # The job commits, which a test may not: its steps are taken one by one.
        due = self.Manual.search(self.Manual._due_domain())
        self.assertIn(soon, due)
        self.assertNotIn(self.customers[2], due.partner_id)
        due._remind()
        self.assertNotIn(soon, self.Manual.search(self.Manual._due_domain()))
        activity = self.customers[1].activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (author, soon.date_until))
