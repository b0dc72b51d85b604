from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import DealerCommon


class TestNumber(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls._vehicle(cls.customer_a)

    def _at(self, dealer, date="2031-05-05 08:00:00", count=1, **vals):
        rows = [
            {"vehicle_id": self.vehicle.id, "dealer_id": dealer.id, "date": date, **vals}
            for _number in range(count)
        ]
        return self.env["crm.service.visit"].create(rows)

    def test_denials(self):
        visit = self._at(self.dealer_a)
        for login in ("sales_b", "sales_a", "auditor", "agent", "clerk"):
            with self.assertRaises(AccessError):
                self._as(login, visit).unlink()
            with self.assertRaises(AccessError):
                self._as(login)["crm.service.number"].search([])
        for login in ("manager_a", "oem"):
            with self.assertRaisesRegex(UserError, "Cancel or archive"):
                self._as(login, visit).unlink()
        with self.assertRaisesRegex(UserError, "keeps its number"):
            self._as("sales_a", visit).write({"name": "T-A-2031-00099"})

    def test_each_dealer_and_year_by_itself(self):
        for dealer, date, count, names in (
            (self.dealer_a, "2031-05-05", 2, ["T-A-2031-00001", "T-A-2031-00002"]),
            (self.dealer_b, "2031-05-05", 1, ["T-B-2031-00001"]),
            (self.dealer_a, "2032-05-05", 1, ["T-A-2032-00001"]),
            (self.dealer_a, "2031-01-05", 1, ["T-A-2031-00003"]),
        ):
            self.assertEqual(self._at(dealer, date, count).mapped("name"), names)
        found = self.env["crm.service.visit"].search([("name", "=", "T-A-2031-00002")])
        self.assertEqual(len(found), 1)

    def test_year_is_that_of_the_workshop(self):
        self.dealer_a.service_calendar_id = self.env["resource.calendar"].create(
            {"name": "Shanghai", "tz": "Asia/Shanghai"}
        )
        visit = self._at(self.dealer_a, "2031-12-31 20:00:00", stage="delivered")
        self.assertEqual(visit.name, "T-A-2032-00001")

    def test_failed_save_leaves_no_gap(self):
        self._at(self.dealer_a)
        with mute_logger("odoo.sql_db"), self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self._at(self.dealer_a, count=3)
            self.env.flush_all()
            raise ZeroDivisionError
        self.assertEqual(self._at(self.dealer_a).name, "T-A-2031-00002")

    def test_given_numbers_are_kept_and_passed_over(self):
        self.assertEqual(self._at(self.dealer_a, name="OLD-7").name, "OLD-7")
        for number in (2, 3, 6):
            self._at(self.dealer_a, name=f"T-A-2031-{number:05d}")
        names = [name[-5:] for name in self._at(self.dealer_a, count=4).mapped("name")]
        self.assertEqual(names, ["00001", "00004", "00005", "00007"])
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._at(self.dealer_a, name="T-A-2031-00004")
        self._at(self.dealer_b, name="T-A-2031-00004")

    def test_other_dealer_and_no_dealer(self):
        visit = self._at(self.dealer_a)
        name = visit.name
        visit.dealer_id = self.dealer_b
        self.assertEqual(visit.name, name)
        self.assertEqual(self._at(self.dealer_a).name, "T-A-2031-00002")
        nobody = self.env["crm.service.visit"].create({"vehicle_id": self._vehicle(None).id})
        self.assertTrue(nobody.name.startswith("SV"))
        self.assertFalse(visit.copy().name in (name, False))

    def test_names_are_shown_at_once(self):
        visit = self._at(self.dealer_a, work_order="W-9")
        self.assertIn("T-A-2031-00001", visit.display_name)
        visit.vehicle_id.plate = "沪A12345"
        # The calendar shows the beginning only.
        self.assertEqual(visit.display_name, "沪A12345 · T-A-2031-00001")
        found = self.env["crm.service.visit"].name_search("W-9")
        self.assertIn(visit.id, [row[0] for row in found])

    def test_mass_import_draws_in_one_go(self):
        def count(rows):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._at(self.dealer_a, count=rows)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        one, many = count(1), count(200)
        self.assertLess(many - one, 20)
