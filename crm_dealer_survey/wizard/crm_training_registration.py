from odoo import fields, models
from odoo.exceptions import UserError


class CrmTrainingRegistration(models.TransientModel):
    """Registers people for a session: a dealer's manager changes nothing else of it (S7)."""

    _name = "crm.training.registration"
    _inherit = ["crm.dealer.dialog"]
    _description = "Register for a Training"
    _rec_name = "session_id"
    _in_sight = ("session_id", "person_ids")

    session_id = fields.Many2one(
        "crm.training.session", required=True, readonly=True, ondelete="cascade"
    )
    seats_left = fields.Integer(related="session_id.seats_left")
    person_ids = fields.Many2many(
        "crm.training.person",
        "crm_training_registration_person_rel",
        "registration_id",
        "person_id",
        string="Who Takes Part",
    )

    def action_register(self):
        """Register those chosen; who was unregistered before comes after all.

        :raise UserError: nobody is chosen, or what the participation itself refuses
        """
        self.ensure_one()
        if not self.person_ids:
            raise UserError(self.env._("Choose who takes part."))
        there = self.env["crm.training.participant"].search(
            [("session_id", "=", self.session_id.id), ("person_id", "in", self.person_ids.ids)]
        )
        there.filtered(lambda one: one.state == "cancelled").action_register_again()
        there.create(
            [
                {"session_id": self.session_id.id, "person_id": person.id}
                for person in self.person_ids - there.person_id
            ]
        )
        return {"type": "ir.actions.act_window_close"}
