from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_credit import CreditCase

MODELS = ("crm.credit.file", "crm.credit.limit.change", "crm.credit.release", "crm.credit.hold",
          "crm.credit.receivable")  # fmt: skip


@tagged("post_install", "-at_install")
class TestCreditFileAccess(CreditCase):
    """Who sees and does what in credit matters; the denials first (spec §0, K3, K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.partner, 10, post=True)
        cls._release(cls.partner, 50)
        order = cls._quotation(cls.partner, 5000)
        order.action_confirm_within_limits()
        cls.records = {
            name: cls.env[name].search([("partner_id", "=", cls.partner.id)]) for name in MODELS
        }
        cls.portal = cls.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Test Portal",
                "login": "credit_portal",
                "partner_id": cls.partner.id,
                "group_ids": [cls.env.ref("base.group_portal").id],
            }
        )

    def test_nothing_to_others(self):
        users = [self.users[login] for login in ("agent", "clerk")] + [self.portal]
        for user in users:
            for name, records in self.records.items():
                with self.subTest(user.login, model=name), self.assertRaises(AccessError):
                    records.with_user(user).check_access("read")
                with self.subTest(user.login, model=name), self.assertRaises(AccessError):
                    self.env[name].with_user(user).search([])

    def test_strangers_see_nothing(self):
        for login in ("sales_b", "greedy_b", "homeless"):
            for name, records in self.records.items():
                found = self._as(login, self.env[name]).search([("id", "in", records.ids)])
                self.assertFalse(found, (login, name))

    def test_who_reads(self):
        for login in ("sales_a", "manager_a", "credit", "auditor", "oem"):
            for name, records in self.records.items():
                found = self._as(login, self.env[name]).search([("id", "in", records.ids)])
                self.assertEqual(found, records.with_user(self.users[login]), (login, name))

    def test_nobody_writes_history(self):
        change = self.records["crm.credit.limit.change"]
        for login in ("sales_a", "manager_a", "credit", "auditor", "oem", "greedy_b"):
            mine = self._as(login, change)
            for action in (
                lambda mine=mine: mine.write({"new_limit": 1}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create(
                    {
                        "file_id": self.file.id,
                        "partner_id": self.partner.id,
                        "company_id": self.company.id,
                        "source": "erp",
                        "user_id": mine.env.uid,
                    }
                ),
            ):
                with self.subTest(login), self.assertRaises(AccessError):
                    action()

    def test_files_are_the_controllers(self):
        for login in ("sales_a", "manager_a", "auditor", "greedy_b"):
            file = self._as(login, self.file)
            with self.subTest(login), self.assertRaises(AccessError):
                file.write({"note": "Trust them"})
            with self.subTest(login), self.assertRaises(AccessError):
                file.create({"partner_id": self.customer_b.id})
        self._as("credit", self.file).write({"note": "Pays late, but pays"})

    def test_no_figure_by_creation(self):
        """Values, defaults and context give a new file nothing that a grant gives."""
        files = self._as("credit", self.env["crm.credit.file"]).with_context(
            default_limit=9999, default_valid_until="2099-01-01"
        )
        file = files.create(
            {"partner_id": self.customer_b.id, "limit": 9999, "granted_on": "2020-01-01"}
        )
        self.assertFalse(file.limit or file.valid_until or file.granted_on)

    def test_dealer_staff_cannot_set_the_limit_of_the_erp(self):
        for login in ("sales_a", "manager_a"):
            with self.subTest(login), self.assertRaises(UserError):
                self._as(login, self.partner).write({"credit_limit": 9999})
        self.company.credit_mode = "off"
        for login in ("sales_a", "manager_a"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.partner).write({"credit_limit": 9999})

    def test_staff_of_the_new_dealer_see_the_file(self):
        self.partner.dealer_id = self.dealer_b
        for name in ("crm.credit.file", "crm.credit.limit.change"):
            records = self.records[name]
            self.assertTrue(self._as("sales_b", self.env[name]).search([("id", "in", records.ids)]))
            self.assertFalse(
                self._as("sales_a", self.env[name]).search([("id", "in", records.ids)])
            )
