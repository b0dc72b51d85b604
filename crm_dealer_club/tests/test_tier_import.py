from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.crm_dealer_grading.tests.common_import import ImportCase

MODEL = "crm.club.membership"
COLUMNS = ["partner_id", "number", "tier_id", "join_date", "valid_until"]


@tagged("post_install", "-at_install")
class TestTierImport(ImportCase):
    """Members of an earlier system, with their cards; by the manufacturer alone (M1, C9)."""

    def setUp(self):
        super().setUp()
        self.today = self.env[MODEL]._today()
        self.one, self.other = (
            self._customer(self.dealer_a, name=f"Imported {place}") for place in "xy"
        )

    def _load(self, login, rows, columns=COLUMNS):
        header = self._labels(MODEL, columns)
        return self._import(self._upload(login, MODEL, self._csv([header, *rows])))

    def test_only_the_manufacturer_says_card_and_tier(self):
        row = [self.one.customer_number, "OLD 4711", "Gold", "2020-05-05", "2099-01-01"]
        for login in ("sales_a", "manager_a", "agent"):
            result = self._load(login, [row])
            self.assertEqual(result["wrong_count"], 1, login)
            self.assertFalse(self.one.club_membership_id)

    def test_members_of_before(self):
        until = self.today + timedelta(50)
        row = [self.one.customer_number, "OLD 4711", "Gold", "2020-05-05", str(until)]
        result = self._load("oem", [row, [self.other.customer_number, "", "", "", ""]])
        self.assertFalse(result["faults"] + result["messages"])
        member = self.one.club_membership_id
        self.assertEqual((member.number, member.tier_id.code), ("OLD4711", "G"))
        self.assertEqual((str(member.join_date), member.valid_until), ("2020-05-05", until))
        self.assertEqual(member.change_ids.mapped("reason"), ["Imported"])
        self.assertEqual(member.change_ids.date, member.join_date)
        self.assertEqual(self.env[MODEL].find_by_number("old 4711"), member)
        self.assertEqual(self.other.club_tier_id.code, "O")

    def test_a_dealer_enrols_by_file(self):
        rows = [[self.one.customer_number], [self.customer_b.customer_number]]
        result = self._load("sales_a", rows, ["partner_id"])
        self.assertEqual(result["wrong_count"], 1)
        self.assertTrue(self.one.club_membership_id)
        self.assertFalse(self.customer_b.club_membership_id)

    def test_faults(self):
        taken = self.env[MODEL].enrol(self.customer_a)
        tomorrow = str(self.today + timedelta(1))
        for row, words in (
            ([self.one.customer_number, taken.number, "", "", ""], "card number is taken"),
            ([self.customer_a.customer_number, "", "", "", ""], "member of the club already"),
            ([self.one.customer_number, "", "VIP", "", ""], "last day of the invitation"),
            ([self.one.customer_number, "", "", tomorrow, ""], "in the future"),
            (["", "OLD1", "", "", ""], "Give the customer"),
        ):
            result = self._load("oem", [row])
            with self.subTest(words=words):
                self.assertEqual(result["wrong_count"], 1)
                self.assertIn(words, str(result["faults"]))

    def test_template(self):
        for login, count in (("sales_a", 1), ("oem", 5)):
            templates = self._as(login, self.env[MODEL])._import_templates()
            self.assertEqual(len(templates["members"][1]), count)
            links = self._as(login, self.env[MODEL]).get_import_templates()
            self.assertIn("/import_template/crm.club.membership/members", str(links))
