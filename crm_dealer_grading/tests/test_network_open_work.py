"""Ordinary work of a dealer's staff meets no refusal, and odd ids tell nothing (P5)."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_network import AccessCase


@tagged("post_install", "-at_install")
class TestOpenWork(AccessCase):
    def test_ordinary_work(self):
        """Shared products, price lists, partners of the company, colleagues: all as before."""
        sales = self.users["sales_b"]
        product = self.env["product.product"].create({"name": "Oil", "list_price": 10})
        pricelist = self.env["product.pricelist"].create({"name": "Shared"})
        order = self.env["sale.order"].with_user(sales).create(
            {
                "partner_id": self.customer_b.id,
                "pricelist_id": pricelist.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.write({"order_line": [Command.update(order.order_line.id, {"product_uom_qty": 2})]})
        order.onchange(
            {"partner_id": self.customer_b.id, "pricelist_id": pricelist.id,
             "order_line": [[1, order.order_line.id, {"product_id": product.id}]]},
            ["partner_id"], {"pricelist_id": {"fields": {"display_name": {}}}},
        )  # fmt: skip
        own = self.env.company.partner_id
        lead = self.env["crm.lead"].with_user(sales).create(
            {"name": "Card", "partner_id": self.customer_b.id, "user_id": sales.id}
        )
        event = self.env["calendar.event"].with_user(sales).create(
            {"name": "Talk", "start": fields.Datetime.now(), "stop": fields.Datetime.now(),
             "partner_ids": [Command.set((sales.partner_id + own).ids)],
             "res_model": lead._name, "res_id": lead.id}
        )  # fmt: skip
        event.with_context(default_partner_ids=sales.partner_id.ids).default_get(["partner_ids"])
        lead.activity_schedule("mail.mail_activity_data_todo", user_id=sales.id)
        lead.message_post(body="Called", partner_ids=self.customer_b.ids)
        with Form(self.env["crm.lead"].with_user(sales)) as form:
            form.name, form.partner_id = "Second", self.customer_b

    def test_defaults_of_other_models_do_no_harm(self):
        """The client sends the defaults of the screen before along."""
        lead = self._own_lead()
        for name in ("ir.attachment", "mail.activity", "mail.message"):
            model = self._as("sales_b", self.env[name]).with_context(
                default_res_id=lead.id, default_res_model=lead._name, default_model=lead._name,
                default_no_such_field=1, default_order_line=[[0, 0, {}]],
            )  # fmt: skip
            model.default_get(["res_id"])
            model.onchange({}, [], {"res_id": {}})

    def test_saved_model_with_another_id(self):
        """An open form of an own record that is pointed elsewhere, without saying the model."""
        lead = self._own_lead()
        activity = lead.with_user(self.users["sales_b"]).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.users["sales_b"].id
        )
        mine = self._as("sales_b", activity)
        with self.assertRaises(AccessError):
            mine.onchange({"res_id": self.lead_a.id}, ["res_id"], {"res_name": {}})

    def test_references(self):
        """A field that may lead to records of any model."""
        base = self._as("sales_b", self.env["crm.lead"])
        field = fields.Reference(selection=[("res.partner", "Contact")])
        field.name, field.model_name = "ref", base._name
        for value in (f"res.partner,{self.customer_b.id}", "res.partner,0", "no.model,5", "x"):
            with self.subTest(value):
                base._check_value_in_sight(field, value, {})
        with self.assertRaises(AccessError):
            base._check_value_in_sight(field, f"res.partner,{self.customer_a.id}", {})

    def _own_lead(self):
        return self.env["crm.lead"].create(
            {"name": "L", "dealer_id": self.dealer_b.id, "user_id": self.users["sales_b"].id}
        )
