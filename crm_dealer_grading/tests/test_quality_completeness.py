import random

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DealerCommon

TEXTS = ["phone", "email", "street", "city", "employer"]
KEYS = ["phone", "street"]


class QualityCommon(DealerCommon):
    """A short list of required data, so that an oracle can be written by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Quality = cls.env["crm.customer.quality"]
        cls.Required = cls.env["crm.customer.required.field"]
        cls.Required.search([]).unlink()
        names = ["name", *TEXTS, "user_id", "birthdate_date", "vehicle_ids"]
        cls.Required.create(
            [
                {"customer_type": "C", "field_name": name, "is_key": name in KEYS}
                for name in names
            ]
            + [{"customer_type": "B", "field_name": "email", "is_key": True}]
        )
        cls.required = names

    def _row(self, partner):
        self.env.cr.flush()  # what the commit does
        return self.Quality.search([("partner_id", "=", partner.id)])

    @classmethod
    def _full(cls, **vals):
        """A person with everything that is required."""
        customer = cls._customer(
            cls.dealer_a,
            **{
                **dict.fromkeys(TEXTS, "x"),
                "user_id": cls.users["sales_a"].id,
                "birthdate_date": "1980-02-29",
                **vals,
            },
        )
        cls._vehicle(customer)
        return customer

    def _verify(self, login, customer, **verdicts):
        return self._as(login, self.env["crm.customer.verification"]).create(
            {
                "partner_id": customer.id,
                "line_ids": [
                    Command.create({"field_name": name, "verdict": verdict})
                    for name, verdict in verdicts.items()
                ],
            }
        )


@tagged("post_install", "-at_install")
class TestCompleteness(QualityCommon):
    """Completeness of customer files, at once and for all, against plain Python (C2)."""

    def _expected(self, partner):
        """Percent and missing names, from the sentence in the specification."""
        if partner.is_company:
            missing = [] if (partner.email or "").strip() else ["email"]
            return 100.0 * (1 - len(missing)), missing
        missing = []
        for name in self.required:
            value = partner[name]
            if isinstance(value, str):
                value = value.strip()
            if not value:
                missing.append(name)
        return round(100 * (len(self.required) - len(missing)) / len(self.required), 2), missing

    def _random_customers(self, count, rng):
        customers = self.env["res.partner"]
        for number in range(count):
            vals = {name: rng.choice(["x", " ", False]) for name in TEXTS}
            vals["birthdate_date"] = rng.choice(["1990-01-01", False])
            vals["user_id"] = rng.choice([self.users["sales_a"].id, False])
            vals["is_company"] = rng.random() < 0.2
            customer = self._customer(rng.choice([self.dealer_a, self.dealer_b]), **vals)
            customer.name = f"Random {number}"
            if rng.random() < 0.5:
                vehicle = self._vehicle(customer)
                vehicle.active = rng.random() < 0.7
            customers |= customer
        self.env.cr.flush()
        self.env.invalidate_all()  # archived vehicles leave the customer's list
        return customers

    def test_equals_plain_python(self):
        customers = self._random_customers(60, random.Random(7))
        self.env.cr.flush()
        for customer in customers:
            row = self._row(customer)
            percent, missing = self._expected(customer)
            self.assertAlmostEqual(row.completeness, percent, 2)
            self.assertEqual(sorted(row.missing), sorted(missing))
            self.assertEqual(row.is_complete, not missing)
            self.assertEqual(row.dealer_id, customer.dealer_id)
            self.assertEqual(row.user_id, customer.user_id)

    def test_nightly_run_says_the_same_and_writes_nothing_twice(self):
        customers = self._random_customers(20, random.Random(8))
        self.env.cr.flush()
        at_once = {c: (self._row(c).completeness, self._row(c).missing) for c in customers}
        self.Quality._refresh()
        self.assertEqual(
            {c: (self._row(c).completeness, self._row(c).missing) for c in customers}, at_once
        )
        self.assertEqual(self.Quality._refresh(), 0)
        self.env.cr.execute("DELETE FROM crm_customer_quality")
        self.Quality._refresh()
        self.assertEqual(
            {c: (self._row(c).completeness, self._row(c).missing) for c in customers}, at_once
        )

    def test_at_once(self):
        customer = self._full()
        self.assertEqual(self._row(customer).completeness, 100)
        self.assertEqual(customer.completeness, 100)
        customer.employer = " "
        self.assertEqual(self._row(customer).missing, ["employer"])
        customer.employer = "y"
        customer.vehicle_ids.active = False
        self.assertEqual(self._row(customer).missing, ["vehicle_ids"])
        customer.dealer_id = False
        self.assertFalse(self._row(customer))
        customer.dealer_id = self.dealer_b
        self.assertEqual(self._row(customer).dealer_id, self.dealer_b)
        customer.active = False
        self.assertFalse(self._row(customer))

    def test_contacts_and_others_have_no_row(self):
        company = self._customer(self.dealer_a, is_company=True, email="a@example.com")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        stranger = self.env["res.partner"].create({"name": "Nobody's", "dealer_id": False})
        self.assertTrue(self._row(company).is_complete)
        self.assertFalse(self._row(contact))
        self.assertFalse(self._row(stranger))
        self.assertEqual(contact.completeness, 100)
        self.assertFalse(stranger.verified_state)

    def test_changed_list_changes_all(self):
        customer = self._full()
        self._row(customer)
        self.Required.create({"customer_type": "C", "field_name": "education"})
        self.Quality._refresh()
        self.assertEqual(self._row(customer).missing, ["education"])

    def test_id_number_and_gender(self):
        self.Required.create(
            [
                {"customer_type": "C", "field_name": "id_number"},
                {"customer_type": "C", "field_name": "gender"},
            ]
        )
        customer = self._full()
        self.assertEqual(self._row(customer).missing, ["id_number", "gender"])
        customer.write({"id_number": "11010519491231002X", "gender": "male"})
        self.assertFalse(self._row(customer).missing)

    def test_filter_group_and_sort(self):
        customers = self._random_customers(40, random.Random(9))
        self.env.cr.flush()
        Partner = self.env["res.partner"]
        mine = [("id", "in", customers.ids)]
        percent = {c: self._expected(c)[0] for c in customers}
        below = Partner.search([*mine, ("completeness", "<", 80)])
        self.assertEqual(below, customers.filtered(lambda c: percent[c] < 80))
        for band, low, high in (("full", 100, 101), ("middle", 80, 95), ("low", 0, 80)):
            expected = customers.filtered(lambda c, w=(low, high): w[0] <= percent[c] < w[1])
            self.assertEqual(Partner.search([*mine, ("completeness_band", "=", band)]), expected)
            self.assertEqual(set(expected.mapped("completeness_band")) - {band}, set())
        groups = Partner._read_group(mine, ["completeness_band"], ["__count"])
        self.assertEqual(sum(count for _band, count in groups), len(customers))
        for band, count in groups:
            found = Partner.search_count([*mine, ("completeness_band", "=", band)])
            self.assertEqual(found, count)
        ordered = Partner.search(mine, order="completeness, id")
        expected = customers.sorted(lambda c: (percent[c], c.id))
        self.assertEqual(ordered.ids, expected.ids)

    def test_dealer_against_the_target(self):
        dealer = self.env["crm.dealer"].create({"name": "Quality", "code": "T-Q"})
        full = self._full(dealer_id=dealer.id)
        self._customer(dealer, is_company=True)
        self._row(full)
        self.assertEqual((dealer.completeness, dealer.below_target), (50, True))
        self.env["ir.config_parameter"].set_param("crm_dealer_grading.completeness_target", "50")
        dealer.invalidate_recordset()
        self.assertFalse(dealer.below_target)
        self.assertEqual(self._as("sales_b", dealer).completeness, 0)

    def test_rights(self):
        row = self._row(self._full())
        with self.assertRaises(AccessError):
            self._as("sales_b", row).read(["completeness"])
        with self.assertRaises(AccessError):
            self._as("clerk", row).read(["completeness"])
        for login in ("sales_a", "agent", "auditor", "oem"):
            self.assertEqual(self._as(login, row).completeness, 100)
            with self.assertRaises(AccessError):
                self._as(login, row).write({"completeness": 1})
        required = self.Required.search([], limit=1)
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, required).write({"is_key": True})
        self._as("oem", required).write({"is_key": True})

    def test_same_number_of_queries_for_one_and_a_hundred(self):
        many = self.env["res.partner"].create(
            [{"name": f"Many {n}", "dealer_id": self.dealer_a.id} for n in range(100)]
        )
        self.env.cr.flush()
        names = ["completeness", "missing_data", "verified_state", "is_effective"]

        def count(partners):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            partners.read(names)
            return self.env.cr.sql_log_count - start

        count(many)
        self.assertEqual(count(many), count(many[:1]))
