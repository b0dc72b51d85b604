"""Two who are stranded are two rescues; who calls twice is heard twice (M8, M10)."""

from odoo.tests import tagged

from .common_rescue import RescueCase


@tagged("post_install", "-at_install")
class TestPortalRescueAgain(RescueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fleet = cls._customer(cls.dealer_a, name="Test Fleet", is_company=True)
        cls.van = cls._vehicle(fleet, vin="LRSCAA00000000009", plate="京A1R009")
        cls.driver_1, cls.driver_2 = cls.env["res.partner"].create(
            [{"name": f"Driver {number}", "parent_id": fleet.id} for number in (1, 2)]
        )

    def _call(self, author, **vals):
        """As the page sends it."""
        return self.env["helpdesk.ticket"]._rescue_by_member(
            author,
            {
                "vehicle_id": False,
                "rescue_plate": "",
                "rescue_fault_id": self.tyre.id,
                "rescue_place": "G2 km 1100",
                "rescue_latitude": 0,
                "rescue_longitude": 0,
                "partner_phone": "13900000001",
                "rescue_people": 0,
                "rescue_danger": False,
                **vals,
            },
        )

    def test_two_drivers_are_two_rescues(self):
        first = self._call(self.driver_1, rescue_plate="沪A00001")
        second = self._call(
            self.driver_2, rescue_plate="沪A00002", rescue_place="S1 exit 4", rescue_danger=True,
            partner_phone="13900000002",
        )  # fmt: skip
        self.assertNotEqual(second, first)
        self.assertEqual((second.rescue_place, second.rescue_danger), ("S1 exit 4", True))
        self.assertEqual((first.rescue_place, first.rescue_danger), ("G2 km 1100", False))
        third = self._call(self.driver_1, rescue_plate="沪A00003")
        self.assertNotIn(third, first | second, "another plate")
        fourth = self._call(self.driver_2)
        self.assertNotIn(fourth, first | second | third, "no plate at all")
        self.assertEqual(self._call(self.driver_2), fourth)

    def test_typed_plate_of_the_own_vehicle(self):
        first = self._call(self.driver_1, rescue_plate="京a 1r009")
        self.assertEqual(first.vehicle_id, self.van)
        self.assertEqual(self._call(self.driver_1, rescue_plate="京A1R009"), first)
        self.assertEqual(self._call(self.driver_2, vehicle_id=self.van.id), first)

    def test_same_unknown_plate_however_typed(self):
        first = self._call(self.driver_1, rescue_plate="沪A00001", rescue_longitude=121.5)
        for _press in range(2):
            again = self._call(
                self.driver_1, rescue_plate="沪a 00001", rescue_latitude=31.23041234567
            )
            self.assertEqual(again, first)
        told = str(first.message_ids.mapped("body"))
        self.assertEqual(told.count("called again"), 1, "the second time nothing changed")

    def test_what_changed_is_written_and_told(self):
        ticket = self._call(self.driver_1, vehicle_id=self.van.id, rescue_people=2)
        again = self._call(
            self.driver_1,
            vehicle_id=self.van.id,
            rescue_place="G2 km 1107",
            rescue_latitude=31.2304,
            rescue_longitude=121.4737,
            partner_phone="13900000003",
        )
        self.assertEqual(again, ticket)
        self.assertEqual(
            (ticket.rescue_place, ticket.partner_phone, ticket.rescue_people),
            ("G2 km 1107", "13900000003", 2),
        )
        self.assertAlmostEqual(ticket.rescue_latitude, 31.2304)
        self.assertAlmostEqual(ticket.rescue_longitude, 121.4737)
        note = ticket.message_ids.filtered(lambda one: "Driver 1 called again" in one.body)
        self.assertIn("13900000001 → 13900000003", note.body)
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertEqual(ticket.activity_ids.user_id, self.users["manager_a"])

    def test_in_danger_now(self):
        for vals in ({"rescue_danger": True}, {"rescue_fault_id": self.accident.id}):
            ticket = self._call(self.driver_1, vehicle_id=self.van.id)
            ticket.user_id = self.users["sales_a"]
            self._call(self.driver_1, vehicle_id=self.van.id, **vals)
            self.assertEqual((ticket.rescue_danger, ticket.priority), (True, "3"))
            todo = ticket.activity_ids
            self.assertEqual(todo.user_id, self.users["sales_a"])
            self.assertIn("In danger now", todo.summary)
            self._call(self.driver_1, vehicle_id=self.van.id)
            self.assertTrue(ticket.rescue_danger, "nobody said that it is over")
            ticket.action_rescue_not_needed()
