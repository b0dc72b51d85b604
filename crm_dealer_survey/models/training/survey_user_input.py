from odoo import api, fields, models
from odoo.exceptions import AccessError

from .roles import AUDITOR


class SurveyUserInput(models.Model):
    """An attempt at the test of a training belongs to its participant (S7).

    Who works at a dealer reads none: what one answered is the next one's crib.
    """

    _inherit = "survey.user_input"

    training_participant_id = fields.Many2one(
        "crm.training.participant",
        string="Training",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=AUDITOR,
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_training_given(vals)
        return super().create([self._with_participant(vals) for vals in vals_list])

    def write(self, vals):
        self._check_training_given(vals)
        return super().write(vals)

    def _check_training_given(self, vals):
        if vals.get("training_participant_id") and not self.env.su:
            raise AccessError(
                self.env._("Tests of trainings are sent by the buttons of their participants.")
            )

    @api.model
    def _with_participant(self, vals):
        """The page starts a further attempt with the token of the first: it is the same person's.

        Only the page does, with all rights.
        """
        token = vals.get("invite_token")
        if not token or not self.env.su or vals.get("training_participant_id"):
            return vals
        one = self.env["crm.training.participant"].search(
            [("test_token", "=", token), ("training_id.survey_id", "=", vals.get("survey_id"))],
            limit=1,
        )
        return {**vals, "training_participant_id": one.id} if one else vals

    def _mark_done(self):
        result = super()._mark_done()
        # sudo: what the test says is taken whoever finished it.
        self.sudo().training_participant_id._take_results()
        return result
