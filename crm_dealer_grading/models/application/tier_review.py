from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_credit_application import STEP
from .tier_definition import MODEL


class TierReview(models.Model):
    """Reviews of credit applications change by the steps of the application alone (K2).

    Every user may write reviews; those of other models stay as they are.
    """

    _inherit = "tier.review"

    # For the rule that keeps reviews of other dealers' applications from sight.
    credit_application_id = fields.Many2one(
        "crm.credit.application", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    credit_step = fields.Selection(related="definition_id.credit_step")

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create([self._credit_vals(vals) for vals in vals_list])
        reviews._check_credit_step()
        return reviews

    @api.model
    def _credit_vals(self, vals):
        """Values with the application that the reviewed record is."""
        ours = vals.get("model") == MODEL
        return {**vals, "credit_application_id": vals.get("res_id") if ours else False}

    def write(self, vals):
        self._check_credit_step(vals)
        result = super().write(vals)
        self._check_credit_step()
        return result

    def unlink(self):
        self._check_credit_step()
        return super().unlink()

    def _in_step(self):
        return self.with_context(credit_application_step=STEP)

    def _check_credit_step(self, vals=()):
        """Refuse what is not a step of the application."""
        if self.env.context.get("credit_application_step") is STEP:
            return
        # sudo: which record is reviewed decides, whoever asks.
        if "credit_application_id" in vals or self.sudo()._of_credit():
            raise AccessError(self.env["crm.credit.application"]._state_refusal())

    def _of_credit(self):
        return self.filtered(lambda review: review.model == MODEL or review.credit_application_id)

    def _update_review_status(self):
        """Of the tiers, asked by the counter of reviews too: whose turn it is follows the order."""
        ours = self.sudo()._of_credit()
        # sudo: the order is that of all steps, also those of companies not selected.
        super(TierReview, ours._in_step())._update_review_status()
        return super(TierReview, self - ours)._update_review_status()

    # ---------------------------------------------------------------- who may

    @api.model
    def _get_reviewer_fields(self):
        return [
            *super()._get_reviewer_fields(),
            "credit_application_id.editor_ids",
            "credit_application_id.submitted_by_id",
            "credit_application_id.dealer_id.user_ids",
        ]

    def _get_reviewers(self):
        if self.model == MODEL:
            return self._eligible_users()
        return super()._get_reviewers()

    def _eligible_users(self):
        """Who may decide on a review of an application, as roles are now.

        Not who filed or edited it, nor who approved another step; nor who cannot open it.
        """
        self.ensure_one()
        review = self.sudo()  # roles of others are asked for, and told as names
        application = review.credit_application_id
        approved = application.review_ids.filtered(lambda r: r.status == "approved" and r != review)
        users = review._credit_role_holders()
        users -= application.editor_ids | application.submitted_by_id | approved.done_by
        return users.filtered(
            lambda user: user.active
            and not user.share
            and application.company_id in user.company_ids
            and (not user.dealer_scoped or application.dealer_id in user.dealer_ids)
        )

    def _credit_role_holders(self):
        """Users whom the step names: managers of the dealer, a group, one person."""
        definition = self.definition_id
        if definition.review_type == "group":
            return definition.reviewer_group_id.all_user_ids
        if definition.review_type == "individual":
            return definition.reviewer_id
        return self.credit_application_id[definition.reviewer_field_id.name or "manager_ids"]
