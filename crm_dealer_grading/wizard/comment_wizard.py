from odoo import models

MODEL = "crm.credit.application"


class CommentWizard(models.TransientModel):
    """The tiers' dialog for comments; on applications the decision goes through its steps."""

    _inherit = "comment.wizard"

    def add_comment(self):
        if self.res_model != MODEL:
            return super().add_comment()
        # The record decides which review it is; what the dialog was given is not believed.
        application = self.env[MODEL].browse(self.res_id)
        if self.validate_reject == "validate":
            return application.action_approve(self.comment)
        return application.action_refuse(self.comment)
