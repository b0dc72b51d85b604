"""Files with every kind of fault: each is named, no good row is lost, nothing remains (C9)."""

from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.tests import tagged

from .common_import import ImportCase

PATHS = [
    "customer_number",
    "name",
    "company_type",
    "phone",
    "email",
    "id_type",
    "id_number",
    "dealer_id",
    "user_id",
    "owned_vehicle_ids/vin",
    "owned_vehicle_ids/plate",
    "owned_vehicle_ids/model_id",
    "owned_vehicle_ids/purchase_date",
    "owned_vehicle_ids/delivery_date",
    "owned_vehicle_ids/mileage",
    "owned_vehicle_ids/purchase_price",
]
VISIT_PATHS = [
    "work_order",
    "vehicle_id",
    "date",
    "stage",
    "visit_type",
    "mileage",
    "labour_amount",
    "user_id",
]
VIN = "LSVAA4187E21{:05d}"


@tagged("post_install", "-at_install")
class TestImportFaults(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._vehicle(cls.customer_b, vin=VIN.format(90001), plate="沪B90001")
        cls.own = cls._vehicle(
            cls.customer_a, vin=VIN.format(90002), plate="沪A90002", purchase_date="2024-05-01"
        )
        cls.own.write({"mileage": 5000, "mileage_date": "2025-05-01"})
        for number in (3, 4):
            cls._vehicle(cls.customer_a, vin=VIN.format(90000 + number), plate="沪A77777")
        cls._visit(cls.own, work_order="WO-OLD", dealer_id=cls.dealer_a.id)

    def _customer_rows(self):
        """Rows by hand: ``(values, column of the fault or None)``, a line each."""
        self.number = 0
        good = self._good
        return [
            (good(), None),
            (good(name=""), "name"),
            (good(dealer_id="NOWHERE"), "dealer_id"),
            (good(dealer_id="T-B"), "dealer_id"),
            (good(**{"owned_vehicle_ids/vin": "LSVIO4187E2100001"}), "owned_vehicle_ids/vin"),
            (good(**{"owned_vehicle_ids/vin": self.foreign.vin}), "owned_vehicle_ids/vin"),
            (good(**{"owned_vehicle_ids/vin": VIN.format(1)}), "owned_vehicle_ids/vin"),
            (good(), None),
            (
                good(**{"owned_vehicle_ids/purchase_date": "soon"}),
                "owned_vehicle_ids/purchase_date",
            ),
            (good(company_type="Robot"), "company_type"),
            (good(**{"owned_vehicle_ids/model_id": "Flying"}), "owned_vehicle_ids/model_id"),
            (good(**{"owned_vehicle_ids/model_id": "Same"}), "owned_vehicle_ids/model_id"),
            (good(**{"owned_vehicle_ids/mileage": "-5"}), "owned_vehicle_ids/mileage"),
            (good(**{"owned_vehicle_ids/mileage": "many"}), "owned_vehicle_ids/mileage"),
            *self._more_customer_rows(),
        ]

    def _more_customer_rows(self):
        good = self._good
        return [
            (good(email="not an address"), "email"),
            (good(id_type="other", id_number="9" * 60), "id_number"),
            (good(id_type="resident", id_number="11010519491231002"), "id_number"),
            (good(customer_number="CRM-202001-9999"), "customer_number"),
            (good(user_id="nobody"), "user_id"),
            (
                good(**{"owned_vehicle_ids/purchase_price": "cheap"}),
                "owned_vehicle_ids/purchase_price",
            ),
            (
                good(
                    **{
                        "owned_vehicle_ids/purchase_date": "2025-02-02",
                        "owned_vehicle_ids/delivery_date": "2025-02-01",
                    }
                ),
                "owned_vehicle_ids/delivery_date",
            ),
            (
                good(
                    **{"owned_vehicle_ids/vin": self.own.vin, "owned_vehicle_ids/mileage": "4000"}
                ),
                "owned_vehicle_ids/mileage",
            ),
            (good(), None),
            ({"owned_vehicle_ids/vin": VIN.format(80), "owned_vehicle_ids/plate": "沪A80"}, None),
            (good(), "owned_vehicle_ids/vin"),
            ({"owned_vehicle_ids/vin": "LSVIO4187E2100002"}, "owned_vehicle_ids/vin"),
            (good(), None),
        ]

    def _good(self, **values):
        self.number += 1
        return {
            "name": f"Row {self.number}",
            "company_type": "person",
            "dealer_id": "T-A",
            "owned_vehicle_ids/vin": VIN.format(self.number),
            "owned_vehicle_ids/model_id": "Testbrand/One",
            "owned_vehicle_ids/mileage": "100",
            **values,
        }

    def _file(self, rows, paths, model="res.partner", lang="en_US", kind="_xlsx"):
        lines = [self._labels(model, paths, lang)]
        lines += [[values.get(path, "") for path in paths] for values, _fault in rows]
        return getattr(self, kind)(lines)

    def _check(self, login, kind, lang):
        rows = self._customer_rows()
        upload = self._upload(
            login, "res.partner", self._file(rows, PATHS, "res.partner", lang, kind), lang
        )
        labels = dict(zip(PATHS, self._labels("res.partner", PATHS, lang), strict=True))
        wrong = {(index + 2, labels[column]) for index, (_v, column) in enumerate(rows) if column}
        # The unit of the last customer is wrong by its second vehicle only.
        wrong -= {(26, labels["owned_vehicle_ids/vin"])}
        before = self.env["res.partner"].search_count([]), self.env["crm.vehicle"].search_count([])
        for dryrun in (True, False):
            answer = self._import(upload, dryrun=dryrun, limit=7)
            found = {(fault["line"], fault["column"]) for fault in answer["faults"]}
            self.assertEqual(sorted(found), sorted(wrong), answer["faults"])
            self.assertTrue(all(fault["reason"] for fault in answer["faults"]))
            if dryrun:
                after = (
                    self.env["res.partner"].search_count([]),
                    self.env["crm.vehicle"].search_count([]),
                )
                self.assertEqual(after, before)
        made = self.env["res.partner"].browse(answer["ids"])
        self.assertEqual(made.mapped("name"), ["Row 1", "Row 8", "Row 23", "Row 25"])
        return made, upload, answer

    def test_dealer_staff_xlsx(self):
        # Faults of this role: the foreign dealer, the typed number, the foreign vehicle.
        with patch.dict("os.environ", {"CRM_DEALER_KEYS": Fernet.generate_key().decode()}):
            made, upload, answer = self._check("sales_a", "_xlsx", "en_US")
        self.assertEqual(made.dealer_id, self.dealer_a)
        self.assertEqual(len(made.owned_vehicle_ids), 5)
        self.assertEqual(self.foreign.partner_id, self.customer_b)
        self.assertEqual(self.own.mileage, 5000)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Row 24")]))
        self.assertEqual(len(upload.wrong_rows["rows"]), answer["wrong_count"])

    def test_dealer_staff_csv_chinese(self):
        with patch.dict("os.environ", {"CRM_DEALER_KEYS": Fernet.generate_key().decode()}):
            self._check("sales_a", "_csv", "zh_CN")

    def test_id_number_needs_a_key(self):
        rows = [(self._named(name="No Key", id_number="E12345678"), None)]
        with patch.dict("os.environ", {"CRM_DEALER_KEYS": ""}):
            upload = self._upload("sales_a", "res.partner", self._file(rows, PATHS))
            answer = self._import(upload)
        self.assertEqual([fault["column"] for fault in answer["faults"]], ["ID Number"])
        self.assertNotIn("E12345678", str(answer["faults"]))

    def _named(self, **values):
        return {"dealer_id": "T-A", **values}

    def test_manufacturer_and_call_centre(self):
        rows = [
            (self._named(name="By OEM", dealer_id="T-B"), None),
            (self._named(name="Wrong", dealer_id="NOWHERE"), "dealer_id"),
        ]
        for login in ("oem", "agent"):
            upload = self._upload(login, "res.partner", self._file(rows, PATHS[:9]))
            answer = self._import(upload)
            self.assertEqual([fault["line"] for fault in answer["faults"]], [3], login)
            made = self.env["res.partner"].browse(answer["ids"])
            self.assertEqual(made.dealer_id, self.dealer_b, login)
        # The call centre creates no vehicles, also not with a customer.
        rows = [({**rows[0][0], "owned_vehicle_ids/vin": VIN.format(95001)}, None)]
        answer = self._import(self._upload("agent", "res.partner", self._file(rows, PATHS)))
        self.assertFalse(answer["ids"])
        self.assertTrue(answer["faults"])
        self.assertFalse(self.env["crm.vehicle"].search([("vin", "=", VIN.format(95001))]))

    def test_visits(self):
        good = {"vehicle_id": "沪A90002", "date": "2025-06-01", "stage": "delivered"}
        rows = [
            ({**good, "work_order": "WO-1", "mileage": "6000"}, None),
            ({**good, "work_order": "WO-2", "vehicle_id": VIN.format(99999)}, "vehicle_id"),
            ({**good, "work_order": "WO-3", "vehicle_id": "沪A77777"}, "vehicle_id"),
            ({**good, "work_order": "WO-4", "vehicle_id": "沪B90001"}, "vehicle_id"),
            ({**good, "work_order": "WO-5", "vehicle_id": "沪A9000"}, "vehicle_id"),
            ({**good, "work_order": "WO-OLD"}, "work_order"),
            ({**good, "work_order": "WO-6", "date": "2020-01-01"}, "date"),
            ({**good, "work_order": "WO-7", "stage": "dreaming"}, "stage"),
            ({**good, "work_order": "WO-8", "mileage": "10"}, "mileage"),
            ({**good, "work_order": "WO-9", "mileage": "-10"}, "mileage"),
            ({**good, "work_order": "WO-10", "labour_amount": "lots"}, "labour_amount"),
            ({**good, "work_order": "WO-11", "user_id": "nobody"}, "user_id"),
            ({**good, "work_order": "WO-12", "date": "31.31.2025"}, "date"),
            ({**good, "work_order": "WO-13", "mileage": "6100"}, None),
        ]
        model = "crm.service.visit"
        upload = self._upload("sales_a", model, self._file(rows, VISIT_PATHS, model))
        answer = self._import(upload)
        labels = dict(zip(VISIT_PATHS, self._labels(model, VISIT_PATHS), strict=True))
        wrong = [(i + 2, labels[column]) for i, (_v, column) in enumerate(rows) if column]
        found = [(fault["line"], fault["column"]) for fault in answer["faults"]]
        self.assertEqual(sorted(found), wrong, answer["faults"])
        made = self.env[model].browse(answer["ids"])
        self.assertEqual(made.mapped("work_order"), ["WO-1", "WO-13"])
        self.assertEqual(self.own.mileage, 6100)
