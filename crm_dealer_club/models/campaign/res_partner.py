from odoo import api, fields, models

from .utm_campaign import MANAGER_GROUPS

ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    """A customer's campaigns and expected purchases (M11)."""

    _inherit = "res.partner"

    purchase_candidate_count = fields.Integer(
        string="Expected Purchases", compute="_compute_customer_counts", groups=ACCESS
    )
    campaign_subject_ids = fields.One2many(
        "crm.campaign.subject", "partner_id", string="Campaigns", groups=MANAGER_GROUPS
    )

    @api.model
    def _customer_counters(self):
        candidates = ("crm.purchase.candidate", "partner_id", [("state", "!=", "dismissed")])
        return {**super()._customer_counters(), "purchase_candidate_count": candidates}

    @api.model
    def _following_dealer(self):
        return (*super()._following_dealer(), "crm.purchase.candidate")

    def action_open_purchase_candidates(self):
        """Open the purchases that are expected of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_purchase_candidate_action"
        )
        return {
            **action,
            "domain": self._counted_domain("purchase_candidate_count"),
            "context": {},
        }
