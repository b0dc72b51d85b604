"""Who may run campaigns, and what cannot be got round (M11): denials first, per role."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_campaign import CampaignCase

_OUTSIDE = ("sales_a", "sales_b", "credit", "agent", "auditor", "clerk", "homeless")


@tagged("post_install", "-at_install")
class TestCampaignAccess(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one_a, cls.two_a = cls._person(cls.dealer_a, 1), cls._person(cls.dealer_a, 2)
        cls.one_b, cls.two_b = cls._person(cls.dealer_b, 3), cls._person(cls.dealer_b, 4)
        cls.everybody = cls.one_a | cls.two_a | cls.one_b | cls.two_b
        cls.network = cls._campaign()
        cls.of_a = cls._campaign(cls.dealer_a)
        cls.of_b = cls._campaign(cls.dealer_b)
        cls.mailing_network = cls._mailing(cls.network, cls.everybody)
        cls.mailing_b = cls._mailing(cls.of_b, cls.everybody)

    # -- Denials -----------------------------------------------------------------------------

    def test_others_run_no_campaigns(self):
        for login in _OUTSIDE:
            campaigns = self._as(login, self.env["utm.campaign"])
            with self.assertRaises(AccessError, msg=login):
                campaigns.create({"title": "Mine", "is_dealer_campaign": True})
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.of_a).write({"title": "Mine"})
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.of_a).action_measure_effect()
            for model in ("mailing.mailing", "mailing.trace", "crm.campaign.subject",
                          "crm.campaign.effect"):  # fmt: skip
                seen = self._as(login, self.env[model]).has_access("read")
                self.assertFalse(seen, (login, model))

    def test_a_dealer_runs_the_own_dealers_only(self):
        campaigns = self._as("manager_a", self.env["utm.campaign"])
        for vals in ({"dealer_id": self.dealer_b.id}, {"dealer_id": False}):
            with self.assertRaises(AccessError):
                campaigns.create({"title": "X", "is_dealer_campaign": True, **vals})
        mine = campaigns.create(
            {"title": "X", "is_dealer_campaign": True, "dealer_id": self.dealer_a.id}
        )
        for dealer in (self.dealer_b.id, False):
            with self.assertRaises(AccessError):
                mine.write({"dealer_id": dealer})
        with self.assertRaises(UserError):
            mine.write({"is_dealer_campaign": False, "dealer_id": False})
        for foreign in (self.of_b, self.network):
            foreign = self._as("manager_a", foreign)
            for act in (
                lambda c: c.write({"title": "Y"}),
                lambda c: c.write({"control_percent": 5}),
                lambda c: c.action_measure_effect(),
                lambda c: c.unlink(),
            ):
                with self.assertRaises(AccessError):
                    act(foreign)

    def test_others_campaigns_are_not_ours_to_delete(self):
        """Every employee writes the ERP's campaigns; our roles delete none of them."""
        theirs = self.env["utm.campaign"].create({"title": "Theirs"})
        mailing = self.env["mailing.mailing"].create(
            {"subject": "Theirs", "mailing_model_id": self.partner_model.id}
        )
        manager = self._manufacturers_manager()
        for user in (self.users["manager_a"], manager):
            with self.assertRaises(AccessError):
                theirs.with_user(user).unlink()
            for act in ("read", "write", "unlink"):
                self.assertFalse(mailing.with_user(user).has_access(act), (user.login, act))
        self.assertTrue(self.mailing_network.with_user(manager).has_access("unlink"))
        self.of_a.with_user(manager).unlink()

    def _manufacturers_manager(self):
        groups = "base.group_user,crm_dealer_grading.group_oem_manager"
        return new_test_user(self.env, "manufacturer", groups)

    def test_a_dealers_mailing_belongs_to_an_own_campaign(self):
        mailings = self._as("manager_a", self.env["mailing.mailing"])
        common = {"subject": "X", "mailing_model_id": self.partner_model.id}
        for campaign in (self.of_b, self.network, self.env["utm.campaign"].create({"title": "T"})):
            with self.assertRaises(AccessError):
                mailings.create({**common, "campaign_id": campaign.id})
        with self.assertRaises(AccessError):
            mailings.create(common)
        mine = mailings.create({**common, "campaign_id": self.of_a.id})
        for campaign in (self.of_b.id, self.network.id, False):
            with self.assertRaises(AccessError):
                mine.write({"campaign_id": campaign})
        with self.assertRaises(AccessError):
            self._as("manager_a", self.mailing_b).read(["subject"])
        with self.assertRaises(AccessError):
            self._as("manager_a", self.mailing_network).action_put_in_queue()
        self.assertNotIn(self.mailing_b, mailings.search([]))

    # -- Attacks on the send path ------------------------------------------------------------

    def _mailing_of_a(self, **vals):
        return self._as("manager_a", self.env["mailing.mailing"]).create(
            {
                "subject": "X",
                "body_html": "<p>X</p>",
                "body_plaintext": "X",
                "email_from": "a@example.com",
                "reply_to_mode": "new",
                "reply_to": "a@example.com",
                "mailing_model_id": self.partner_model.id,
                "campaign_id": self.of_a.id,
                "mailing_domain": "[]",
                **vals,
            }
        )

    def test_no_filter_reaches_others(self):
        ids = self.everybody.ids
        for domain in (
            [("id", "in", ids)],
            ["|", ("id", "in", ids), ("dealer_id", "=", self.dealer_b.id)],
            ["|", (1, "=", 1), ("dealer_id", "!=", False), ("id", "in", ids)],
        ):
            mailing = self._mailing_of_a(mailing_domain=repr(domain), keep_archives=True)
            got = self._send(mailing.sudo())
            self.assertTrue(got)
            self.assertEqual(got.dealer_id, self.dealer_a)

    def test_a_foreign_launcher_changes_nothing(self):
        """Neither who is responsible nor a forged launcher lends the filter foreign eyes."""
        self.one_a.sudo().credit_standing = "poor"
        mailing = self._mailing_of_a(
            mailing_domain=repr([("id", "in", self.everybody.ids)]),
            user_id=self.users["oem"].id,
            launched_by_id=self.users["oem"].id,
        )
        mailing.write({"launched_by_id": self.users["oem"].id})
        self.assertEqual(mailing.launched_by_id, self.users["manager_a"])
        self.assertEqual(self._send(mailing.sudo()), self.one_a | self.two_a)

    def test_ids_over_rpc(self):
        mailing = self._mailing_of_a(mailing_domain=repr([("id", "=", self.one_a.id)]))
        refused = self._person(self.dealer_a, 9, allows=())
        # Foreign customers, one outside the filter, one who allows nothing.
        ids = (self.everybody | refused).ids
        mailing.action_send_mail(ids)
        self.assertEqual(self._receivers(mailing), self.one_a)
        sms = self._mailing_of_a(
            mailing_domain=repr([("id", "=", self.one_a.id)]), mailing_type="sms"
        )
        sms.action_send_sms(ids)
        self.assertEqual(self._receivers(sms), self.one_a)

    def test_the_composers_are_no_way_round(self):
        campaign = self._campaign(self.dealer_a, control_percent=50)
        mailing = self._mailing_of_a(
            campaign_id=campaign.id, mailing_domain=repr([("id", "in", self.everybody.ids)])
        )
        env = self._as("manager_a")
        mine = (self.one_a | self.two_a).ids
        env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "res_ids": repr(mine),
                "mass_mailing_id": mailing.id,
                "subject": "X",
                "body": "X",
            }
        )._action_send_mail()
        control = self._subjects(campaign, "control").partner_id
        self.assertEqual(len(control), 1)
        self.assertEqual(self._receivers(mailing), self.one_a + self.two_a - control)
        sms = self._mailing_of_a(
            campaign_id=campaign.id,
            mailing_domain=repr([("id", "in", mine)]),
            mailing_type="sms",
        )
        env["sms.composer"].create(
            {
                "composition_mode": "mass",
                "res_model": "res.partner",
                "res_ids": repr(mine),
                "mailing_id": sms.id,
                "body": "X",
            }
        )._action_send_sms()
        self.assertEqual(self._receivers(sms), self.one_a + self.two_a - control)

    def test_subjects_and_effects_are_written_by_steps_alone(self):
        self._send(self.mailing_network)
        subject = self._subjects(self.network)[0]
        effect = self.env["crm.campaign.effect"]._measure(self.network)[0]
        for login in ("manager_a", "oem"):
            for record in (subject, effect):
                for act in (
                    lambda r: r.unlink(),
                    lambda r: r.write({"campaign_id": self.of_a.id}),
                    lambda r: r.create({"campaign_id": self.of_a.id}),
                ):
                    with self.assertRaises(AccessError):
                        act(self._as(login, record))

    # -- What is theirs ----------------------------------------------------------------------

    def test_a_dealer_sees_the_own_customers_of_a_network_campaign(self):
        self._send(self.mailing_network)
        seen = self._as("manager_a", self.env["crm.campaign.subject"]).search(
            [("campaign_id", "=", self.network.id)]
        )
        self.assertEqual(seen.partner_id.sudo(), self.one_a | self.two_a)
        campaigns = self._as("greedy_b", self.env["utm.campaign"]).search(
            [("is_dealer_campaign", "=", True)]
        )
        self.assertIn(self.network, campaigns.sudo())
        self.assertNotIn(self.of_a, campaigns.sudo())
        self.assertEqual(self._as("manager_a", self.network).contacted_count, 2)

    def test_traces_are_the_own_dealers(self):
        self._send(self.mailing_b)
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", self.mailing_b.id)])
        self.assertTrue(traces)
        self.assertFalse(self._as("manager_a", self.env["mailing.trace"]).search([]) & traces)
        theirs = self._as("greedy_b", self.env["mailing.trace"]).search([])
        self.assertLessEqual(set(traces.ids), set(theirs.ids))
        with self.assertRaises(AccessError):
            self._as("manager_a", traces).read(["email"])

    def test_a_dealer_with_mass_mailing_sees_no_other_addresses(self):
        self.users["manager_a"].group_ids = [
            Command.link(self.env.ref("mass_mailing.group_mass_mailing_user").id)
        ]
        lists = self.env["mailing.list"].create({"name": "Network"})
        contact = self.env["mailing.contact"].create(
            {"name": "B", "email": "b@example.com", "list_ids": [Command.set(lists.ids)]}
        )
        for record in (lists, contact, self.mailing_b, self.mailing_network):
            with self.assertRaises(AccessError):
                self._as("manager_a", record).read(["display_name"])
        with self.assertRaises(AccessError):
            self._as("manager_a", self.env["mailing.mailing"]).create(
                {"subject": "X", "contact_list_ids": [Command.set(lists.ids)]}
            )

    def test_managers_work_with_forms(self):
        for login, dealer in (("manager_a", self.dealer_a), ("oem", self.env["crm.dealer"])):
            campaigns = self._as(login, self.env["utm.campaign"])
            action = self._as(login)["ir.actions.act_window"]._for_xml_id(
                "crm_dealer_club.utm_campaign_action_dealer"
            )
            views = campaigns.get_views(action["views"], {})
            self.assertIn("control_percent", views["models"]["utm.campaign"]["fields"])
            view = self.env.ref("crm_dealer_club.utm_campaign_view_form_dealer")
            form = Form(campaigns.with_context(default_is_dealer_campaign=True), view)
            form.title = "Spring"
            campaign = form.save()
            self.assertEqual(campaign.dealer_id.sudo(), dealer)
            self.assertTrue(campaign.control_seed)
            for kind in (campaign.action_new_email(), campaign.action_new_sms()):
                mailings = self._as(login, self.env["mailing.mailing"])
                mailings = mailings.with_context(**kind["context"])
                mailings.get_views([(False, "form"), (False, "list"), (False, "kanban")])
                form = Form(mailings)
                self.assertEqual(form.subject, "Spring")
                form.mailing_domain = repr([("id", "in", self.everybody.ids)])
                if form.mailing_type == "sms":
                    form.body_plaintext = "Come in"
                mailing = form.save()
                self.assertTrue(mailing.is_dealer_mailing)
                mailing.action_preview_audience()
                mailing.action_launch()
                mailing.action_cancel()
            campaign.action_open_dealer_mailings()
            campaign.unlink()
