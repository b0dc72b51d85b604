from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.defaults import without_defaults


class CrmLead(models.Model):
    """The expected purchase that a prospect card was made from (M11)."""

    _inherit = "crm.lead"

    purchase_candidate_id = fields.Many2one(
        "crm.purchase.candidate",
        string="Expected Purchase",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="crm_dealer_grading.group_access",
    )

    _purchase_candidate_uniq = models.UniqueIndex(
        "(purchase_candidate_id) WHERE purchase_candidate_id IS NOT NULL",
        "This expected purchase has its lead already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = without_defaults(self, ["purchase_candidate_id"])
        return super(CrmLead, leads).create(
            [self._without_candidate(vals) for vals in vals_list]
        ).with_env(self.env)  # fmt: skip

    def write(self, vals):
        return super().write(self._without_candidate(vals))

    @api.model
    def _without_candidate(self, vals):
        """What a card was made from is written by the step that makes it, not by hand."""
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name != "purchase_candidate_id"}
