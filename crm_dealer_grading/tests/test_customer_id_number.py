from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import config, mute_logger

from ..tools import crypto, id_number
from .common import DealerCommon

LOGGER = "odoo.addons.crm_dealer_grading.models.customer.res_partner_id_number"
NUMBER = "11010519491231002X"
MASKED = "1101**********002X"
FIRST, SECOND = "0" * 43 + "=", Fernet.generate_key().decode()


class TestIdNumber(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict("os.environ", CRM_DEALER_KEYS=FIRST))
        for user in cls.users.values():
            user.group_ids += cls.env.ref("base.group_allow_export")
        cls.customer = cls._customer(cls.dealer_a, id_type="resident", id_number=NUMBER)

    def _keys(self, *keys):
        return patch.dict("os.environ", CRM_DEALER_KEYS=",".join(keys))

    def _stored(self, partner=None):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id_number_encrypted, id_number_hash FROM res_partner WHERE id = %s",
            [(partner or self.customer).id],
        )
        return self.env.cr.fetchone()

    # -- Denials

    def test_stored_fields_are_closed_to_all(self):
        for login in self.users:
            partner = self._as(login, self.customer)
            for name in ("id_number_encrypted", "id_number_hash"):
                with mute_logger("odoo.orm.models", "odoo.models"):
                    with self.assertRaises(AccessError):
                        partner.read([name])
                    with self.assertRaises(AccessError):
                        partner.export_data([name])
                    with self.assertRaises(AccessError):
                        partner.search([(name, "!=", False)])
                    with self.assertRaises(AccessError):
                        partner.formatted_read_group([], [name], ["__count"])
                    with self.assertRaises(AccessError):
                        partner.write({name: "x"})
                self.assertNotIn(name, partner.fields_get())

    def test_reveal_is_denied(self):
        for login in ("sales_b", "greedy_b", "homeless", "auditor", "clerk", "credit"):
            with self.assertRaises(AccessError, msg=login), mute_logger("odoo.orm.models"):
                self._as(login, self.customer).action_reveal_id_number()
        self.assertFalse(
            self.env["crm.protected.access"].search([("partner_id", "=", self.customer.id)])
        )

    def test_clerk_knows_nothing_of_it(self):
        clerk = self._as("clerk", self.customer)
        self.assertNotIn("id_number", clerk.fields_get())
        with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
            clerk.read(["id_number"])

    def test_log_is_append_only(self):
        self._as("sales_a", self.customer).action_reveal_id_number()
        row = self.env["crm.protected.access"].search([])
        for rows in (row, row.sudo(), self._as("oem", row)):
            with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
                rows.write({"reason": "other"})
            with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
                rows.unlink()
        for login in ("oem", "manager_a", "auditor"):
            with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
                self._as(login, row).create({"user_id": 1, "field_name": "id_number"})
        with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
            self._as("manager_a", row).read(["reason"])

    def test_dialog_is_for_the_one_who_asked(self):
        action = self._as("sales_a", self.customer).action_reveal_id_number()
        dialog = self.env["crm.protected.reveal"].browse(action["res_id"])
        for login in ("manager_a", "sales_b", "oem"):
            self.assertFalse(self._as(login, dialog).value, login)
        with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
            self._as("sales_a", dialog).create({"access_id": 1})

    # -- Storage

    def test_nothing_readable_in_the_database(self):
        encrypted, digest = self._stored()
        for part in (NUMBER, NUMBER[:8], NUMBER[6:14], NUMBER[-6:]):
            self.assertNotIn(part, encrypted + digest)
        self.env.cr.execute(
            "SELECT row_to_json(p)::text FROM res_partner p WHERE id = %s", [self.customer.id]
        )
        self.assertNotIn(NUMBER[6:14], self.env.cr.fetchone()[0])
        self._as("sales_a", self.customer).action_reveal_id_number()
        self.env.flush_all()
        self.env.cr.execute("SELECT json_agg(r)::text FROM crm_protected_reveal r")
        self.assertNotIn(NUMBER[6:14], self.env.cr.fetchone()[0])

    def test_two_equal_numbers_look_different(self):
        other = self._customer(self.dealer_a, id_number=NUMBER)
        self.assertNotEqual(self._stored()[0], self._stored(other)[0])

    def test_masked(self):
        customer = self._as("sales_a", self.customer)
        self.assertEqual(customer.id_number, MASKED)
        self.assertEqual(customer.export_data(["id_number"])["datas"], [[MASKED]])
        self.assertEqual(id_number.mask("E12345678"), "*" * 9)

    def test_what_was_typed_is_not_read_back(self):
        customer = self._as("sales_a", self.customer)
        result = customer.web_save({"id_number": "E1234 5678 9012"}, {"id_number": {}})
        self.assertEqual(result[0]["id_number"], "E123*****9012")

    def test_mask_written_back_changes_nothing(self):
        before = self._stored()
        self.customer.write({"id_number": MASKED, "name": "Other"})
        self.assertEqual(self._stored(), before)
        with self.assertRaises(UserError):
            self.customer.id_number = "1101**********0021"
        self.customer.id_number = False
        self.assertEqual(self._stored(), (None, None))

    def test_never_copied_nor_in_the_chatter(self):
        self.assertFalse(self.customer.copy().id_number)
        customer = self.customer.with_context(tracking_disable=False)
        customer.id_number = "E12345678"
        self.env.flush_all()
        text = str(customer.message_ids.mapped("body"))
        text += str(customer.message_ids.tracking_value_ids.mapped("new_value_char"))
        self.assertNotIn("E12345678", text)
        self.assertNotIn(NUMBER, text)

    def test_merge_keeps_the_number(self):
        target = self._customer(self.dealer_a)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | self.customer).ids, target)
        self.assertEqual(target.id_number, MASKED)

    # -- Search, warning, reveal

    def test_found_by_the_whole_number_only(self):
        partners = self._as("sales_a", self.env["res.partner"])
        for value in (NUMBER, " 110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"):
            self.assertEqual(partners.search([("id_number", "=", value)]), self.customer)
        self.assertEqual(partners.search([("id_number", "ilike", NUMBER)]), self.customer)
        for value in (NUMBER[:-1], "%", "1101%", MASKED):
            self.assertFalse(partners.search([("id_number", "ilike", value)]))
        without = partners.search([("id_number", "=", False)])
        self.assertIn(self.customer_a, without)
        self.assertNotIn(self.customer, without)
        self.assertIn(self.customer, partners.search([("id_number", "!=", False)]))
        self.assertFalse(
            self._as("sales_b", partners).search([("id_number", "=", NUMBER)]), "isolation"
        )

    def test_wrong_check_digit_is_a_warning(self):
        self.assertFalse(self.customer.id_number_warning)
        self.customer.id_number = NUMBER[:-1] + "1"
        self.assertTrue(self.customer.id_number_warning)
        self.customer.id_type = "passport"
        self.assertFalse(self.customer.id_number_warning)
        with Form(self.env["res.partner"]) as form:
            form.name = "New"
            form.id_type = "resident"
            form.id_number = "110105194912310021"
            self.assertTrue(form.id_number_warning)
            form.id_number = NUMBER
            self.assertFalse(form.id_number_warning)

    def test_reveal_shows_and_logs(self):
        for login in ("sales_a", "manager_a", "agent", "oem"):
            action = self._as(login, self.customer).action_reveal_id_number("check")
            dialog = self._as(login)["crm.protected.reveal"].browse(action["res_id"])
            self.assertEqual(dialog.read(["value"])[0]["value"], NUMBER)
            row = self.env["crm.protected.access"].search([], limit=1)
            self.assertEqual(row.user_id, self.users[login])
            self.assertEqual(row.partner_id, self.customer)
            self.assertEqual((row.field_name, row.reason), ("id_number", "check"))

    # -- Keys

    def test_without_key(self):
        with self._keys(""):
            with self.assertRaisesRegex(UserError, "crm_dealer_keys"):
                self._customer(self.dealer_a, id_number=NUMBER)
            self.customer.invalidate_recordset()
            self.assertEqual(self.customer.id_number, "*" * 18)
            self.customer.name = "Everything else works"
            self.assertFalse(self.env["res.partner"].search([("id_number", "=", NUMBER)]))
            with self.assertRaisesRegex(UserError, "administrator"):
                self.customer.action_reveal_id_number()
            self.env["res.partner"]._rotate_id_number_keys()
        with (
            self._keys("not a key"),
            mute_logger(LOGGER),
            self.assertRaisesRegex(UserError, "crm_dealer_keys"),
        ):
            self._customer(self.dealer_a, id_number=NUMBER)

    def test_key_from_the_configuration_file(self):
        with self._keys(""), patch.dict(config.options, crm_dealer_keys=FIRST):
            self.assertEqual(self.customer.id_number, MASKED)

    def _rotate(self):
        commit = patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 60
        )
        with commit, mute_logger(LOGGER):
            self.env["res.partner"]._rotate_id_number_keys(batch=2)

    def test_rotation(self):
        others = self.env["res.partner"].create(
            [{"name": str(i), "id_number": f"E1234567890{i}"} for i in range(5)]
        )
        old = self._stored()
        partners = self.env["res.partner"]
        with self._keys(SECOND, FIRST):
            self.assertEqual(partners.search([("id_number", "=", NUMBER)]), self.customer)
            self.assertEqual(self.customer.id_number, MASKED)
            newer = self._customer(None, id_number="E99999999999")
            kept = self._stored(newer)
            self._rotate()
            self.assertEqual(self._stored(newer), kept)
        new = self._stored()
        self.assertNotEqual(old[0], new[0])
        self.assertNotEqual(old[1], new[1])
        with self._keys(SECOND):
            partners.invalidate_model()
            self.assertEqual(self.customer.id_number, MASKED)
            self.assertEqual(partners.search([("id_number", "=", NUMBER)]), self.customer)
            self.assertEqual(others.mapped("id_number"), [f"E123****890{i}" for i in range(5)])

    def test_lost_key(self):
        with self._keys(SECOND):
            self.customer.invalidate_recordset()
            self.assertEqual(self.customer.id_number, "*" * 18)
            with self.assertRaisesRegex(UserError, "earlier key"):
                self.customer.action_reveal_id_number()
            self._rotate()

    def test_pure_crypto(self):
        ring = crypto.Keyring([FIRST])
        self.assertEqual(ring.decrypt(ring.encrypt("长城X1")), "长城X1")
        self.assertTrue(ring.digest("a").startswith(ring.current_prefix))
        self.assertNotEqual(ring.digest("a"), crypto.Keyring([SECOND]).digest("a"))
        with self.assertRaises(crypto.SecretLostError):
            crypto.Keyring([SECOND]).decrypt(ring.encrypt("a"))
        with self.assertRaises(crypto.BadKeyError):
            crypto.parse_keyring("short")
        self.assertIsNone(crypto.parse_keyring(" , "))
