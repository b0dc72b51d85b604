"""What a dealer's user must not reach: every model that carries a dealer, every way in."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_network import STRANGERS, AccessCase


@tagged("post_install", "-at_install")
class TestNetworkAccess(AccessCase):
    # -- denials -------------------------------------------------------------------------------

    def test_documents_carry_the_dealer(self):
        for name in ("crm.lead", "sale.order", "sale.order.line", "account.move.line"):
            self.assertEqual(self.foreign[name].dealer_id, self.dealer_a, name)

    def test_read(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                record.invalidate_recordset()
                with self.assertRaises(AccessError):
                    record.read(["display_name"])
                with self.assertRaises(AccessError):
                    record.web_read({"display_name": {}})
                with self.assertRaises(AccessError):
                    record._export_rows([["display_name"]])
                with self.assertRaises(AccessError):
                    record.copy_data()

    def test_write(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                with self.assertRaises(AccessError):
                    record.write({"dealer_id": self.dealer_b.id} if "dealer_id" in record else {})
                    record.check_access("write")
                self.assertFalse(record.has_access("write"), login)

    def test_unlink(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                with self.assertRaises(AccessError):
                    record.unlink()

    def test_create_for_a_foreign_dealer(self):
        for login in STRANGERS:
            for model, vals in (
                ("res.partner", {"name": "Test"}),
                ("crm.lead", {"name": "Test"}),
                ("sale.order", {"partner_id": self._own_customer(login).id}),
            ):
                with self.subTest(login=login, model=model), self.assertRaises(AccessError):
                    self._as(login)[model].create({**vals, "dealer_id": self.dealer_a.id})

    def _own_customer(self, login):
        return self._as(login, self._customer(self.users[login].dealer_ids[:1], name="Own"))

    def test_pointing_at_a_foreign_customer(self):
        """A lead copies e-mail and phone of its customer, a contact the address of its company."""
        for login in STRANGERS:
            env, foreign = self._as(login), self.customer_a.id
            with self.subTest(login=login):
                lead = env["crm.lead"].create({"name": "Own", "user_id": env.uid})
                with self.assertRaises(AccessError):
                    lead.write({"partner_id": foreign})
                with self.assertRaises(AccessError):
                    env["crm.lead"].create({"name": "Test", "partner_id": foreign})
                with self.assertRaises(AccessError):
                    env["sale.order"].create({"partner_id": foreign})
                with self.assertRaises(AccessError):
                    self._own_customer(login).write({"parent_id": foreign})
                with self.assertRaises(AccessError):
                    env["res.partner"].create({"name": "Test", "parent_id": foreign})

    def test_search(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                model = record.browse()
                if not model.has_access("read"):
                    continue  # no right to the model at all
                domain = [("id", "in", record.ids)]
                self.assertFalse(model.search(domain))
                self.assertFalse(model.with_context(active_test=False).search_count(domain))
                self.assertFalse(model.search_read(domain, ["id"]))
                self.assertFalse(model.name_search(record.sudo()[:1].display_name, domain))
                self.assertFalse(model.web_search_read(domain, {"id": {}})["records"])

    def test_groups(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                model = record.browse()
                if not model.has_access("read"):
                    continue
                by = "dealer_id" if "dealer_id" in model else "partner_id"
                domain = [("id", "in", record.ids)]
                self.assertFalse(model._read_group(domain, [by], ["__count"]))
                self.assertFalse(model.formatted_read_group(domain, [by], ["__count"]))
                if by == "dealer_id":
                    groups = model._read_group([], [by], ["__count"])
                    self.assertNotIn(self.dealer_a, [dealer for dealer, _count in groups])

    def test_search_through_a_relation(self):
        """A condition on own records must not answer questions about foreign ones."""
        partners = self._as("greedy_b", self.env["res.partner"])
        domain = [("opportunity_ids.name", "=", self.lead_a.name)]
        self.assertFalse(partners.search(domain))

    # -- chatter, attachments, activities --------------------------------------------------------

    def test_chatter(self):
        threads = ("res.partner", "crm.lead", "sale.order", "account.move")
        for login, record in self._each(models=threads):
            with self.subTest(login=login, model=record._name):
                message = self.foreign[record._name].message_post(body="Secret of A")
                with self.assertRaises(AccessError):
                    record.message_post(body="Test")
                messages = self._as(login, self.env["mail.message"])
                self.assertFalse(messages.search([("id", "=", message.id)]))
                with self.assertRaises(AccessError):
                    messages.browse(message.id).read(["body"])

    def test_attachments(self):
        for login, record in self._each():
            with self.subTest(login=login, model=record._name):
                attachment = self.env["ir.attachment"].create(
                    {
                        "name": "secret.txt",
                        "raw": b"secret",
                        "res_model": record._name,
                        "res_id": record[:1].id,
                    }
                )
                files = self._as(login, self.env["ir.attachment"])
                self.assertFalse(files.search([("id", "=", attachment.id)]))
                with self.assertRaises(AccessError):
                    files.browse(attachment.id).read(["raw"])
                with self.assertRaises(AccessError):
                    files.create({"name": "x", "res_model": record._name, "res_id": record[:1].id})

    def test_activities(self):
        for login, record in self._each(models=("res.partner", "crm.lead", "sale.order")):
            with self.subTest(login=login, model=record._name):
                activity = self.foreign[record._name].activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary="Secret",
                    user_id=self.users["sales_a"].id,
                )
                activities = self._as(login, self.env["mail.activity"])
                self.assertFalse(activities.search([("id", "=", activity.id)]))
                with self.assertRaises(AccessError):
                    activities.browse(activity.id).read(["summary"])
                with self.assertRaises(AccessError):
                    record.activity_schedule("mail.mail_activity_data_todo", user_id=record.env.uid)
