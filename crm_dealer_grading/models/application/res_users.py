from odoo import api, fields, models

from .tier_definition import MODEL

# Who reads applications; the model's access list says the same.
READERS = (
    "crm_dealer_grading.group_dealer_user",
    "crm_dealer_grading.group_credit_controller",
    "crm_dealer_grading.group_oem_auditor",
    "account.group_account_manager",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    reads_credit_applications = fields.Boolean(compute="_compute_reads_credit_applications")

    @api.depends("all_group_ids")
    def _compute_reads_credit_applications(self):
        """As the rule on reviews asks, which everybody may read otherwise."""
        ref = self.env["res.groups"]._get_group_definitions().get_id
        readers = {ref(group) for group in READERS}
        for user in self:
            groups = set(user.sudo().all_group_ids.ids)  # own roles only, told as yes or no
            user.reads_credit_applications = bool(readers & groups)

    @api.model
    def review_user_count(self):
        """Of the tiers, for the menu of reviews; what is ours is named in the user's language."""
        counts = super().review_user_count()
        for count in counts:
            if count["model"] == MODEL:
                # sudo: the name of a model, which users do not read otherwise.
                count["name"] = self.env["ir.model"].sudo()._get(MODEL).name
        return counts
