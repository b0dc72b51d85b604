from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.counting import count_by

from .roles import DEALER_MANAGER


class CrmDealer(models.Model):
    """A dealer's people and their training (S7)."""

    _inherit = "crm.dealer"

    training_person_count = fields.Integer(
        string="People in Training", compute="_compute_training_counts"
    )
    training_lack_count = fields.Integer(
        string="Missing Certificates", compute="_compute_training_counts"
    )
    training_need_count = fields.Integer(
        string="Training Needs", compute="_compute_training_counts"
    )
    today_training_count = fields.Integer("Trainings This Week", compute="_compute_today")
    today_training_mine = fields.Integer("My Trainings This Week", compute="_compute_today")

    @api.model
    def _today_figures(self):
        week = Domain("day", ">=", "today") & Domain("day", "<", "today +7d")
        held = Domain("session_id.state", "in", ("announced", "held"))
        return {
            **super()._today_figures(),
            "training": (
                "crm.training.participant",
                Domain("state", "=", "registered") & week & held,
                "partner_id.user_ids",
                "crm_dealer_survey.crm_training_participant_action",
            ),
        }

    @api.depends_context("uid")
    def _compute_training_counts(self):
        lacks = [("status", "in", ("missing", "expired"))]
        wanted = [("state", "not in", ("done", "refused"))]
        people = count_by(self.env["crm.training.person"], "dealer_id", self)
        lacking = count_by(self.env["crm.training.standing"], "dealer_id", self, lacks)
        needs = count_by(self.env["crm.training.need"], "dealer_id", self, wanted)
        for dealer in self:
            dealer.training_person_count = people.get(dealer._origin, 0)
            dealer.training_lack_count = lacking.get(dealer._origin, 0)
            dealer.training_need_count = needs.get(dealer._origin, 0)

    def _training_manager(self):
        """Who looks after training at the dealer: its manager, else another one of it."""
        if not self:
            return self.env["res.users"]
        dealer = self.sudo()  # sudo: who works there with which role, for a to-do
        group = self.env.ref(DEALER_MANAGER)
        managers = dealer.user_ids.filtered(lambda u: u.active and group in u.all_group_ids)
        return ((dealer.manager_id & managers) or managers[:1]).sudo(False)

    def action_open_training_people(self):
        """Open the dealer's people on the training register."""
        return self._open("crm_dealer_survey.crm_training_person_action", [])

    def action_open_training_standing(self):
        """Open which certificates the dealer's people need."""
        return self._open(
            "crm_dealer_survey.crm_training_standing_action",
            [("status", "in", ("missing", "expired"))],
        )

    def action_open_training_needs(self):
        """Open what the dealer's people have to learn."""
        return self._open("crm_dealer_survey.crm_training_need_action", [])

    def action_ask_for_training(self):
        """Write a training need of the dealer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Training Need"),
            "res_model": "crm.training.need",
            "views": [(False, "form")],
            "context": {"default_dealer_id": self.id},
        }

    # ------------------------------------------------------------ training record, printed

    def _training_record(self):
        """What the dealer's people attended and passed, with the reader's rights.

        :return: ``[(participant)]`` in the order of day, and the standing of the people
        """
        self.ensure_one()
        attended = self.env["crm.training.participant"].search(
            [("dealer_id", "=", self.id), ("state", "=", "attended")], order="name, day, id"
        )
        standing = self.env["crm.training.standing"].search(
            [("dealer_id", "=", self.id)], order="person_id, training_id"
        )
        return {"attended": attended, "standing": standing}
