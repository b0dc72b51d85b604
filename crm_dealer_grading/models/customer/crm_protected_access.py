from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmProtectedAccess(models.Model):
    """Who looked at which protected value of whom, and when (P4). Append-only."""

    _name = "crm.protected.access"
    _description = "Access to Protected Data"
    _order = "id desc"
    _rec_name = "field_name"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    # The log outlives an erased customer, whose number then is all that is left.
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="set null"
    )
    partner_number = fields.Integer(string="Customer ID", readonly=True, aggregator=None)
    field_name = fields.Char(string="Data", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    reason = fields.Char()

    @api.model
    def _log(self, partner, field_name, reason=None):
        """Record that the current user sees ``field_name`` of ``partner``; return the row."""
        # sudo: nobody may write the log; the caller has checked the right to look.
        return self.sudo().create(
            {
                "user_id": self.env.uid,
                "partner_id": partner.id,
                "partner_number": partner.id,
                "field_name": field_name,
                "reason": reason,
            }
        )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The log of accesses to protected data cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of accesses to protected data cannot be deleted."))
