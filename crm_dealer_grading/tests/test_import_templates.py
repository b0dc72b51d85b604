"""Templates, known records, roles, and the option's limits (C9)."""

import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_import import ImportCase

KINDS = [
    ("res.partner", "customers"),
    ("res.partner", "customers_vehicles"),
    ("crm.vehicle", "vehicles"),
    ("crm.service.visit", "visits"),
    ("crm.lead", "leads"),
]


@tagged("post_install", "-at_install")
class TestImportTemplates(ImportCase, HttpCase):
    def _download(self, login, model, kind):
        self.authenticate(login, login)
        return self.url_open(f"/crm_dealer_grading/import_template/{model}/{kind}")

    def test_templates_import_as_they_are(self):
        self._vehicle(self.customer_a, vin="LSVAA4187E2888881", plate="沪A88881")
        for lang in ("en_US", "zh_CN"):
            self.users["sales_a"].lang = lang
            for model, kind in KINDS:
                with self.subTest(lang=lang, kind=kind):
                    answer = self._download("sales_a", model, kind)
                    self.assertEqual(answer.status_code, 200)
                    upload = self._upload("sales_a", model, answer.content, lang)
                    preview, fields = self._preview(upload)
                    columns = self.env[model]._import_templates()[kind][1]
                    self.assertEqual(fields, [path for path, _example in columns])
                    for keep in (False, True):
                        seen = preview, fields
                        result = self._import(upload, dryrun=True, keep=keep, seen=seen)
                        self.assertFalse(result["messages"] + result["faults"])
                        self.assertTrue(result["ids"])

    def test_templates_are_for_roles_only(self):
        for model, kind in KINDS:
            links = [t["template"] for t in self._as("sales_a")[model].get_import_templates()]
            self.assertIn(f"/crm_dealer_grading/import_template/{model}/{kind}", links)
            # Core's own file makes contacts that are no dealer's.
            self.assertFalse([link for link in links if "crm_dealer" not in link])
        links = [t["template"] for t in self._as("clerk")["res.partner"].get_import_templates()]
        self.assertTrue(links)
        self.assertEqual(self._download("clerk", "res.partner", "customers").status_code, 404)
        self.assertEqual(self._download("sales_a", "res.users", "customers").status_code, 404)
        self.assertEqual(self._download("sales_a", "res.partner", "none").status_code, 404)
        links = [t["template"] for t in self._as("clerk")["crm.lead"].get_import_templates()]
        self.assertFalse([link for link in links if "crm_dealer" in link])
        self.assertFalse(self._as("clerk")["base_import.import"].keeps_correct_rows("res.partner"))

    def test_wrong_rows_are_for_who_imported(self):
        rows = [["Name", "Email"], ["=1+1", "no address"], ["Good One", "good@example.com"]]
        upload = self._upload("sales_a", "res.partner", self._xlsx([]) and self._csv(rows))
        self.assertEqual(len(self._import(upload)["ids"]), 1)
        self.env.flush_all()
        url = f"/crm_dealer_grading/import_wrong_rows/{upload.id}"
        self.authenticate("sales_b", "sales_b")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("sales_a", "sales_a")
        answer = self.url_open(url)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        lines = [[cell.value for cell in row] for row in sheet.rows]
        self.assertEqual(lines[1][:3], ["=1+1", "no address", 2])
        self.assertEqual(sheet["A2"].data_type, "s")
        # Corrected, it is imported again.
        lines[1][1] = "fixed@example.com"
        upload = self._upload("sales_a", "res.partner", self._xlsx(lines))
        result = self._import(upload)
        self.assertEqual((len(result["ids"]), result["faults"]), (1, []))


