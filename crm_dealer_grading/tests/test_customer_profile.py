from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import MODULE, DealerCommon


class TestCustomerProfile(DealerCommon):
    def test_profile_is_for_the_roles(self):
        clerk = self._as("clerk", self.customer_a)
        for name in ("native_place", "family", "blood_type", "asset_amount", "vehicle_count"):
            self.assertNotIn(name, clerk.fields_get())
            with self.assertRaises(AccessError), mute_logger("odoo.orm.models"):
                clerk.read([name])
        self.assertNotIn("customer_profile", clerk.get_view(view_type="form")["arch"])
        staff = self._as("sales_a", self.customer_a).get_view(view_type="form")["arch"]
        for page in ("customer_profile", "vehicles", "service"):
            self.assertIn(f'name="{page}"', staff)

    def test_other_reads_leave_the_file_alone(self):
        """What the ERP reads of a contact does not bring the customer's file along."""
        self.env.flush_all()
        customer = self.customer_a.sudo()
        customer.invalidate_recordset()
        self.assertTrue(customer.name)
        for name in ("blood_type", "registered_capital", "credit_standing"):
            self.assertNotIn(customer.id, customer._fields[name]._get_cache(customer.env), name)
        with self.assertQueryCount(1):  # the file is read at once
            self.assertFalse(customer.blood_type or customer.family or customer.credit_standing)

    def test_clerk_is_asked_nothing(self):
        clerk = self.users["clerk"]
        clerk.group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.env["res.partner"].with_user(clerk)) as form:
            form.name = "Clerk's Contact"
        self.assertFalse(form.record.customer_number)

    def test_person_and_company(self):
        with Form(self._as("sales_a", self.customer_a)) as form:
            form.need_state = "following"
            form.acquisition_channel_id = self.env.ref("crm_dealer_grading.channel_survey")
            form.height_cm = 175
            form.employer = "Works"
        company = self._customer(self.dealer_a, is_company=True)
        with Form(self._as("sales_a", company)) as form:
            form.legal_form = "Ltd."
            form.asset_amount = 5e6
            form.company_size = "small"
            with form.child_ids.new() as contact:
                contact.name = "Decider"
                contact.decision_role = "decides"
        self.assertEqual(company.child_ids.decision_role, "decides")

    def test_channels_of_the_source(self):
        shipped = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "crm.acquisition.channel")]
        )
        channels = self.env["crm.acquisition.channel"].browse(shipped.mapped("res_id"))
        kinds = channels.mapped("kind")
        self.assertEqual((kinds.count("direct"), kinds.count("indirect")), (7, 6))

    def test_used_channel_stays(self):
        channel, free = self.env["crm.acquisition.channel"].create(
            [{"name": "Used"}, {"name": "Free"}]
        )
        self.customer_a.acquisition_channel_id = channel
        self.assertEqual(channel.partner_count, 1)
        with self.assertRaisesRegex(UserError, "Archive"):
            channel.unlink()
        free.unlink()

    def test_prospect_card(self):
        lead = self._lead(self.customer_a)
        model = self.env["fleet.vehicle.model"].search([], limit=1)
        with Form(self._as("sales_a", lead)) as form:
            form.vehicle_model_id = model
            form.purchase_type = "replace_other"
            form.visit_reason = "walk_in"
            form.concerns = "Price"
            form.competitor_model = "Other"
            form.test_drive = "done"
        self.assertEqual(lead.vehicle_model_id, model)
