"""Factories of the tests of campaigns and win-back."""

from unittest.mock import patch

from odoo import Command, fields

from .common import ClubCase


class CampaignCase(ClubCase):
    """Two dealers with customers who allow offers; nothing is quiet, whatever the hour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).write({"care_quiet_from": 0, "care_quiet_to": 0})
        cls.partner_model = cls.env["ir.model"]._get("res.partner")
        cls.offer = cls.env.ref("crm_dealer_club.consent_purpose_offer")

    @classmethod
    def _person(cls, dealer, number, allows=("email", "sms"), **vals):
        """A customer with addresses of its own who allows offers on some ways."""
        person = cls._customer(
            dealer,
            **{
                "name": f"Campaign {dealer.code} {number}",
                "email": f"campaign.{dealer.code}.{number}@example.com",
                "phone": f"+86 138 0000 {number:04d}",
                "country_id": cls.env.ref("base.cn").id,
                **vals,
            },
        )
        cls._allow(person, *allows)
        return person

    @classmethod
    def _allow(cls, person, *channels, given=True):
        cls.env["crm.club.consent"].create(
            [
                {
                    "partner_id": person.id,
                    "purpose_id": cls.offer.id,
                    "channel": channel,
                    "given": given,
                }
                for channel in channels
            ]
        )

    @classmethod
    def _campaign(cls, dealer=None, **vals):
        return cls.env["utm.campaign"].create(
            {
                "title": "Test Campaign",
                "is_dealer_campaign": True,
                "dealer_id": dealer.id if dealer else False,
                "control_percent": 0,
                "user_id": cls.env.uid,
                **vals,
            }
        )

    @classmethod
    def _mailing(cls, campaign, people, **vals):
        """An e-mail to ``people``, waiting to be sent."""
        return cls.env["mailing.mailing"].create(
            {
                "subject": "Winter check",
                "body_html": "<p>Come in</p>",
                "body_plaintext": "Come in",
                "mailing_model_id": cls.partner_model.id,
                "mailing_domain": repr([("id", "in", people.ids)]),
                "campaign_id": campaign.id,
                "email_from": "oem@example.com",
                "reply_to_mode": "new",
                "reply_to": "oem@example.com",
                **vals,
            }
        )

    def _send(self, mailing):
        """As the queue's job does it."""
        mailing.action_put_in_queue()
        with self._no_commit():
            mailing.env["mailing.mailing"]._process_mass_mailing_queue()
        return self._receivers(mailing)

    def _no_commit(self):
        """Jobs commit after each step; tests are one transaction."""
        cron = type(self.env["ir.cron"])
        return patch.object(cron, "_commit_progress", lambda *_args, **_kw: float("inf"))

    def _receivers(self, mailing):
        """Who got it: those with a trace that is no failure."""
        self.env.flush_all()
        traces = self.env["mailing.trace"].search(
            [
                ("mass_mailing_id", "=", mailing.id),
                ("trace_status", "not in", ("cancel", "error", "bounce")),
            ]
        )
        return self.env["res.partner"].browse(sorted(set(traces.mapped("res_id"))))

    def _subjects(self, campaign, arm=None):
        domain = [("campaign_id", "=", campaign.id)] + ([("arm", "=", arm)] if arm else [])
        return self.env["crm.campaign.subject"].search(domain, order="partner_id")

    @classmethod
    def _cap(cls, partner, most):
        """Put a customer at a level with at most so many contacts a month."""
        level = cls.env.ref("crm_dealer_grading.level_value_ordinary")
        level.max_contacts_month = most
        results = cls.env["crm.grading.result"].sudo()
        results.search(
            [("partner_id", "=", partner.id), ("scheme_id", "=", level.scheme_id.id)]
        ).unlink()
        results.create(
            {
                "partner_id": partner.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "dealer_id": partner.dealer_id.id,
            }
        )

    @classmethod
    def _at(cls, xmlid, partner, **vals):
        """Put a customer at a level of a shipped scheme."""
        level = cls.env.ref(f"crm_dealer_grading.{xmlid}")
        results = cls.env["crm.grading.result"].sudo()
        results.search(
            [("partner_id", "=", partner.id), ("scheme_id", "=", level.scheme_id.id)]
        ).unlink()
        return results.create(
            {
                "partner_id": partner.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "since": fields.Date.today(),
                "dealer_id": partner.dealer_id.id,
                **vals,
            }
        )

    @classmethod
    def _marketer(cls):
        """No role of ours, with the ERP's own right to mass mailings."""
        return cls.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Marketer",
                "login": "test_marketer",
                "email": "marketer@example.com",
                "group_ids": [
                    Command.set(
                        [
                            cls.env.ref("base.group_user").id,
                            cls.env.ref("mass_mailing.group_mass_mailing_user").id,
                        ]
                    )
                ],
            }
        )  # fmt: skip
