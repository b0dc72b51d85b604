from odoo import models


class CrmFollowupAttempt(models.Model):
    _inherit = "crm.followup.attempt"

    # Of today, and of a period by hour.
    _date_index = models.Index("(date)")
