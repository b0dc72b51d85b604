from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .common_prospect import VIN, ProspectFactories
from .common_rpc import RpcCalls


@tagged("post_install", "-at_install")
class TestProspectUndo(ProspectFactories, TransactionCase):
    """Back to the prospect card, by a manager only (C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_prospects()

    def _undo(self, login="manager_a", reason="Wrong VIN"):
        lead = self._as(login, self.lead)
        lead.env["crm.lead.delivery.undo"].create(
            {"lead_id": lead.id, "reason": reason}
        ).action_undo()
        self.env.invalidate_all()

    def test_denials(self):
        self._delivered()
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for login in (
                "sales_a",
                "sales_b",
                "greedy_b",
                "homeless",
                "agent",
                "auditor",
                "clerk",
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    self._undo(login)
                with self.subTest(login), self.assertRaises(AccessError):
                    self._as(login, self.lead)._undo_delivery("x")
        self.assertTrue(self.lead.delivered_on)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._undo(reason=" ")

    def test_new_vehicle_goes(self):
        vehicle = self._delivered()
        activities = vehicle.activity_ids
        self._undo()
        self.assertFalse(vehicle.exists())
        self.assertFalse(activities.exists())
        self.assertFalse(self.lead.vehicle_id or self.lead.delivered_on or self.lead.delivered_by)
        self.assertEqual(self.lead.won_status, "won")
        log = self.lead.delivery_log_ids
        self.assertEqual(log.mapped("event"), ["undone", "delivered"])
        self.assertEqual(log[0].reason, "Wrong VIN")
        self.assertEqual(log[0].user_id, self.users["manager_a"])
        self.assertIn("Wrong VIN", self.lead.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            self._undo()
        again = self._delivered()
        self.env.invalidate_all()
        self.assertEqual(self.lead.vehicle_id, again)
        self.assertEqual(self.lead.delivery_log_ids[0].round, 2)

    def test_vehicle_with_a_visit_stays(self):
        vehicle = self._delivered()
        done, to_do = vehicle.activity_ids[0], vehicle.activity_ids[1:]
        done.with_user(self.seller).action_feedback()
        self._visit(vehicle)
        self._undo("oem")
        self.assertTrue(vehicle.exists())
        self.assertFalse(to_do.exists())
        self.assertTrue(done.exists(), "what was done stays in the history")
        self.assertFalse(self.lead.vehicle_id)

    def test_former_owner_is_back(self):
        former = self._customer(self.dealer_a, name="Former")
        vehicle = self._vehicle(
            former, vin=VIN, plate="沪A11111", delivery_date="2020-01-01", purchase_price=5.0
        )
        before = vehicle.read()[0]
        lines = vehicle.ownership_ids.read()
        self._delivered(plate="沪A22222")
        self.assertEqual((vehicle.partner_id, vehicle.plate), (self.customer_a, "沪A22222"))
        self._undo()
        after = vehicle.read()[0]
        names = "partner_id plate delivery_date purchase_price warranty_end dealer_id purchase_type"
        for name in [*names.split(), "selling_dealer_id", "next_service_date"]:
            self.assertEqual(after[name], before[name], name)
        stamps = {"write_date", "write_uid"}
        self.assertEqual(
            [{k: v for k, v in line.items() if k not in stamps} for line in lines],
            [
                {k: v for k, v in li.items() if k not in stamps}
                for li in vehicle.ownership_ids.read()
            ],
        )

    def test_sold_on_since_is_only_detached(self):
        former = self._customer(self.dealer_a)
        vehicle = self._vehicle(former, vin=VIN, delivery_date="2020-01-01")
        self._delivered(delivery_date=self.today - timedelta(2), purchase_date=False)
        later = self._customer(self.dealer_a, name="Later")
        vehicle.partner_id = later
        self._undo()
        self.assertEqual(vehicle.partner_id, later)
        self.assertEqual(len(vehicle.ownership_ids), 3)


@tagged("post_install", "-at_install")
class TestProspectUndoRpc(RpcCalls, ProspectFactories, HttpCase):
    """As a script of a salesperson would try it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_prospects()

    def test_salesperson_cannot_undo(self):
        self._delivered()
        self.authenticate("sales_a", "sales_a")
        ids = self.lead.ids
        for call in (
            ("crm.lead", "write", ids, {"vehicle_id": False, "delivered_on": False}),
            ("crm.lead", "web_save", ids, {"delivered_on": False}),
            ("crm.lead", "_undo_delivery", ids, "x"),
            ("crm.lead", "_take_delivery_back", ids, "x"),
            ("crm.lead.delivery.undo", "create", {"lead_id": ids[0], "reason": "x"}),
            ("crm.lead.delivery.log", "unlink", self.lead.delivery_log_ids.ids),
            ("crm.lead.delivery.log", "write", self.lead.delivery_log_ids.ids, {"round": 9}),
        ):
            kwargs = {"specification": {}} if call[1] == "web_save" else {}
            with self.subTest(call):
                self._denied(*call, **kwargs)
        self.assertTrue(self.lead.delivered_on)
