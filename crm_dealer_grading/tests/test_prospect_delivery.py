from datetime import datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_prospect import OTHER_VIN, VIN, ProspectFactories


@tagged("post_install", "-at_install")
class TestProspectDelivery(ProspectFactories, TransactionCase):
    """From the prospect card to the owner card (C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_prospects()

    # -- Denials

    def test_roles_that_do_not_deliver(self):
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for login in ("sales_b", "greedy_b", "homeless", "agent", "auditor", "credit", "clerk"):
                lead = self._as(login, self.lead)
                with self.subTest(login), self.assertRaises(AccessError):
                    lead._deliver(VIN, {"delivery_date": self.today})
                with self.subTest(login), self.assertRaises(AccessError):
                    lead.env["crm.lead.delivery"].create(
                        {"lead_id": lead.id, "vin": VIN}
                    ).action_deliver()
        self.assertFalse(self.lead.delivered_on)

    def test_nobody_writes_a_delivery_by_hand(self):
        vehicle = self._vehicle(self.customer_a)
        for login in ("sales_a", "manager_a", "oem", "clerk"):
            lead = self._as(login, self.lead)
            for vals in ({"vehicle_id": vehicle.id}, {"delivered_on": False}):
                with self.assertRaises(AccessError):
                    lead.write(vals)
            with self.assertRaises(AccessError):
                lead.create({"name": "x", "delivered_on": self.today})
            made = lead.with_context(default_vehicle_id=vehicle.id).create({"name": "x"})
            self.assertFalse(made.vehicle_id)
            with self.assertRaises(AccessError):
                lead.env["crm.lead.delivery.log"].create(
                    {"lead_id": lead.id, "event": "undone", "round": 1}
                )

    def _refused(self, words, lead=None, **vals):
        with self.assertRaisesRegex(UserError, words):
            self._delivered(lead, **vals)

    def test_refusals_say_what_to_do(self):
        day = timedelta(1)
        open_lead = self._lead(self.customer_a, dealer_id=self.dealer_a.id, user_id=self.seller.id)
        self._refused("Mark it as won", lead=open_lead)
        self._refused("Give the VIN", vin=" ")
        self._refused("days ahead", delivery_date=self.today + 8 * day)
        self._refused(
            "before it is bought", purchase_date=self.today, delivery_date=self.today - day
        )
        self._vehicle(self.customer_b, vin=OTHER_VIN)
        self._refused("another dealer's files", vin=OTHER_VIN)
        old = self._vehicle(self._customer(self.dealer_a), vin=VIN, delivery_date=self.today)
        yesterday = {"delivery_date": self.today - day, "purchase_date": False}
        self._refused("has had its present owner since", **yesterday)
        old.active = False
        self._refused("is archived", delivery_date=self.today)
        self.assertFalse(self.lead.delivery_log_ids)
        nobodys = self._won(dealer_id=False, partner=False, user_id=False)
        nobodys.dealer_id = False
        self._refused("has no dealer", lead=nobodys, login="oem")

    # -- Delivery

    def test_new_vehicle_and_owner_from_the_lead(self):
        lead = self._won(partner=False, contact_name="Wang Fang", phone="13800138000")
        order = self._order(self.customer_a, amount=88_000)
        order.opportunity_id = lead
        wizard = self._wizard(lead, plate="沪A12345", color="red")
        self.assertEqual(wizard.purchase_price, 88_000)
        self.assertEqual(wizard.model_id, self.car)
        vehicle = self.env["crm.vehicle"].browse(wizard.action_deliver()["res_id"])
        self.assertEqual(lead.partner_id.name, "Wang Fang")
        self.assertEqual(lead.partner_id.dealer_id, self.dealer_a)
        self.assertEqual(vehicle.partner_id, lead.partner_id)
        self.assertEqual((vehicle.vin, vehicle.plate, vehicle.color), (VIN, "沪A12345", "red"))
        self.assertEqual((vehicle.dealer_id, vehicle.selling_dealer_id), (self.dealer_a,) * 2)
        self.assertEqual(vehicle.warranty_end_km, 60_000)
        self.assertEqual(vehicle.warranty_end.year, self.today.year + 2)
        self.assertEqual(vehicle.next_service_date, vehicle.first_service_due)
        self.assertEqual(vehicle.lifecycle, "new")
        self.assertEqual((lead.vehicle_id, lead.delivered_on), (vehicle, self.today))
        self.assertEqual(lead.delivered_by, self.seller)
        plan = self.env.ref("crm_dealer_grading.plan_after_delivery")
        self.assertEqual(len(vehicle.activity_ids), len(plan.template_ids))
        self.assertEqual(vehicle.activity_ids.user_id, self.seller)
        self.assertEqual(
            min(vehicle.activity_ids.mapped("date_deadline")), self.today + timedelta(3)
        )

    def test_shipped_plan_speaks_the_language_of_its_readers(self):
        plan = self.env.ref("crm_dealer_grading.plan_after_delivery")
        shipped = {plan.name, *plan.template_ids.mapped("summary")}
        words = plan.with_context(lang="en_US")._shipped_words()
        self.assertEqual(list(words), list(words.values()))
        # The data and the words are the same texts.
        plan._word_shipped("en_US")
        if "en_US" == self.env.ref("base.user_admin").lang:
            self.assertEqual(shipped, set(words))
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = plan.with_context(lang="zh_CN")
        words = chinese._shipped_words()
        self.assertEqual(chinese.display_name, words["After Delivery"])
        self.seller.lang = "zh_CN"
        vehicle = self._delivered(login="manager_a")
        self.assertLessEqual(set(vehicle.activity_ids.mapped("summary")), set(words.values()))
        # A plan that somebody worded is left as it is.
        plan.name = "Our own plan"
        self.assertEqual(chinese.display_name, "Our own plan")
        plan.name = "After Delivery"
        plan._word_shipped("zh_CN")
        self.assertEqual(plan.name, words["After Delivery"])

    def test_second_click_opens_the_same(self):
        hooked = []
        self.patch(type(self.lead), "_after_delivery", lambda lead, v: hooked.append((lead, v)))
        first, second = self._wizard(), self._wizard(vin=OTHER_VIN)
        vehicle = first.action_deliver()["res_id"]
        self.assertEqual(first.action_deliver()["res_id"], vehicle)
        self.assertEqual(second.action_deliver()["res_id"], vehicle)
        self.assertEqual(self.lead.action_deliver()["res_id"], vehicle)
        self.assertEqual(len(self.lead.delivery_log_ids), 1)
        self.assertEqual([v.id for _lead, v in hooked], [vehicle])

    def test_database_holds_one_delivery_a_round(self):
        self._delivered()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.lead.delivery_log_ids.sudo().copy()

    def test_existing_vehicle_changes_hands(self):
        former = self._customer(self.dealer_a, name="Former")
        vehicle = self._vehicle(former, vin=VIN, color="blue", delivery_date="2020-01-01")
        self.assertEqual(self._delivered(vin=VIN.lower()), vehicle)
        self.assertEqual(vehicle.partner_id, self.customer_a)
        self.assertEqual(vehicle.color, "blue")
        self.env.invalidate_all()
        self.assertEqual(
            [(o.partner_id, o.date_to) for o in vehicle.ownership_ids],
            [(self.customer_a, False), (former, self.today)],
        )

    def test_failing_hook_leaves_nothing(self):
        def fail(lead, vehicle):
            raise ZeroDivisionError

        self.patch(type(self.lead), "_after_delivery", fail)
        wizard = self._wizard()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            wizard.action_deliver()
        self.env.invalidate_all()
        self.assertFalse(self.lead.vehicle_id)
        self.assertFalse(self.env["crm.vehicle"].search([("vin", "=", VIN)]))

    def test_delivery_is_offered_after_winning(self):
        lead = self._lead(self.customer_a, dealer_id=self.dealer_a.id, user_id=self.seller.id)
        action = self._as("sales_a", lead).action_set_won_rainbowman()
        self.assertEqual(action["res_model"], "crm.lead.delivery")
        other = self._lead(False, dealer_id=False)
        result = self._as("clerk", other).action_set_won_rainbowman()
        self.assertNotIn("res_model", result if isinstance(result, dict) else {})

    def test_is_won_once(self):
        """Tidied away, or moved to another stage of won ones, a lead was not won again (S10)."""
        day = datetime(2026, 3, 5, 9)
        other = self.env["crm.stage"].create({"name": "Handed Over", "is_won": True})
        for change in ({"active": False}, {"stage_id": other.id}, {"probability": 100}):
            lead = self._won()
            lead.date_closed = day
            self._as("manager_a", lead).write(change)
            self.assertEqual((lead.won_status, lead.date_closed), ("won", day))
            open_stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
            lead.write({"active": True, "stage_id": open_stage.id, "probability": 10})
            self.assertFalse(lead.date_closed)
        ordinary = self._won(dealer_id=False, partner=False, user_id=False)
        ordinary.date_closed = day
        ordinary.active = False
        self.assertGreater(ordinary.date_closed, day)

    def test_delivered_stays_won(self):
        self._delivered()
        lead = self._as("manager_a", self.lead)
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        reason = self.env.ref("crm_dealer_grading.lost_price")
        for change in (
            lambda: lead.write({"stage_id": stage.id, "probability": 10}),
            lambda: lead.action_set_lost(lost_reason_id=reason.id),
            lambda: self._as("oem", self.lead).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "undo the delivery|cannot be lost"):
                with self.env.cr.savepoint():
                    change()
