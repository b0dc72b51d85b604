from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClubCase

STRANGERS = ("sales_b", "greedy_b", "homeless", "clerk")


@tagged("post_install", "-at_install")
class TestConsent(ClubCase):
    """Who reads and enters decisions on the use of data (P4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consents = cls.env["crm.club.consent"]
        cls.offer = cls.env.ref("crm_dealer_club.consent_purpose_offer")
        cls.merchant = cls.env.ref("crm_dealer_club.consent_purpose_merchant")
        cls.consent = cls._consent(channel="sms", given=True)

    @classmethod
    def _consent(cls, env=None, **vals):
        mine = {"partner_id": cls.customer_a.id, "purpose_id": cls.offer.id, "how": "counter"}
        return (env or cls.env)["crm.club.consent"].create({**mine, **vals})

    def test_strangers_see_and_enter_nothing(self):
        for login in STRANGERS:
            with self.subTest(login):
                consents = self._as(login, self.consents)
                if consents.has_access("read"):
                    self.assertFalse(consents.search([("id", "=", self.consent.id)]))
                with self.assertRaises(AccessError):
                    self._as(login, self.consent).read(["given"])
                with self.assertRaises(AccessError):
                    self._consent(self._as(login), given=True)

    def test_auditor_reads_only(self):
        self.assertTrue(self._as("auditor", self.consent).given)
        with self.assertRaises(AccessError):
            self._consent(self._as("auditor"), given=True)

    def test_nobody_changes_or_deletes(self):
        for login in ("sales_a", "manager_a", "agent", "oem"):
            with self.subTest(login):
                with self.assertRaises(UserError):
                    self._as(login, self.consent).write({"given": False})
                with self.assertRaises(AccessError):
                    self._as(login, self.consent).unlink()
        with self.assertRaises(UserError):
            self.consent.sudo().write({"given": False})
        self.assertTrue(self.consent.given)

    def test_staff_cannot_pass_for_the_member(self):
        """When, who and where from is not the user's to say."""
        forged = self._consent(
            self._as("sales_a"),
            channel="phone",
            given=True,
            date="2020-01-01 00:00:00",
            source="portal",
            wording="Anything",
            user_id=self.env.uid,
        )
        self.assertEqual((forged.source, forged.user_id), ("staff", self.users["sales_a"]))
        self.assertFalse(forged.wording)
        self.assertNotEqual(str(forged.date), "2020-01-01 00:00:00")

    def test_latest_decision_holds(self):
        allowed = self.consents._allowed
        both = self.customer_a | self.customer_b
        self.assertEqual(allowed(both, "offer", "sms"), self.customer_a)
        self.assertFalse(allowed(both, "offer", "phone"))
        self._consent(self._as("agent"), channel="sms", given=False)
        self.assertFalse(allowed(both, "offer", "sms"))
        self._consent(self._as("sales_a"), channel="sms", given=True)
        self.assertEqual(allowed(both, "offer", "sms"), self.customer_a)

    def test_default_and_channels(self):
        allowed = self.consents._allowed
        self.assertEqual(allowed(self.customer_b, "reminder", "email"), self.customer_b)
        self._consent(purpose_id=self.merchant.id, given=True)
        self.assertTrue(allowed(self.customer_a, "merchant", "sms"), "No matter of channels")
        self.assertFalse(allowed(self.customer_a, "nothing like that", "sms"))
        self.assertFalse(allowed(self.customer_a.browse(), "reminder", "sms"))

    def test_follows_the_dealer(self):
        self.assertEqual(self.consent.dealer_id, self.dealer_a)
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual(self.consent.dealer_id, self.dealer_b)
        self.assertTrue(self._as("sales_b", self.consent).given)

    def test_constant_number_of_queries(self):
        people = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(100)])
        self.env.flush_all()
        for some in (people[:1], people):
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                self.consents._allowed(some, "offer", "sms")
