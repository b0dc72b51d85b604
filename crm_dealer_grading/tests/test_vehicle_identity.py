from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tests import BaseCase, Form
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..tools import plate, vin
from .common import DealerCommon

VIN = "1T8TST9AXZZ042008"
FULL_WIDTH = "１ｔ８ｔｓｔ９ａｘｚｚ０４２００８"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


class TestVehicleTools(BaseCase):
    @given(st.text())
    def test_normalising_twice_changes_nothing(self, text):
        for normalise in (vin.normalise, plate.normalise):
            once = normalise(text)
            self.assertEqual(normalise(once), once)
            self.assertFalse(set(once) & set(" -.·\t\n　－"))

    @given(st.text(VIN_CHARACTERS, min_size=17, max_size=17), st.text(" -.·　－", max_size=5))
    def test_ways_to_write_a_vin(self, number, marks):
        wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
        spread = "".join(char + marks for char in number)
        for written in (number.lower(), wide, wide.lower(), spread, f" {number} "):
            self.assertEqual(vin.normalise(written), number)
        self.assertTrue(vin.has_allowed_characters(number))

    @given(st.text(VIN_CHARACTERS, min_size=17, max_size=17), st.data())
    def test_check_digit_finds_a_wrong_character(self, number, data):
        number = number[:8] + vin.check_digit(number) + number[9:]
        self.assertTrue(vin.has_valid_check_digit(number))
        place = data.draw(st.sampled_from([i for i in range(17) if i != 8]))
        values = vin._VALUES
        other = data.draw(
            st.sampled_from([c for c in VIN_CHARACTERS if values[c] != values[number[place]]])
        )
        wrong = number[:place] + other + number[place + 1 :]
        self.assertFalse(vin.has_valid_check_digit(wrong))

    def test_known_vins(self):
        for number in (VIN, "11111111111111111", "5GZCZ43D13S812715", "WP0ZZZ99ZTS392124"):
            expected = number != "WP0ZZZ99ZTS392124"
            self.assertEqual(vin.has_valid_check_digit(number), expected, number)
        for number in ("", "1T8TST9AXZZ04200O", "I", "Q", "沪A12345"):
            self.assertFalse(vin.has_allowed_characters(number), number)

    @given(
        st.sampled_from(PROVINCES),
        st.sampled_from(LETTERS),
        st.text("0123456789", min_size=6, max_size=6),
    )
    def test_plates(self, province, office, digits):
        self.assertEqual(plate.kind(f"{province}{office}{digits[:5]}"), plate.ORDINARY)
        for new_energy in (f"D{digits[1:]}", f"F{digits[1:]}", f"{digits[:5]}D"):
            self.assertEqual(plate.kind(f"{province}{office}{new_energy}"), plate.NEW_ENERGY)
        for other in (f"{office}{digits}", f"{province}{digits}", f"{province}{office}{digits}8"):
            self.assertEqual(plate.kind(other), plate.OTHER)
        self.assertEqual(
            plate.normalise(f"{province}{office.lower()}·{digits[:3]} {digits[3:]}"),
            province + office + digits,
        )


