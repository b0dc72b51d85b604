"""Erasing a person: who may not, what stands against it, and that nothing is found afterwards."""

import os

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_privacy import ID_NUMBER, LOGIN, MARKS, NAME, PHONE, PLATE, SAID, VIN, PrivacyCase

_REASON = "Letter of today"


@tagged("post_install", "-at_install")
class TestPrivacyErase(PrivacyCase):
    def _settle(self):
        """Nothing is open any more."""
        self.env["sale.order"].search([("partner_id", "=", self.person.id)])._action_cancel()
        self.env.flush_all()

    def _erase(self, login="oem", **vals):
        action = self._as(login, self.person).action_privacy_erase()
        erase = self._as(login, self.env[action["res_model"]]).browse(action["res_id"])
        erase.write({"typed": erase.word, "reason": _REASON, **vals})
        return erase.action_erase()

    # -- Denials

    def test_denied(self):
        for login in self.users:
            if login == "oem":
                continue
            for work in ("action_privacy_erase", "action_privacy_file", "_privacy_erase"):
                with (
                    self.subTest(login=login, work=work),
                    mute_logger("odoo.orm.models"),
                    self.assertRaises(AccessError),
                ):
                    args = (_REASON,) if work == "_privacy_erase" else ()
                    getattr(self._as(login, self.person), work)(*args)
            with mute_logger("odoo.orm.models"), self.assertRaises(AccessError):
                self._as(login, self.env["crm.privacy.erase"]).create(
                    {"partner_id": self.person.id}
                )
        self.assertEqual(self.person.name, NAME)

    def test_oem_manager_of_a_dealer_keeps_to_the_dealer(self):
        both = self.users["oem"]
        both.group_ids += self.env.ref("crm_dealer_grading.group_dealer_user")
        both.dealer_ids = self.dealer_b
        with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
            self._as("oem", self.customer_b).action_privacy_erase()

    def test_word_and_reason_are_asked_for(self):
        self._settle()
        for vals in ({"typed": "erase it"}, {"typed": False}, {"reason": "  "}):
            with self.assertRaises(UserError):
                self._erase(**vals)
        self.assertEqual(self.person.name, NAME)

    def test_open_things_stand_against_it(self):
        self._settle()
        blocks = self.person._privacy_people()._privacy_blocks
        self.assertFalse(blocks())
        invoice = self._invoice(self.person, post=True)
        self.assertIn(invoice.name, "".join(blocks()))
        with self.assertRaisesRegex(UserError, "Settle"):
            self._erase()
        invoice.payment_state = "paid"
        self.env.cr.execute(
            SQL("UPDATE account_move SET amount_residual = 0 WHERE id = %s", invoice.id)
        )
        self.env.invalidate_all()
        self.assertFalse(blocks())
        booked = self._visit(self.vehicle, stage="booked")
        self.assertIn("Visits", "".join(blocks()))
        booked.stage = "cancelled"
        self.assertFalse(blocks())
        self.person.is_company = True
        self.assertIn("company", "".join(blocks()))

    def test_users_and_dealers_are_no_customers(self):
        self.assertTrue(self.users["clerk"].partner_id._privacy_people()._privacy_blocks())
        self.dealer_a.partner_id = self.customer_a
        self.assertTrue(self.customer_a._privacy_people()._privacy_blocks())

    # -- Gone

    def test_nothing_is_found_afterwards(self):
        """Every text that rows of the person have is filled, and all text of the database read."""
        portal = self.env["res.users"].with_context(no_reset_password=True).create(
            {"name": NAME, "login": LOGIN, "partner_id": self.person.id,
             "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]}
        )  # fmt: skip
        self.env["mail.blacklist"]._add(LOGIN)
        self.env["phone.blacklist"]._add([self.person.phone_sanitized])
        self._as("oem", self.person).action_reveal_id_number(SAID)
        self._as("oem", self.person).action_privacy_file()
        filled = self._adopt_rows()
        self.assertGreaterEqual(len(filled), 5, filled)
        self._settle_by_sql()
        before = self._found_anywhere(tables=("res_partner", "mail_message"))
        self.assertIn("res_partner.name", before)
        self.assertIn("mail_message.body", before)
        path = self.paper._full_path(self.paper.store_fname)
        self.assertTrue(os.path.exists(path))
        counts = self._counts()
        self._erase(documents="delete")
        found = self._found_anywhere()
        self.assertEqual(found.pop("crm_vehicle.vin"), 1, "The vehicle is known by it to others")
        self.assertFalse(found)
        self.assertEqual(self._counts(), counts, "What others count stays")
        self.assertFalse(self.paper.exists())
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(os.path.exists(path))
        self.person.invalidate_recordset()
        self.assertFalse(self.person.active)
        self.assertFalse(portal.with_context(active_test=False).active)
        self.assertFalse(self.person.sudo().id_number_hash)
        self.assertFalse(self.person.sudo().id_number_encrypted)
        self.assertFalse(self.vehicle.partner_id)
        self.assertFalse(self.vehicle.ownership_ids)
        self._nothing_is_looked_up()
        self._log_says_so()

    def _settle_by_sql(self):
        """Adopted rows are settled as well."""
        self._settle()
        ids = tuple(self.person._privacy_people().ids)
        for statement in (
            """UPDATE account_move SET amount_residual = 0, payment_state = 'paid',
                      state = 'posted' WHERE partner_id IN %s""",
            "UPDATE crm_credit_hold SET state = 'dropped' WHERE partner_id IN %s",
            "UPDATE crm_credit_application SET state = 'filed' WHERE partner_id IN %s",
            """UPDATE crm_service_visit SET stage = 'delivered' WHERE partner_id IN %s
                  AND stage != 'cancelled'""",
            "UPDATE sale_order SET invoice_status = 'invoiced' WHERE partner_id IN %s",
        ):
            self.env.cr.execute(SQL(statement, ids))
        if "crm.rectification" in self.env:
            self.env.cr.execute(
                SQL("UPDATE crm_rectification SET state = 'closed' WHERE partner_id IN %s", ids)
            )
        if "helpdesk.ticket" in self.env:
            self.env.cr.execute(
                SQL(
                    """UPDATE helpdesk_ticket SET stage_id = (
                           SELECT id FROM helpdesk_ticket_stage WHERE closed LIMIT 1)
                        WHERE partner_id IN %s OR commercial_partner_id IN %s""",
                    ids,
                    ids,
                )
            )
        self.env.invalidate_all()

    def _counts(self):
        asked = ("crm.service.visit", "sale.order", "account.move", "crm.contact.log")
        people = self.person._privacy_people()
        return {
            name: self.env[name].sudo().with_context(active_test=False).search_count(
                [("partner_id", "in", people.ids)]
            )
            for name in asked
        }  # fmt: skip

    def _nothing_is_looked_up(self):
        lookups = self._as("oem", self.env["privacy.lookup.wizard"])
        for vals in (
            {"name": NAME}, {"email": LOGIN}, {"phone": PHONE}, {"plate": PLATE}, {"vin": VIN},
            {"id_number": ID_NUMBER}, {"name": NAME, "email": LOGIN},
        ):  # fmt: skip
            wizard = lookups.create(vals)
            wizard.action_lookup()
            models = set(wizard.line_ids.mapped("res_model"))
            self.assertLessEqual(models, {"crm.vehicle"} if "vin" in vals else set(), vals)
            wizard.sudo().unlink()

    def _log_says_so(self):
        [row] = self.env["crm.protected.access"].search(
            [("kind", "=", "erasure"), ("partner_number", "=", self.person.id)]
        )
        self.assertEqual((row.user_id, row.reason), (self.users["oem"], _REASON))
        entry = self.env["privacy.log"].search([], limit=1, order="id desc")
        self.assertEqual(entry.user_id, self.users["oem"])
        for mark in MARKS:
            self.assertNotIn(mark, f"{entry.read()}{row.read()}")

    def test_browsers_ask_for_the_picture_anew(self):
        self._settle()
        person = self.person
        self.env.cr.execute("UPDATE res_partner SET write_date = '2020-01-01' WHERE id = %s",
                            [person.id])  # fmt: skip
        self.env.invalidate_all()
        self._erase()
        self.assertGreater(person.write_date.year, 2020)

    def test_others_keep_theirs(self):
        """Whoever shares the name, the phone or the vehicle is not touched."""
        self._settle()
        brother = self._customer(self.dealer_b, name=NAME, phone=PHONE, email=LOGIN, comment=SAID)
        self.env["mail.blacklist"]._add(LOGIN)
        self.vehicle.partner_id = brother
        self.vehicle.plate = "沪B00001"
        self.vehicle.message_post(body="Kept", message_type="comment")
        self.env.flush_all()
        self._erase()
        brother.invalidate_recordset()
        self.assertEqual((brother.name, brother.phone, brother.email), (NAME, PHONE, LOGIN))
        self.assertIn(NAME, str(brother.comment))
        self.assertEqual(self.vehicle.partner_id, brother)
        self.assertEqual((self.vehicle.plate, self.vehicle.vin), ("沪B00001", VIN))
        self.assertEqual(self.vehicle.ownership_ids.partner_id, brother)
        self.assertIn("Kept", "".join(self.vehicle.message_ids.mapped("body")))
        self.assertTrue(self.env["mail.blacklist"].search([("email", "=", LOGIN)]))

    def test_several_vehicles(self):
        """Each keeps the number that it is known by; others' records of it stay right."""
        self._settle()
        second = self._vehicle(self.person, vin="LSVNV2182E2100001", plate="沪A00002")
        self.env.flush_all()
        self._erase()
        (self.vehicle | second).invalidate_recordset()
        self.assertEqual(self.vehicle.vin, VIN)
        self.assertEqual(second.vin, "LSVNV2182E2100001")
        self.assertFalse(self.vehicle.plate or second.plate)

    def test_numbers_of_documents_stay(self):
        """A room is a short number, which is part of any other."""
        self.person.write({"street2": "10", "street": "1"})
        self._settle()
        order = self.env["sale.order"].create({"partner_id": self.person.id})
        order.name = "S00010"
        self.env.flush_all()
        self._erase()
        order.invalidate_recordset()
        self.assertEqual(order.name, "S00010")

    def test_what_is_to_be_delivered_stands_against_it(self):
        self._settle()
        order = self.env["sale.order"].create({"partner_id": self.person.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', invoice_status = 'no', amount_total = 100"
            " WHERE id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not invoiced"):
            self._erase()

    def test_contact_of_a_company(self):
        """The company keeps its vehicle with the plate; the contact goes."""
        company = self._customer(self.dealer_a, name="Test Haulage", is_company=True)
        contact = self._customer(
            self.dealer_a, name="Wen Drivermark", parent_id=company.id, phone="139 0013 7320"
        )
        lorry = self._vehicle(contact, plate="沪D00007")
        visit = self._visit(lorry, note="Wen Drivermark waits")
        self._as("oem", contact)._privacy_erase(_REASON)
        self.assertEqual(lorry.partner_id, company)
        self.assertEqual(lorry.plate, "沪D00007")
        self.assertEqual(lorry.ownership_ids.partner_id, company)
        self.assertFalse(visit.note)
        self.assertEqual(visit.commercial_partner_id, company)
        self.assertFalse(self._found_anywhere(["Drivermark", "13900137320"]))
        self.assertEqual(company.name, "Test Haulage")

    def test_short_names_leave_other_words_alone(self):
        li = self._customer(self.dealer_a, name="Li")
        order = self._order(li)
        order.order_line.name = "Oil delivery for Li, 交给Li先生"
        self.env.flush_all()
        self.env["sale.order"].search([("partner_id", "=", li.id)])._action_cancel()
        self._as("oem", li)._privacy_erase(_REASON)
        self.assertEqual(order.order_line.name, "Oil delivery for ***, 交给***先生")

    def test_once_only(self):
        self._settle()
        self._erase()
        with self.assertRaisesRegex(UserError, "already"):
            self._as("oem", self.person)._privacy_erase(_REASON)

    def test_files_of_invoices_are_kept_unless_said(self):
        self._settle()
        copy = self.env["ir.attachment"].create(
            {"name": "copy.pdf", "raw": b"copy", "res_model": "sale.order",
             "res_id": self.order.id}
        )  # fmt: skip
        self._erase()
        self.assertTrue(copy.exists())
