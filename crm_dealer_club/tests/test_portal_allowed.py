"""Consents count where other addons ask whether a person may be called (M5, S3)."""

from odoo.tests import tagged

from .common_care import CareCase


@tagged("post_install", "-at_install")
class TestAllowed(CareCase):
    def _may(self, purpose="followup", channel="phone"):
        return self.customer_a._contact_allowed(purpose, channel) == self.customer_a

    def test_a_withdrawn_consent_is_respected(self):
        self.assertTrue(self._may())
        self._consent(self.customer_a, False, channel=False, purpose="followup")
        self.assertFalse(self._may())
        self._consent(self.customer_a, True, channel=False, purpose="followup")
        self.assertTrue(self._may(), "the latest decision holds")
        self.assertTrue(self._may("reminder", "sms"))
        self._consent(self.customer_a, False)
        self.assertFalse(self._may("reminder", "sms"))

    def test_what_consents_do_not_know_they_do_not_refuse(self):
        self.assertTrue(self._may("no such purpose"))
        self.customer_a.contact_opt_out = True
        self.assertFalse(self._may("no such purpose"))

    def test_many_at_once(self):
        people = self.customer_a | self.customer_b
        self.customer_b.active = False
        self.assertEqual(people._contact_allowed("followup", "phone"), self.customer_a)
        self.assertFalse(people.browse()._contact_allowed("followup", "phone"))
