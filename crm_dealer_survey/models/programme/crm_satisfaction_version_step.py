from odoo import models
from odoo.exceptions import AccessError, UserError

MANAGER = "crm_dealer_grading.group_oem_manager"


class CrmSatisfactionVersion(models.Model):
    """Steps of a version: opened, closed, followed by the next."""

    _inherit = "crm.satisfaction.version"

    def _check_may_manage(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Versions are opened, closed and copied by the manufacturer's manager. "
                    "Ask that person."
                )
            )

    def action_open(self):
        """Put the version to use; the one in use before is closed (its open links still work)."""
        self._check_may_manage()
        for version in self:
            version._check_ready()
            siblings = version.programme_id.version_ids
            siblings.filtered(lambda v: v.state == "current")._stepping().state = "closed"
            siblings.flush_recordset(["state"])
            version._stepping().state = "current"
        return True

    def action_close(self):
        """Nobody is invited any more; links that are out work until their deadline."""
        self._check_may_manage()
        self._stepping().state = "closed"
        return True

    def _check_ready(self):
        """Refuse a questionnaire that gives no index, with what is missing."""
        items = self.question_ids.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        if not items:
            raise UserError(
                self.env._(
                    "%s has no question on satisfaction yet. Add some, each with its factor.",
                    self.display_name,
                )
            )
        if lost := items.filtered(lambda q: q.satisfaction_factor_id.version_id != self):
            raise UserError(
                self.env._(
                    "“%(question)s” has no factor of this version. Choose one, so that it counts.",
                    question=lost[0].title,
                )
            )

    def action_new_version(self):
        """Copy the version into a draft that can be changed, and open it."""
        self._check_may_manage()
        self.ensure_one()
        new = self.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def copy(self, default=None):
        """With factors and questions, in all languages."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            factors = {
                factor: factor.copy({"version_id": new.id}) for factor in old.factor_ids
            }
            for question in old.question_ids:
                question.copy(
                    {
                        "survey_id": new.survey_id.id,
                        "satisfaction_version_id": new.id,
                        "satisfaction_factor_id": factors.get(
                            question.satisfaction_factor_id, old.factor_ids.browse()
                        ).id,
                    }
                )
        return copies

    def action_test(self):
        """Open the questionnaire as a customer sees it; the answer counts nowhere."""
        self._check_may_manage()
        self.ensure_one()
        [answer] = self._invite([{"test_entry": True}])
        return answer._open_page()

    def action_open_answers(self):
        """Open the answers to the version."""
        return self.env["survey.user_input"]._open_answers(
            [("satisfaction_version_id", "in", self.ids)]
        )
