from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmAcquisitionChannel(models.Model):
    """The way a customer came to be known (C1)."""

    _name = "crm.acquisition.channel"
    _description = "Acquisition Channel"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("direct", "Direct"), ("indirect", "Indirect")],
        required=True,
        default="direct",
        help="Direct: the customer was in touch with us. "
        "Indirect: the data came from public or bought sources.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_count = fields.Integer(string="Customers", compute="_compute_partner_count")

    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("acquisition_channel_id", "in", self.ids)],
                ["acquisition_channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.partner_count = counts.get(channel, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = [("acquisition_channel_id", "in", self.ids)]
        # sudo: also what the user does not see would lose its channel.
        for model in ("res.partner", "crm.lead"):
            if self.env[model].sudo().with_context(active_test=False).search_count(used, limit=1):
                raise UserError(
                    self.env._("This channel brought customers or leads. Archive it instead.")
                )
