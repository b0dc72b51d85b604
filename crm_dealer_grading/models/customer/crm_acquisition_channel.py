from odoo import fields, models


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
