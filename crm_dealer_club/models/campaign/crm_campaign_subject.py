from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.touch import touch

# Of each dealer's customers, in an order that the seed decides, every n-th on average is left
# out. The count runs on over the dealers, so that shares of a customer add up to whole ones, and
# over mailings: of customers who come in one by one every n-th is left out as well.
_ASSIGN = """
INSERT INTO crm_campaign_subject
       (campaign_id, partner_id, dealer_id, arm, date, mailing_id,
        create_uid, create_date, write_uid, write_date)
SELECT %(campaign)s, chosen.customer, chosen.dealer_id,
       CASE WHEN (chosen.place * %(percent)s + %(start)s) / 100
                 > ((chosen.place - 1) * %(percent)s + %(start)s) / 100
            THEN 'control' ELSE 'contact' END,
       %(now)s, %(mailing)s, %(uid)s, %(now)s, %(uid)s, %(now)s
  FROM (SELECT p.id AS customer, p.dealer_id,
               row_number() OVER (
                   ORDER BY p.dealer_id NULLS FIRST, md5(%(seed)s || '/' || p.id::text), p.id
               ) + (SELECT count(*) FROM crm_campaign_subject o
                     WHERE o.campaign_id = %(campaign)s) AS place
          FROM res_partner p
         WHERE p.id IN (SELECT reached.customer FROM (%(reached)s) reached)
           AND NOT EXISTS (SELECT FROM crm_campaign_subject s
                            WHERE s.campaign_id = %(campaign)s AND s.partner_id = p.id)
       ) chosen
ON CONFLICT (campaign_id, partner_id) DO NOTHING"""


class CrmCampaignSubject(models.Model):
    """A customer of a campaign: contacted, or left out as a control (M11). One row, for good."""

    _name = "crm.campaign.subject"
    _description = "Customer of a Campaign"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's home dealer on that day.",
    )
    arm = fields.Selection(
        [("contact", "Contacted"), ("control", "Control Group")],
        string="Group",
        required=True,
        readonly=True,
    )
    date = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        help="When the campaign's first mailing to this customer went out, or was left out.",
    )
    mailing_id = fields.Many2one(
        "mailing.mailing",
        string="First Mailing",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _customer_uniq = models.Constraint(
        "UNIQUE(campaign_id, partner_id)", "A customer is in a campaign once."
    )

    @api.model
    def _assign(self, mailing, reached):
        """Put the customers whom a mailing reaches into its campaign, once and for all.

        :param mailing: of a customer campaign
        :param SQL reached: rows with a column ``customer``
        """
        campaign = mailing.campaign_id
        # Two mailings that go out at the same instant meet here: the second is repeated.
        touch(campaign)
        self.flush_model()
        seed = campaign.control_seed or f"campaign-{campaign.id}"
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                _ASSIGN,
                campaign=campaign.id,
                percent=campaign.control_percent,
                # Where the counting begins is as random as the order: a dealer with one
                # customer has its chance to be left out.
                start=SQL("('x' || left(md5(%s), 6))::bit(24)::int %% 100", seed),
                seed=seed,
                reached=reached,
                now=now,
                mailing=mailing.id,
                uid=self.env.uid,
            )
        )
        self.env.invalidate_all(flush=False)
