from odoo import api, models


class CrmDealer(models.Model):
    """Hook between who keeps complaints and who assesses dealers by them (S9)."""

    _inherit = "crm.dealer"

    @api.model
    @api.private
    def _complaint_facts(self, begin, end):
        """Hook: complaints received in ``[begin, end)``, days of the company; with all rights.

        :return: ``{dealer id: {"same_matter": most complaints on one matter in a calendar month,
            "total": number of complaints, "late": how many were answered or solved late, or are
            waiting past a deadline}}``, of dealers with any. Nothing where nobody keeps complaints.
        """
        return {}
