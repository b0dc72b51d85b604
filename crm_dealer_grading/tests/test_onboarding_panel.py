"""The first steps: who sees them, when they are done, closed for good, by company (P5)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from .common import DealerCommon

OTHERS = ("sales_a", "manager_a", "greedy_b", "homeless", "credit", "agent", "auditor", "clerk")


@tagged("post_install", "-at_install")
class TestOnboardingPanel(DealerCommon):
    @property
    def panel(self):
        return self.env["onboarding.onboarding"].dealer_panel()

    def done(self):
        return {step["action"] for step in self.panel["steps"] if step["done"]}

    def test_nobody_else_sees_or_opens_anything(self):
        for login in OTHERS:
            env = self.env(user=self.users[login].id)
            with self.subTest(login):
                self.assertFalse(env["onboarding.onboarding"].dealer_panel())
                env["onboarding.onboarding"].dealer_panel_close()
                with self.assertRaisesRegex(AccessError, "OEM: Manager"):
                    env["onboarding.onboarding.step"].action_open_dealer_schemes()
                with self.assertRaisesRegex(AccessError, "OEM: Manager"):
                    env["crm.dealer"].action_company_is_dealer()
        # What others tried to close is open.
        self.assertTrue(self.env(user=self.users["oem"].id)["onboarding.onboarding"].dealer_panel())

    @users("oem")
    def test_each_step_opens_a_screen(self):
        for step in self.panel["steps"]:
            action = getattr(self.env["onboarding.onboarding.step"], step["action"])()
            self.assertIn(action["type"], ("ir.actions.act_window", "ir.actions.client"))
            self.assertTrue(step["title"] and step["description"] and step["button"])

    @users("oem")
    def test_steps_are_done_by_themselves(self):
        dealers = (self.dealer_a | self.dealer_b).sudo()
        opened = "action_open_dealer_"
        self.assertLessEqual(
            {f"{opened}dealers", f"{opened}people", f"{opened}import"}, self.done()
        )
        # Done once, done for good: what was there may go.
        dealers.write({"active": False})
        self.assertIn(f"{opened}dealers", self.done())

    @users("oem")
    def test_examples_are_no_dealers(self):
        example = self.env["crm.dealer"].sudo().create({"name": "Example", "code": "T-EX"})
        self.assertIn(example, self.env["onboarding.onboarding.step"]._own_dealers_here())
        self.env["ir.model.data"].sudo().create(
            {
                "module": "crm_dealer_grading",
                "name": "dealer_example",
                "model": "crm.dealer",
                "res_id": example.id,
            }
        )
        own = self.env["onboarding.onboarding.step"]._own_dealers_here()
        self.assertNotIn(example, own)
        self.assertIn(self.dealer_a, own)

    @users("oem")
    def test_looking_is_what_grading_asks_for(self):
        schemes = "action_open_dealer_schemes"
        root = self.env.ref("base.user_root")
        for model in ("crm.grading.scheme", "crm.grading.level"):
            table = self.env[model]._table
            self.env.cr.execute(f"UPDATE {table} SET write_uid = %s", [root.id])
        self.env.invalidate_all()
        self.assertNotIn(schemes, self.done())
        self.env["onboarding.onboarding.step"].action_open_dealer_schemes()
        self.assertIn(schemes, self.done())

    @users("oem")
    def test_closed_for_good_in_one_company(self):
        other = self.env["res.company"].sudo().create({"name": "Other Company"})
        self.env.user.sudo().company_ids = [Command.link(other.id)]
        self.assertTrue(self.panel)
        self.env["onboarding.onboarding"].dealer_panel_close()
        self.assertFalse(self.panel)
        elsewhere = self.env["onboarding.onboarding"].with_context(allowed_company_ids=other.ids)
        self.assertTrue(elsewhere.dealer_panel())

    def test_one_click_makes_the_company_a_dealer(self):
        boss = self.users["oem"]
        boss.group_ids = [Command.link(self.env.ref("base.group_erp_manager").id)]
        dealers = self.env(user=boss.id)["crm.dealer"]
        action = dealers.action_company_is_dealer()
        dealer = dealers.browse(action["res_id"])
        self.assertEqual(dealer.partner_id, self.env.company.partner_id)
        self.assertEqual((dealer.manager_id, dealer.user_ids), (boss, boss))
        self.assertTrue(boss.has_group("crm_dealer_grading.group_dealer_manager"))
        # Pressed once more it opens the same one.
        self.assertEqual(dealers.action_company_is_dealer()["res_id"], dealer.id)
        # New customers of the boss are the dealer's.
        customer = self.env(user=boss.id)["res.partner"].create({"name": "First"})
        self.assertEqual(customer.dealer_id, dealer)

    def test_who_gives_no_roles_gets_none(self):
        boss = self.users["oem"]
        before = boss.group_ids
        self.env(user=boss.id)["crm.dealer"].action_company_is_dealer()
        self.assertEqual(boss.group_ids, before)
