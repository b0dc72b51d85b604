from datetime import date
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.tests.common import DealerCommon

from ..tools import festival

# Written down from printed calendars: the year's Spring Festival, Lantern, Dragon Boat,
# Mid-Autumn, Double Ninth. Leap months: 2014 (9), 2017 (6), 2020 (4), 2023 (2), 2025 (6),
# 2028 (5), 2033 (11).
_KNOWN = {
    2012: ("01-23", "02-06", "06-23", "09-30", "10-23"),
    2013: ("02-10", "02-24", "06-12", "09-19", "10-13"),
    2014: ("01-31", "02-14", "06-02", "09-08", "10-02"),
    2015: ("02-19", "03-05", "06-20", "09-27", "10-21"),
    2016: ("02-08", "02-22", "06-09", "09-15", "10-09"),
    2017: ("01-28", "02-11", "05-30", "10-04", "10-28"),
    2018: ("02-16", "03-02", "06-18", "09-24", "10-17"),
    2019: ("02-05", "02-19", "06-07", "09-13", "10-07"),
    2020: ("01-25", "02-08", "06-25", "10-01", "10-25"),
    2021: ("02-12", "02-26", "06-14", "09-21", "10-14"),
    2022: ("02-01", "02-15", "06-03", "09-10", "10-04"),
    2023: ("01-22", "02-05", "06-22", "09-29", "10-23"),
    2024: ("02-10", "02-24", "06-10", "09-17", "10-11"),
    2025: ("01-29", "02-12", "05-31", "10-06", "10-29"),
    2026: ("02-17", "03-03", "06-19", "09-25", "10-18"),
    2027: ("02-06", "02-20", "06-09", "09-15", "10-08"),
    2028: ("01-26", "02-09", "05-28", "10-03", "10-26"),
    2029: ("02-13", "02-27", "06-16", "09-22", "10-16"),
    2030: ("02-03", "02-17", "06-05", "09-12", "10-05"),
    2033: ("01-31", "02-14", "06-01", "09-08", "10-01"),
    2034: ("02-19", "03-05", "06-20", "09-27", "10-20"),
}
_LUNAR = ("spring", "lantern", "dragon", "mid_autumn", "double_ninth")


@tagged("post_install", "-at_install")
class TestFestivals(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.festivals = cls.env["crm.care.festival"]

    def _shipped(self, name):
        return self.env.ref(f"crm_dealer_club.festival_{name}")

    def _in(self, festival_, year):
        """Its days in a solar year, as text without the year."""
        days = festival_._days(date(year, 1, 1), date(year + 1, 1, 1))
        self.assertTrue(all(day.year == year for day in days))
        return [f"{day:%m-%d}" for day in days]

    def test_lunar_days_of_known_years(self):
        if not festival.has_lunar():
            self.skipTest("lunardate is not installed")
        for year, known in _KNOWN.items():
            for name, day in zip(_LUNAR, known, strict=True):
                with self.subTest(name, year=year):
                    self.assertEqual(self._in(self._shipped(name), year), [day])

    def test_the_eve_is_the_last_day_of_the_lunar_year(self):
        """With a twelfth month of 29 days (2022, 2025 to 2029) and of 30 days."""
        if not festival.has_lunar():
            self.skipTest("lunardate is not installed")
        known = {
            2020: "01-24", 2021: "02-11", 2022: "01-31", 2023: "01-21", 2024: "02-09",
            2025: "01-28", 2026: "02-16", 2027: "02-05", 2034: "02-18",
        }  # fmt: skip
        for year, day in known.items():
            self.assertEqual(self._in(self._shipped("spring_eve"), year), [day])
        # Two in one solar year, and none in another, for what falls about New Year.
        self.assertEqual(self._in(self._shipped("laba"), 2025), ["01-07"])
        self.assertEqual(self._in(self._shipped("laba"), 2027), ["01-15"])
        self.assertEqual(self._in(self._shipped("laba"), 2022), ["01-10", "12-30"])
        self.assertEqual(self._in(self._shipped("laba"), 2023), [])

    def test_solar_days_and_weekdays(self):
        known = {
            "new_year": "01-01", "women": "03-08", "labour": "05-01", "mother": "05-10",
            "father": "06-21", "national": "10-01",
        }  # fmt: skip
        for name, day in known.items():
            self.assertEqual(self._in(self._shipped(name), 2026), [day])
        leap = self.festivals.create({"name": "Leap", "calendar": "solar", "month": 2, "day": 29})
        self.assertEqual([self._in(leap, y) for y in (2027, 2028)], [["02-28"], ["02-29"]])
        last = self.festivals.create(
            {"name": "Last", "calendar": "weekday", "month": 11, "week": 5, "weekday": "3"}
        )
        self.assertEqual(self._in(last, 2026), ["11-26"])

    def test_windows_are_half_open_and_cross_years(self):
        new_year = self._shipped("new_year")
        days = new_year._days(date(2026, 12, 31), date(2027, 1, 2))
        self.assertEqual(days, [date(2027, 1, 1)])
        self.assertEqual(new_year._days(date(2026, 12, 31), date(2027, 1, 1)), [])
        self.assertEqual(new_year._days(date(2027, 1, 1), date(2027, 1, 1)), [])

    def test_without_the_package(self):
        """A clear word on festival and rule; nothing breaks, and solar ones go on."""
        spring, women = self._shipped("spring"), self._shipped("women")
        rule = self.env["crm.care.rule"].create(
            {"name": "Spring", "trigger": "festival", "festival_id": spring.id}
        )
        with patch.object(festival, "LunarDate", None):
            (spring | women).invalidate_recordset()
            rule.invalidate_recordset()
            self.assertFalse(spring.next_date)
            self.assertIn("lunardate", spring.problem)
            self.assertIn("lunardate", rule.festival_problem)
            self.assertTrue(women.next_date and not women.problem)
            rows = self.env.execute_query(rule._due_sql(date(2026, 1, 1), date(2027, 1, 1)))
            self.assertEqual(rows, [])

    def test_after_the_last_known_year(self):
        days = self._shipped("spring")._days(date(2101, 1, 1), date(2103, 1, 1))
        self.assertEqual(days, [])
        self.assertFalse(self._shipped("lantern")._days(date(2100, 6, 1), date(2101, 1, 1)))

    def test_refused_days(self):
        for vals in ({"month": 2, "day": 30}, {"month": 4, "day": 31},
                     {"calendar": "lunar", "day": 31}):  # fmt: skip
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.festivals.create({"name": "Wrong", **vals})
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.festivals.create({"name": "Wrong", "calendar": "weekday", "month": 13})
            self.festivals.flush_model()

    def test_rights(self):
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self._shipped("women")).day = 9
            self.assertTrue(self._as(login)["crm.care.festival"].search([]))
        with self.assertRaises(AccessError):
            self._as("clerk")["crm.care.festival"].search([])
        self._as("oem", self._shipped("women")).day = 9
        with self.assertRaisesRegex(ValidationError, "choose the festival"):
            self.env["crm.care.rule"].create({"name": "None", "trigger": "festival"})
