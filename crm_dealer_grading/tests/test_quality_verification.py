import random

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import DealerFactories
from .common_rpc import RpcCalls
from .test_quality_completeness import KEYS, QualityCommon


@tagged("post_install", "-at_install")
class TestVerification(QualityCommon):
    """The call centre verifies; effective is complete and verified correct (C2)."""

    def test_only_the_call_centre_verifies(self):
        customer = self._full()
        for login in ("sales_a", "manager_a", "greedy_b", "credit", "auditor", "clerk"):
            with self.assertRaises(AccessError, msg=login):
                self._verify(login, customer, phone="correct")
            with self.assertRaises(AccessError, msg=login):
                self._as(login, customer).action_mark_verified()
        for login in ("agent", "oem"):
            verification = self._verify(login, customer, phone="correct")
            self.assertEqual(verification.user_id, self.users[login])

    def test_nobody_signs_for_another(self):
        customer = self._full()
        verification = self._as("agent", self.env["crm.customer.verification"]).create(
            {
                "partner_id": customer.id,
                "user_id": self.users["oem"].id,
                "line_ids": [Command.create({"field_name": "phone", "verdict": "correct"})],
            }
        )
        self.assertEqual(verification.user_id, self.users["agent"])

    def test_nothing_asked_is_no_verification(self):
        """A dialog that was opened and left, or saved untouched, leaves no trace."""
        customer = self._full()
        for login in ("agent", "oem"):
            for verdicts in ({}, {"phone": "not_asked"}, dict.fromkeys(KEYS, "not_asked")):
                with self.assertRaisesRegex(UserError, "log a contact"), self.cr.savepoint():
                    self._verify(login, customer, **verdicts)
        found = self.env["crm.customer.verification"].search([("partner_id", "=", customer.id)])
        self.assertFalse(found)

    def test_kept_as_it_was(self):
        verification = self._verify("agent", self._full(), phone="wrong")
        for login in ("agent", "oem"):
            seen = self._as(login, verification)
            with self.assertRaises(UserError):
                seen.write({"date": "2020-01-01"})
            with self.assertRaises(UserError):
                seen.line_ids.write({"verdict": "correct"})
            with self.assertRaises(UserError):
                seen.line_ids.write({"stands": False})
            with self.assertRaises(AccessError):
                seen.unlink()
            seen.note = "Spoke with the wife"

    def test_dealers_see_their_own_only(self):
        verification = self._verify("agent", self._full(), phone="correct")
        self.assertEqual(self._as("sales_a", verification).verdict, "correct")
        for record in (verification, verification.line_ids):
            with self.assertRaises(AccessError):
                self._as("sales_b", record).read(["partner_id"])

    def test_effective(self):
        customer = self._full()
        self.assertEqual(self._row(customer).verified_state, "not_verified")
        self._verify("agent", customer, phone="correct")
        self.assertEqual(self._row(customer).verified_state, "not_verified")
        self._verify("agent", customer, street="correct", phone="not_asked")
        row = self._row(customer)
        self.assertEqual((row.verified_state, row.is_effective), ("correct", True))
        self.assertEqual(customer.is_effective, True)
        customer.employer = False
        self.assertFalse(self._row(customer).is_effective)
        customer.employer = "x"
        self._verify("agent", customer, street="wrong")
        row = self._row(customer)
        self.assertEqual((row.verified_state, row.is_effective), ("wrong", False))

    def test_changed_value_is_not_verified_any_more(self):
        customer = self._full()
        self._verify("agent", customer, **dict.fromkeys(KEYS, "correct"))
        customer.write({"phone": customer.phone, "employer": "z"})
        self.assertTrue(self._row(customer).is_effective)
        customer.phone = "13800138000"
        row = self._row(customer)
        self.assertEqual((row.verified_state, row.is_effective), ("not_verified", False))
        lines = customer.verification_ids.line_ids
        self.assertEqual(lines.filtered("stands").mapped("field_name"), ["street"])

    def test_another_key_of_encryption_is_no_change(self):
        line = self.Required.search([("field_name", "=", "phone")])
        line.field_name = "id_number"
        customer = self._full(id_number="11010519491231002X")
        self._verify("agent", customer, id_number="correct")
        customer.sudo()._encrypt_again(customer._id_number_keyring())
        self.assertTrue(customer.verification_ids.line_ids.stands)
        customer.id_number = "110105194912310038"
        self.assertFalse(customer.verification_ids.line_ids.stands)

    def test_random_histories(self):
        rng = random.Random(3)
        for _round in range(15):
            customer, stands = self._full(), {}
            for _step in range(rng.randint(1, 6)):
                name = rng.choice(KEYS)
                if rng.random() < 0.3:
                    customer[name] = str(rng.random())
                    stands.pop(name, None)
                else:
                    other = rng.choice([key for key in KEYS if key != name])
                    verdicts = {
                        name: rng.choice(["correct", "wrong"]),
                        other: rng.choice(["correct", "wrong", "not_asked"]),
                    }
                    self._verify("agent", customer, **verdicts)
                    stands |= {k: v for k, v in verdicts.items() if v != "not_asked"}
            state = "not_verified"
            if "wrong" in stands.values():
                state = "wrong"
            elif set(stands) == set(KEYS):
                state = "correct"
            self.assertEqual(self._row(customer).verified_state, state)
            self.Quality._refresh()
            self.assertEqual(self._row(customer).verified_state, state)

    def test_form_proposes_what_is_to_be_asked(self):
        customer = self._full(phone="13800138000")
        agent = self._as("agent", customer)
        action = agent.action_verify()
        form = Form(agent.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(len(form.line_ids), len(KEYS))
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.field_name, line.value), ("phone", "13800138000"))
            line.verdict = "wrong"
            line.right_value = "13900139000"
        verification = form.save()
        self.assertEqual(verification.partner_id, customer)
        self.assertEqual(verification.verdict, "wrong")
        self.assertEqual(self._row(customer).verified_state, "wrong")

    def test_id_number_is_masked(self):
        self.Required.search([("field_name", "=", "phone")]).field_name = "id_number"
        customer = self._full(id_number="11010519491231002X")
        line = self._verify("agent", customer, id_number="correct").line_ids
        self.assertNotIn("19491231", line.value)

    def test_mark_verified_from_lists(self):
        one, other = self._full(), self._full(phone=False)
        lead, vehicle = self._lead(one), other.vehicle_ids
        self._as("agent", lead).action_mark_verified()
        self.assertEqual(self._row(one).verified_state, "correct")
        self._as("agent", vehicle).action_mark_verified()
        self.assertEqual(other.verification_ids.line_ids.mapped("field_name"), ["street"])
        self.assertEqual(self._row(other).verified_state, "not_verified")
        nobodys = self.env["res.partner"].create({"name": "x", "dealer_id": False})
        with self.assertRaises(UserError):
            self._as("agent", nobodys).action_mark_verified()

    def test_contact_is_refused(self):
        company = self._customer(self.dealer_a, is_company=True)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        with self.assertRaisesRegex(UserError, "verify the customer"):
            self._verify("agent", contact, email="correct")

    def test_merge(self):
        one, other = self._full(), self._full()
        for customer in (one, other):
            self._verify("agent", customer, **dict.fromkeys(KEYS, "correct"))
        self._row(other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([one.id, other.id], one)
        self.assertEqual(len(one.verification_ids), 2)
        self.assertEqual(one.verification_ids.line_ids.partner_id, one)
        self.assertEqual(len(one.verification_ids.line_ids.filtered("stands")), len(KEYS))
        self.assertTrue(self._row(one).is_effective)


@tagged("post_install", "-at_install")
class TestVerificationRpc(RpcCalls, DealerFactories, HttpCase):
    """What dealers may not do they may not do over RPC either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()

    def test_dealer_cannot_verify(self):
        self.authenticate("manager_a", "manager_a")
        partner = self.customer_a.id
        verification = self.env["crm.customer.verification"].create({"partner_id": partner})
        for method, args in (
            ("create", [[{"partner_id": partner}]]),
            ("write", [verification.ids, {"note": "x"}]),
            ("unlink", [verification.ids]),
        ):
            self._denied("crm.customer.verification", method, *args)
        self.assertEqual(self.customer_a.verification_ids, verification)
