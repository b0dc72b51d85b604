"""Versions of a scorecard: draft, in use, replaced; one in use for each code (K1)."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.touch import touch
from .crm_credit_scorecard import _STEP


class CrmCreditScorecard(models.Model):
    _inherit = "crm.credit.scorecard"

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        if "code" not in default:
            for card, vals in zip(self, vals_list, strict=True):
                vals["code"] = self._free_code(card.code)
                vals["name"] = self.env._("%s (copy)", card.name)
        return vals_list

    def _free_code(self, code):
        """The code of a copy; copies may have been copied before."""
        # sudo: also those that the user may not see hold their code.
        cards = self.sudo().with_context(active_test=False)
        code += "_copy"
        while cards.search_count([("code", "=", code)], limit=1):
            code += "_copy"
        return code

    def action_new_version(self):
        """Open a draft copy with the next version number.

        :raise AccessError: the user does not configure scorecards
        """
        self.ensure_one()
        self._check_step()
        cards = self.with_context(active_test=False)
        last = cards.search([("code", "=", self.code)], order="version desc", limit=1)
        following = self.with_context(scorecard_step=_STEP, default_version=last.version + 1)
        draft = following.copy({"code": self.code})
        return draft.with_env(self.env)._get_records_action()

    def action_activate(self):
        """Put drafts into use in place of the version that was.

        :raise AccessError: the user does not configure scorecards
        :raise UserError: not a draft, or it could not assess anybody
        """
        self._check_step()
        for card in self:
            touch(card)
            if card.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is no draft. Make a new version to change it.", card.display_name
                    )
                )
            card._check_usable()
            cards = self.with_context(active_test=False)
            former = cards.search([("code", "=", card.code), ("state", "=", "active")])
            former._store({"state": "replaced"})
            former.flush_recordset()  # the key allows one in use at any moment
            card._store(
                {
                    "state": "active",
                    "activated_on": fields.Datetime.now(),
                    "activated_by_id": self.env.uid,
                }
            )
            card.flush_recordset()
        return True

    def _activate_shipped(self):
        """Put the cards of the data files into use, once, when a database gets them."""
        cards = self.filtered(lambda card: card.state == "draft" and card.version == 1)
        for card in cards:
            if not card.search_count([("code", "=", card.code), ("id", "!=", card.id)], limit=1):
                card.action_activate()

    def _check_usable(self):
        """Refuse a card by which no assessment could be done.

        :raise UserError: with what is missing
        """
        lowest = min(self.band_ids.mapped("min_score"), default=None)
        if not self.criterion_ids:
            reason = self.env._("add criteria")
        elif lowest is None or lowest > 0:
            reason = self.env._("add a band from 0 points on, so that every score has a class")
        elif self.limit_method == "share" and not any(self.band_ids.mapped("share")):
            reason = self.env._("give the bands a share of the figure")
        elif self.limit_method == "table" and not any(self.band_ids.mapped("limit")):
            reason = self.env._("give the bands a limit")
        else:
            return
        raise UserError(
            self.env._(
                "“%(card)s” cannot be used yet: %(reason)s.",
                card=self.display_name,
                reason=reason,
            )
        )

    def _mark_used(self):
        """Called when an assessment is done: from now on the version does not change."""
        fresh = self.filtered(lambda card: not card.used_on)
        fresh._store({"used_on": fields.Datetime.now()})

    def action_open_assessments(self):
        """Open the assessments that were made with the scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_credit_assessment_action"
        )
        action.update(
            domain=[("scorecard_id", "=", self.id)], context={"default_scorecard_id": self.id}
        )
        return action
