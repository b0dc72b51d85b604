"""Who has no role of ours notices nothing of campaigns to customers."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignOthers(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._marketer()
        cls.silent = cls._person(cls.dealer_a, 1, allows=())

    def _own(self, record):
        return record.with_user(self.marketer)

    def test_their_mailings_are_the_erps(self):
        """No gate, no control group, no contact log, no more queries than the ERP makes."""
        campaign = self._own(self.env["utm.campaign"]).create({"title": "Theirs"})
        self.assertFalse(campaign.is_dealer_campaign)
        self.assertFalse(campaign.dealer_id)
        mailing = self._own(self.env["mailing.mailing"]).create(
            {
                "subject": "Theirs",
                "body_html": "<p>X</p>",
                "email_from": "m@example.com",
                "reply_to_mode": "new",
                "reply_to": "m@example.com",
                "mailing_model_id": self.partner_model.id,
                "mailing_domain": repr([("id", "=", self.silent.id)]),
                "campaign_id": campaign.id,
            }
        )
        self.assertFalse(mailing.launched_by_id)
        self.assertEqual(self._send(mailing.sudo()), self.silent)
        self.assertFalse(self._subjects(campaign))
        self.assertFalse(
            self.env["crm.contact.log"].search([("partner_id", "=", self.silent.id)])
        )
        campaign.unlink()

    def test_their_screens(self):
        views = self._own(self.env["mailing.mailing"]).get_views([(False, "form")])
        self.assertNotIn("is_dealer_mailing", views["views"]["form"]["arch"])
        self.assertNotIn("action_preview_audience", views["views"]["form"]["arch"])
        form = Form(self._own(self.env["mailing.mailing"]))
        form.subject = "Theirs"
        form.mailing_model_id = self.partner_model
        self.assertFalse(form.save().campaign_id)
        menus = self._own(self.env["ir.ui.menu"])._visible_menu_ids()
        self.assertNotIn(self.env.ref("crm_dealer_club.menu_campaign").id, menus)

    def test_lists_of_addresses(self):
        lists = self._own(self.env["mailing.list"]).create({"name": "L"})
        contact = self._own(self.env["mailing.contact"]).create(
            {"name": "C", "email": "c@example.com", "list_ids": [Command.set(lists.ids)]}
        )
        mailing = self._own(self.env["mailing.mailing"]).create(
            {
                "subject": "Theirs",
                "body_html": "<p>X</p>",
                "email_from": "m@example.com",
                "contact_list_ids": [Command.set(lists.ids)],
            }
        )
        self.assertEqual(mailing._get_recipients(), contact.ids)

    def test_they_cannot_make_one_of_ours(self):
        campaigns = self._own(self.env["utm.campaign"])
        for vals in ({"is_dealer_campaign": True}, {"dealer_id": self.dealer_a.id}):
            with self.assertRaises(UserError):
                campaigns.create({"title": "X", **vals})
        ours = self._campaign()
        with self.assertRaises(AccessError):
            self._own(ours).write({"control_percent": 0, "is_dealer_campaign": False})
        # What is the ERP's of it stays theirs to edit.
        self._own(ours).write({"title": "Renamed"})
