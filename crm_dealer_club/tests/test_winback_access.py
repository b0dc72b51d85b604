"""Who works on win-back cases (M6): denials first, per role."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestWinbackAccess(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case_a, cls.case_b = cls.env["crm.winback.case"].create(
            [{"partner_id": cls.customer_a.id}, {"partner_id": cls.customer_b.id}]
        )

    def test_others_do_not_see_it(self):
        for login in ("sales_b", "greedy_b", "homeless", "clerk"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.case_a).read(["note"])
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.case_a).action_declined()
        seen = self._as("greedy_b", self.env["crm.winback.case"]).search([])
        self.assertEqual(seen.sudo() & (self.case_a | self.case_b), self.case_b)

    def test_auditors_and_controllers_only_read(self):
        for login in ("auditor", "credit"):
            case = self._as(login, self.case_a)
            case.read(["note"])
            for act in (
                lambda c: c.write({"note": "X"}),
                lambda c: c.action_declined(),
                lambda c: c.action_call(),
                lambda c: c.action_offer(),
                lambda c: c.unlink(),
                lambda c: c.create({"partner_id": self.customer_b.id}),
            ):
                with self.assertRaises(AccessError, msg=login):
                    act(case)

    def test_steps_cannot_be_forged(self):
        for login in ("sales_a", "manager_a", "oem"):
            case = self._as(login, self.case_a)
            for vals in (
                {"state": "closed"},
                {"result": "won_back"},
                {"returned": True},
                {"return_rate": 100},
                {"date_closed": "2026-01-01"},
                {"partner_id": self._person(self.dealer_a, 9).id},
            ):
                with self.assertRaises(AccessError, msg=(login, vals)):
                    case.write(vals)
            with self.assertRaises(AccessError, msg=login):
                case.create({"partner_id": self._person(self.dealer_a, 8).id, "returned": True})
        person = self._person(self.dealer_a, 10)
        case = self._as("sales_a", self.env["crm.winback.case"]).with_context(
            default_state="closed", default_result="won_back", default_returned=True
        ).create({"partner_id": person.id})  # fmt: skip
        self.assertEqual((case.state, case.result, case.returned), ("open", False, False))

    def test_no_case_for_others_customers(self):
        cases = self._as("sales_a", self.env["crm.winback.case"])
        person = self._person(self.dealer_b, 11)
        with self.assertRaises(AccessError):
            cases.create({"partner_id": person.id})
        with self.assertRaises(AccessError):
            self._as("sales_a", person).action_win_back()
        with self.assertRaises(AccessError):
            self._as("auditor", person).action_win_back()

    def test_a_foreign_case_in_the_wizard(self):
        calls = self._as("sales_a", self.env["crm.winback.call"])
        vals = {"case_id": self.case_b.id, "summary": "X", "outcome": "not_lost"}
        with self.assertRaises(AccessError):
            calls.create(vals)  # it would tell the customer's name
        with self.assertRaises(AccessError):
            calls.sudo().create(vals).sudo(False).action_note()
        self.assertFalse(self.case_b.contact_ids)

    def test_a_coupon_is_a_coupon(self):
        """It is issued with all rights: gift cards and the club's points are none."""
        case = self._as("sales_a", self.case_a)
        for kind in ("gift_card", "ewallet", "loyalty"):
            program = self.env["loyalty.program"].create({"name": kind, "program_type": kind})
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                case.write({"offer_kind": "coupon", "program_id": program.id})

    def test_managers_only(self):
        self.case_a.write({"offer_kind": "other", "offer_text": "Free check"})
        case = self._as("sales_a", self.case_a)
        case.action_offer()
        with self.assertRaises(AccessError):
            case.action_take_back_offer()
        case.action_not_lost()
        with self.assertRaises(AccessError):
            case.action_reopen()
        with self.assertRaises(AccessError):
            case.unlink()
        self._as("manager_a", self.case_a).action_reopen()
        self._as("manager_a", self.case_a).action_take_back_offer()
        self.assertEqual((self.case_a.state, self.case_a.offered_on), ("open", False))

    def test_screens(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            cases = self._as(login, self.env["crm.winback.case"])
            for xmlid in ("crm_winback_case_action", "crm_winback_case_action_analysis"):
                action = self._as(login)["ir.actions.act_window"]._for_xml_id(
                    f"crm_dealer_club.{xmlid}"
                )
                cases.get_views([*action["views"], (False, "search")])
            cases.web_search_read([], {"partner_id": {"fields": {"display_name": {}}}, "phone": {}})
            partners = self._as(login, self.env["res.partner"])
            view = self.env.ref("crm_dealer_club.res_partner_view_list_lost")
            spec = {
                name: {}
                for name in partners.get_view(view.id, "list")["models"]["res.partner"]
                if name not in ("user_id",)
            }
            partners.web_search_read([("is_lost", "=", True)], spec, order="value_level_id")
            groups = cases.formatted_read_group(
                [], ["reason_id"], ["return_rate:avg", "offer_cost:sum"]
            )
            self.assertIsInstance(groups, list)

    def test_calls_are_not_deleted(self):
        self.case_a._log_call({"way": "phone", "summary": "X"})
        with self.assertRaisesRegex(UserError, "Close the case"):
            self._as("manager_a", self.case_a).unlink()
