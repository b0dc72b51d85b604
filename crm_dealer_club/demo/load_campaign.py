"""A network campaign that is over, one of a dealer that is being written, expected purchases."""

from datetime import timedelta

from odoo import fields

_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
_WINTER = """<p>亲爱的车主：</p>
<p>天气转冷，请到店做一次免费冬季检测：蓄电池、防冻液、轮胎、制动。</p>
<p>Winter is coming: your dealer checks battery, coolant, tyres and brakes free of charge.</p>"""
_TYRES = "安行浦东店：春季换胎立减200元，预约电话 021-0000 1001。退订回T"


class CampaignLoader:
    """What the demo network's managers did, and what they are about to do."""

    def __init__(self, env):
        self.env = env(context={**env.context, **_QUIET})
        self.now = fields.Datetime.now()
        self.dealer = env.ref("crm_dealer_grading.dealer_sh01")
        self.manager = env.ref("crm_dealer_grading.user_manager")

    def load(self):
        self._consents()
        self._questions()
        self._winter_check()
        self._tyres()
        self._purchases()

    def _consents(self):
        """Signed with the order at the dealer's desk: two of three owners allow offers."""
        offers = self.env.ref("crm_dealer_club.consent_purpose_offer")
        owners = self.env["res.partner"].search(
            [("dealer_id", "=", self.dealer.id), ("vehicle_ids", "!=", False)], order="id"
        )
        self.env["crm.club.consent"].create(
            [
                {
                    "partner_id": owner.id,
                    "purpose_id": offers.id,
                    "channel": channel,
                    "given": number % 3 < 2,
                    "date": self.now - timedelta(days=200 + number),
                    "user_id": self.manager.id,
                    "note": "签字同意书 Signed form",
                }
                for number, owner in enumerate(owners)
                for channel in ("sms", "email")
            ]
        )

    def _questions(self):
        """At all dealers three of four owners allow to be asked how satisfied they are."""
        survey = self.env.ref("crm_dealer_club.consent_purpose_survey")
        owners = self.env["res.partner"].search(
            [("dealer_id", "!=", False), ("vehicle_ids", "!=", False)], order="id"
        )
        self.env["crm.club.consent"].create(
            [
                {
                    "partner_id": owner.id,
                    "purpose_id": survey.id,
                    "channel": channel,
                    "given": number % 4 < 3,
                    "date": self.now - timedelta(days=200 + number % 100),
                    "user_id": self.manager.id,
                    "note": "签字同意书 Signed form",
                }
                for number, owner in enumerate(owners)
                for channel in ("sms", "email", "phone")
            ]
        )

    def _mailing(self, campaign, **vals):
        return self.env["mailing.mailing"].create(
            {
                "campaign_id": campaign.id,
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "email_from": '"安行车主俱乐部" <club@example.com>',
                "reply_to_mode": "new",
                "reply_to": "club@example.com",
                **vals,
            }
        )

    def _winter_check(self):
        """Sent six weeks ago to owners of the whole network; measured, with few customers."""
        campaign = self.env["utm.campaign"].create(
            {
                "title": "Winter Check 冬季关爱检测",
                "is_dealer_campaign": True,
                "control_percent": 25,
                "effect_days": 30,
                "effect_minimum": 20,
                "user_id": self.env.ref("base.user_admin").id,
            }
        )
        owners = self.env["res.partner"].search(
            [("dealer_id", "!=", False), ("vehicle_ids", "!=", False), ("is_company", "=", False)],
            order="id",
            limit=160,
        )
        mailing = self._mailing(
            campaign,
            subject="免费冬季检测 Free winter check",
            body_html=_WINTER,
            body_arch=_WINTER,
            mailing_domain=repr([("id", "in", owners.ids)]),
        )
        self._as_if_sent(mailing, owners, self.now - timedelta(days=42))
        self.env["crm.campaign.effect"]._measure(campaign)

    def _as_if_sent(self, mailing, owners, sent):
        """The demo sends nothing; one of four was left out."""
        subjects = self.env["crm.campaign.subject"]
        subjects.create(
            [
                {
                    "campaign_id": mailing.campaign_id.id,
                    "partner_id": owner.id,
                    "dealer_id": owner.dealer_id.id,
                    "arm": "control" if number % 4 == 3 else "contact",
                    "date": sent,
                    "mailing_id": mailing.id,
                }
                for number, owner in enumerate(owners)
            ]
        )
        mailing.write({"state": "done", "sent_date": sent})
        stages = self.env["utm.stage"].search([])
        mailing.campaign_id.stage_id = stages[-1:]  # the last one means sent

    def _tyres(self):
        """A dealer's own, still a draft."""
        campaign = self.env["utm.campaign"].create(
            {
                "title": "Spring Tyres 春季换胎",
                "is_dealer_campaign": True,
                "dealer_id": self.dealer.id,
                "control_percent": 20,
                "user_id": self.manager.id,
            }
        )
        self._mailing(
            campaign,
            subject="春季换胎 Spring tyres",
            mailing_type="sms",
            body_plaintext=_TYRES,
            user_id=self.manager.id,
            mailing_domain=repr([("vehicle_ids", "!=", False)]),
        )

    def _purchases(self):
        """The list of every dealer; one customer became a lead, one wants nothing."""
        candidates = self.env["crm.purchase.candidate"]
        candidates._find(self.env["crm.purchase.rule"].search([("active", "=", True)]))
        mine = candidates.search([("dealer_id", "=", self.dealer.id)], order="id")
        mine[:2]._make_cards()
        mine[2:3].action_dismiss()


def load(env):
    """Load the demo data of campaigns and expected purchases."""
    CampaignLoader(env).load()