class TestVehicleIdentity(DealerCommon):
    def setUp(self):
        super().setUp()
        self.vehicle = self._vehicle(self.customer_a, vin=VIN, plate="琼z·12345")

    def test_one_form_on_create_and_write(self):
        vehicle = self._vehicle(
            self.customer_a, vin=f" {FULL_WIDTH[:-1]}9-", plate=" 琼ｚ－９８７６５"
        )
        self.assertEqual((vehicle.vin, vehicle.plate), (VIN[:-1] + "9", "琼Z98765"))
        vehicle.write({"vin": "ltsta418 7e2 123456", "plate": "", "engine_number": " ab1 "})
        self.assertEqual(vehicle.vin, "LTSTA4187E2123456")
        self.assertEqual((vehicle.plate, vehicle.engine_number), (False, "AB1"))
        with Form(self._as("sales_a")["crm.vehicle"]) as form:
            form.vin = "5tz cz43d13s812716"
            self.assertEqual(form.vin, "5TZCZ43D13S812716")
            self.assertIn("check digit", form.vin_warning)

    def test_warnings_do_not_stop(self):
        self.assertFalse(self.vehicle.vin_warning)
        self.assertIn("17", self._vehicle(None, vin="TST4DA334").vin_warning)
        self.assertTrue(self._vehicle(None, vin="LTSTA4187E2123456").vin_warning)

    def test_impossible_letters_are_refused(self):
        for number in ("1T8TST9AXZZ04200O", "1I8TST9AXZZ042008", "QT8TST9AXZZ042008", "琼Z12345"):
            with self.assertRaises(ValidationError, msg=number):
                self._vehicle(None, vin=number)
            with self.assertRaises(ValidationError, msg=number):
                self.vehicle.vin = number

    def test_vin_is_unique(self):
        other = self._vehicle(None, vin="")
        self.assertFalse(other.vin)
        self._vehicle(None, vin=False).flush_recordset()
        for act in (
            lambda: self._vehicle(self.customer_b, vin=FULL_WIDTH),
            lambda: other.write({"vin": VIN.lower()}),
        ):
            with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
                with self.cr.savepoint():
                    act()
                    self.env.flush_all()

    def test_import(self):
        rows = [["LTSTA4187E2123456", "琼z 11111", "100"], [FULL_WIDTH, "琼z 22222", "5"]]
        with mute_logger("odoo.sql_db"):
            result = self.env["crm.vehicle"].load(["vin", "plate", "mileage"], rows)
        self.assertFalse(result["ids"])
        self.assertIn("VIN", result["messages"][0]["message"])
        self.assertFalse(self.env["crm.vehicle"].search([("plate", "=", "琼Z11111")]))
        importer = self.env["crm.vehicle"].with_context(import_file=True)
        result = importer.load(["vin", "plate", "mileage"], rows[:1])
        vehicle = self.env["crm.vehicle"].browse(result["ids"])
        self.assertEqual((vehicle.plate, vehicle.mileage), ("琼Z11111", 100))
        self.assertEqual(vehicle.mileage_ids.source, "import")

    def test_find_or_create(self):
        vehicles = self._as("sales_a")["crm.vehicle"]
        found = vehicles.find_or_create_by_vin(FULL_WIDTH, {"color": "red"})
        self.assertEqual(found, self.vehicle)
        self.assertFalse(found.color)
        made = vehicles.find_or_create_by_vin("ltsta4187e2123456", {"color": "red"})
        self.assertEqual((made.vin, made.color), ("LTSTA4187E2123456", "red"))
        self.assertEqual(made.dealer_id, self.dealer_a)
        with self.assertRaises(UserError):
            vehicles.find_or_create_by_vin(" - ")
        with self.assertRaisesRegex(UserError, "Receive"):
            self._as("sales_b")["crm.vehicle"].find_or_create_by_vin(VIN)
        self.vehicle.active = False
        self.assertEqual(vehicles.find_or_create_by_vin(VIN), self.vehicle)

    def test_find_or_create_at_the_same_time(self):
        vehicles = self._as("sales_a")["crm.vehicle"]
        kind = self.registry["crm.vehicle"]
        for seen, error in (([vehicles, self.vehicle], None), ([vehicles] * 2, ConcurrencyError)):
            with patch.object(kind, "_find_by_vin", side_effect=seen):
                if error:
                    with self.assertRaises(error):
                        vehicles.find_or_create_by_vin(VIN)
                else:
                    self.assertEqual(vehicles.find_or_create_by_vin(VIN), self.vehicle)

    def test_one_search_box(self):
        self.customer_a.write({"name": "Zhang Wei", "phone": "+86 139 1234 5678"})
        vehicles = self._as("sales_a")["crm.vehicle"]
        visit = self._visit(self.vehicle, work_order="WO-77")
        for text in (
            "琼Z123",
            "琼 z·123",
            "ｔｓｔ９ａ",
            "042008",
            "zhang",
            "1234 5678",
            "13912345678",
        ):
            self.assertIn(self.vehicle.id, dict(vehicles.name_search(text)), text)
            self.assertIn(visit.id, dict(visit.name_search(text)), text)
        self.assertIn(visit.id, dict(visit.name_search("WO-7")))
        self.assertFalse(vehicles.name_search("琼Y"))
        self.assertFalse(vehicles.name_search("粤Z1234"), "digits of a plate are no phone number")
        self.assertFalse(self._as("sales_b", vehicles).name_search("琼Z123"))
        self.assertEqual(vehicles.name_search("琼z12345", operator="=")[0][0], self.vehicle.id)

    def test_customers_by_plate_vin_phone_name_from_one_box(self):
        """The filter of the customer list, as the search view gives it."""
        self.customer_a.write({"name": "Zhang Wei", "phone": "+86 139 1234 5678"})
        action = self.env.ref("crm_dealer_grading.res_partner_action_customer")
        partners = self._as("sales_a")["res.partner"]
        arch = etree.fromstring(partners.get_view(action.search_view_id.id, "search")["arch"])
        box = arch.find(".//field[@name='name']").get("filter_domain")
        for text in ("琼 z·123", "ｔｓｔ９ａ", "042008", "zhang", "1234 5678", "13912345678"):
            with self.subTest(text):
                self.assertIn(self.customer_a, partners.search(safe_eval(box, {"self": text})))
        foreign = safe_eval(box, {"self": "琼Z123"})
        self.assertNotIn(self.customer_a, self._as("sales_b", partners).search(foreign))

    def test_name(self):
        model = self.env["fleet.vehicle.model"].search([], limit=1)
        vehicle = self._vehicle(None, vin="LTSTA4187E2123456", model_id=model.id)
        self.assertEqual(vehicle.display_name, f"…123456 · {model.display_name}")
        vehicle.plate = "琼Z5"
        self.assertEqual(vehicle.display_name, f"琼Z5 · {model.display_name}")
        self.assertEqual(vehicle.brand_id, model.brand_id)
        model.vehicle_type = "truck"
