"""Looking a person up by whatever is known of it (P4)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_privacy import ID_NUMBER, LOGIN, NAME, PLATE, VIN, PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyLookup(PrivacyCase):
    def _look_up(self, login="oem", **vals):
        wizard = self._as(login, self.env["privacy.lookup.wizard"]).create(vals)
        wizard.action_lookup()
        return wizard.line_ids

    def _found(self, **vals):
        return {(line.res_model, line.res_id) for line in self._look_up(**vals)}

    def test_denied(self):
        for login in self.users:
            if login == "oem":
                continue
            with (
                self.subTest(login=login),
                mute_logger("odoo.orm.models"),
                self.assertRaises(AccessError),
            ):
                self._look_up(login, name=NAME, email=LOGIN)

    def test_rows_are_their_makers(self):
        self._look_up(name=NAME)
        other = self.users["agent"]
        other.group_ids = self.env.ref("crm_dealer_grading.group_oem_manager")
        self.assertFalse(self._as("agent", self.env["privacy.lookup.wizard"]).search([]))
        self.assertFalse(self._as("agent", self.env["privacy.lookup.wizard.line"]).search([]))

    def test_anything_suffices(self):
        mine = ("res.partner", self.person.id)
        for vals in (
            {"name": NAME.upper()},
            {"email": LOGIN.upper()},
            {"phone": "13800137319"},
            {"phone": "+86 138-0013-7319"},
            {"phone": "0086 13800137319"},
            {"plate": "沪a 7q319"},
            {"plate": "沪A-7Q319"},
            {"plate": "沪Ａ·７Ｑ３１９"},
            {"vin": VIN.lower()},
            {"vin": f"{VIN[:3]}-{VIN[3:9]} {VIN[9:]}"},
            {"plate": PLATE, "phone": "  "},
            {"id_number": ID_NUMBER.lower()},
            {"name": NAME, "email": LOGIN},
        ):
            with self.subTest(**vals):
                found = self._found(**vals)
                self.assertIn(mine, found)
                self.assertIn(("crm.lead", self.lead.id), found)
                self.assertIn(("sale.order", self.order.id), found)
                if len(vals) == 1:
                    self.assertIn(("crm.contact.log", self.log.id), found)
                    self.assertIn(("crm.service.visit", self.visit.id), found)
                self.assertNotIn(("res.partner", self.customer_a.id), found)

    def test_former_owners(self):
        self.vehicle.partner_id = self.customer_b
        self.vehicle.plate = "沪C99999"
        people = {("res.partner", self.person.id), ("res.partner", self.customer_b.id)}
        self.assertLessEqual(people, self._found(vin=VIN))
        by_plate = self._found(plate=PLATE)
        self.assertIn(("res.partner", self.person.id), by_plate)
        self.assertNotIn(("res.partner", self.customer_b.id), by_plate)

    def test_documents_that_name_nobody(self):
        lead = self._lead(self.env["res.partner"], phone="13800137319", email_from="x@example.com")
        lead.country_id = self.env.ref("base.cn")
        self.env.flush_all()
        self.assertIn(("crm.lead", lead.id), self._found(phone="138 0013 7319"))

    def test_nothing_and_nonsense(self):
        self._vehicle(self.customer_a, plate=False, vin=False)
        for vals in (
            {}, {"name": "  "}, {"phone": "abc"}, {"email": "abc"}, {"plate": "-"}, {"vin": " - "},
        ):  # fmt: skip
            with self.subTest(**vals), self.assertRaises(UserError):
                self._look_up(**vals)
        for vals in ({"plate": "沪Z00000"}, {"vin": "LSVAU2180N2180000"}, {"name": "%"}):
            self.assertFalse(self._look_up(**vals))

    def test_typed_id_number_is_not_kept(self):
        self._look_up(id_number=ID_NUMBER)
        self.env.flush_all()
        rows = self.env.execute_query(SQL("SELECT * FROM privacy_lookup_wizard"))
        self.assertNotIn(ID_NUMBER, str(rows))

    def test_is_logged_without_what_was_typed(self):
        self._look_up(phone="13800137319")
        [row] = self.env["crm.protected.access"].search([("kind", "=", "lookup")])
        self.assertEqual((row.field_name, row.partner_id), ("phone", self.person))

    def test_indexes(self):
        """A million contacts are not read: each mark has an index."""
        indexes = str(
            self.env.execute_query(
                SQL(
                    "SELECT indexdef FROM pg_indexes WHERE tablename IN"
                    " ('res_partner', 'crm_vehicle', 'crm_vehicle_ownership')"
                )
            )
        )
        for column in ("phone_sanitized", "email_normalized", "id_number_hash", "vin", "plate"):
            self.assertRegex(indexes, rf"\({column}\)")
        self.assertIn("crm_vehicle_ownership_plate_index", indexes)

    def test_the_log_says_what_was_looked_at_in_words(self):
        logs = self.env["crm.protected.access"]
        self._look_up(plate=PLATE, vin=VIN)
        log = logs.search([("kind", "=", "lookup")], limit=1, order="id desc")
        self.assertEqual(log.field_name, "plate, vin")
        self.assertEqual(log.data_words, "Licence Plate, VIN")
        log = logs._log(self.person, "*", kind="file")
        self.assertEqual(log.data_words, "All data")
        log = logs._log(self.person, "name, parent_id/id", kind="export", model_name="res.partner")
        self.assertEqual(log.data_words, "Name, parent_id/id")
