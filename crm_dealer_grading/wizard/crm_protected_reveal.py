from odoo import fields, models

from ..tools.crypto import SecretLostError


class CrmProtectedReveal(models.TransientModel):
    """Shows a protected value to the one user whose look was recorded; stores nothing of it."""

    _name = "crm.protected.reveal"
    _description = "Protected Value"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("access_id",)

    access_id = fields.Many2one(
        "crm.protected.access", required=True, groups=fields.NO_ACCESS, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", compute="_compute_value")
    value = fields.Char(string="ID Number", compute="_compute_value")

    def _compute_value(self):
        for reveal in self:
            # sudo: whose look was recorded is asked instead of rights on the log.
            access = reveal.sudo().access_id
            mine = access.user_id == self.env.user and access.field_name == "id_number"
            reveal.partner_id = access.partner_id if mine else False
            try:
                reveal.value = access.partner_id._id_number_plain() if mine else False
            except (SecretLostError, ValueError):
                reveal.value = False
