from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .common_rectification import RectificationFactories


@tagged("post_install", "-at_install")
class TestPrivacyBlocks(RectificationFactories, TransactionCase):
    """A notice about somebody comes to its end before the person is erased (S4, P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()

    def _blocks(self, person):
        self.env.flush_all()
        return "".join(person._privacy_people()._privacy_blocks())

    def test_open_notices(self):
        person = self._customer(self.dealer_a, name="Test Noticed")
        notice = self._notice(partner_id=person.id, vehicle_id=False, visit_id=False)
        for state in ("draft", "issued", "in_work", "reported", "recalled"):
            if state != "draft":
                self._brought_to(state, notice)
            with self.subTest(state):
                self.assertIn(notice.display_name, self._blocks(person))
        with self.assertRaisesRegex(UserError, "notices"):
            self._as("oem", person)._privacy_erase("Letter")
        self._brought_to("closed", notice)
        self.assertFalse(self._blocks(person))
        self._as("oem", person)._privacy_erase("Letter")

    def test_those_of_a_company_do_not_block_its_contact(self):
        company = self._customer(self.dealer_a, name="Test Haulage", is_company=True)
        contact = self._customer(self.dealer_a, name="Test Driver", parent_id=company.id)
        vals = {"vehicle_id": False, "visit_id": False}
        notice = self._notice(partner_id=company.id, **vals)
        self.assertNotIn(notice.display_name, self._blocks(contact))
        notice = self._notice(partner_id=contact.id, **vals)
        self.assertIn(notice.display_name, self._blocks(contact))