@tagged("post_install", "-at_install")
class TestImportKnown(ImportCase):
    def _customers(self, login, rows, **options):
        paths = ["customer_number", "name", "phone", "dealer_id", "owned_vehicle_ids/vin"]
        lines = [self._labels("res.partner", paths), *rows]
        return self._import(self._upload(login, "res.partner", self._csv(lines)), **options)

    def test_without_the_option_all_or_nothing(self):
        rows = [["", "Good", "", "T-A", ""], ["", "Bad", "", "NOWHERE", ""]]
        result = self._customers("sales_a", rows, keep=False)
        self.assertTrue(result["messages"])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Good")]))

    def test_users_without_role_cannot_use_the_option(self):
        lines = [["Name", "Email"], ["Good Clerk", "x"]]
        self.users["clerk"].group_ids += self.env.ref("base.group_partner_manager")
        upload = self._upload("clerk", "res.partner", self._csv(lines))
        result = self._import(upload)
        self.assertEqual(len(result["ids"]), 1, "bare Odoo takes any text as an e-mail")

    def test_known_customers_and_vehicles_are_updated(self):
        vin = "LSVAA4187E2777771"
        for keep in (True, False):
            first = self._customers("sales_a", [["", "Twice", "", "T-A", vin]], keep=keep)
            again = self._customers(
                "sales_a", [["", "Twice", "+86 21 5555 0001", "", vin]], keep=keep
            )
            self.assertEqual(first["ids"], again["ids"], again)
            customer = self.env["res.partner"].browse(first["ids"])
            number = customer.customer_number
            third = self._customers("oem", [[number, "Renamed", "", "", ""]], keep=keep)
            self.assertEqual(third["ids"], first["ids"])
            self.assertEqual((customer.name, customer.customer_number), ("Renamed", number))
            self.assertEqual(len(customer.owned_vehicle_ids), 1)
            customer.name = "Twice"

    def test_empty_cells_leave_defaults_and_values(self):
        result = self._customers("sales_a", [["", "No Dealer Given", "+86 21 5555 0002", "", ""]])
        customer = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(customer.dealer_id, self.dealer_a)
        self._customers("sales_a", [[customer.customer_number, "", "", "", ""]])
        self.assertEqual(customer.name, "No Dealer Given")
        self.assertTrue(customer.phone)

    def test_zero_is_a_value(self):
        """What is corrected to 0 is 0; an empty cell leaves it."""
        vehicle = self._vehicle(
            self.customer_a, vin="LSVAA4187E2777775", warranty_end_km=100_000, purchase_price=9
        )
        paths = ["vin", "warranty_end_km", "purchase_price"]
        lines = [self._labels("crm.vehicle", paths), [vehicle.vin, "0", ""]]
        result = self._import(self._upload("sales_a", "crm.vehicle", self._csv(lines)))
        self.assertEqual((result["ids"], result["faults"]), (vehicle.ids, []))
        self.assertEqual((vehicle.warranty_end_km, vehicle.purchase_price), (0, 9))

    def test_a_foreign_customer_is_not_found_by_number(self):
        number = self.customer_b.customer_number
        result = self._customers("sales_a", [[number, "Taken", "", "", ""]])
        self.assertEqual([fault["line"] for fault in result["faults"]], [2])
        self.assertNotIn("Test Customer B", result["faults"][0]["reason"])
        self.assertEqual(self.customer_b.name, "Test Customer B")

    def test_managers_give_numbers(self):
        result = self._customers("oem", [["OLD-17", "Numbered", "", "T-B", ""]])
        customer = self.env["res.partner"].browse(result["ids"])
        self.assertEqual((customer.customer_number, customer.dealer_id), ("OLD-17", self.dealer_b))

    def test_new_owner_takes_the_vehicle(self):
        vehicle = self._vehicle(
            self.customer_a, vin="LSVAA4187E2777772", delivery_date="2020-01-01"
        )
        result = self._customers("sales_a", [["", "Buyer", "", "T-A", vehicle.vin]])
        self.assertFalse(result["faults"])
        self.assertEqual(vehicle.partner_id.name, "Buyer")
        self.assertEqual(len(vehicle.ownership_ids), 2)

    def test_vehicles_need_the_right(self):
        lines = [self._labels("crm.vehicle", ["vin", "plate"]), ["LSVAA4187E2777773", "沪A1"]]
        for login in ("agent", "auditor", "homeless"):
            upload = self._upload(login, "crm.vehicle", self._csv(lines))
            try:
                result = self._import(upload)
            except AccessError:
                continue
            self.assertFalse(login != "homeless" and result["ids"], login)
        self.assertFalse(
            self.env["crm.vehicle"].search([("vin", "=", lines[1][0]), ("dealer_id", "!=", False)])
        )

    def test_exports_come_back(self):
        vehicle = self._vehicle(
            self.customer_a, vin="LSVAA4187E2777774", plate="沪A77774", model_id=self.model.id
        )
        self._visit(vehicle, work_order="WO-77", mileage=1200, user_id=self.users["sales_a"].id)
        self.users["sales_a"].group_ids += self.env.ref("base.group_allow_export")
        records = {
            "vehicles": vehicle,
            "visits": vehicle.visit_ids,
            "leads": self._lead(self.customer_a, name="Round Trip"),
            "customers_vehicles": self.customer_a,
        }
        for kind, record in records.items():
            with self.subTest(kind=kind):
                seen = self._as("sales_a", record).with_context(import_compat=True)
                paths = [path for path, _example in seen._import_templates()[kind][1]]
                rows = seen.export_data(["id", *paths])["datas"]
                rows = [
                    ["" if cell in (False, None) else str(cell) for cell in row] for row in rows
                ]
                lines = [["id", *self._labels(record._name, paths)], *rows]
                count = record.search_count([])
                upload = self._upload("sales_a", record._name, self._csv(lines))
                result = self._import(upload)
                self.assertFalse(result["faults"])
                self.assertEqual(result["ids"], record.ids)
                self.assertEqual(record.search_count([]), count)
