"""Answers, and who waits to be asked, follow leads and customers through merges (S1, S2)."""

from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        ours = opportunities.filtered("dealer_id")
        if ours:  # of others nothing is asked
            # sudo: who may merge the leads may merge what hangs on them.
            answers = self.env["survey.user_input"].sudo()
            answers.search([("satisfaction_lead_id", "in", ours.ids)]).satisfaction_lead_id = self
            drawn = self.env["crm.satisfaction.sample.line"].sudo()  # sudo: as above
            drawn.search([("lead_id", "in", ours.ids)]).lead_id = self
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _after_merge(self):
        """Keys moved behind the ORM's back: the answers' customer may be the contact's company."""
        result = super()._after_merge()
        # sudo: who may merge the customers may merge what hangs on them.
        answers = self.env["survey.user_input"].sudo().search(
            [("satisfaction_version_id", "!=", False), ("partner_id", "in", self.ids)]
        )  # fmt: skip
        for partner in self:
            customer = partner.commercial_partner_id
            moved = answers.filtered(
                lambda a, p=partner, c=customer: a.partner_id == p and a.commercial_partner_id != c
            )
            moved.commercial_partner_id = customer
            self.env["crm.satisfaction.score"].sudo()._store(moved)
        return result
