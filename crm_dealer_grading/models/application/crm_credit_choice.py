from odoo import fields, models


class CrmCreditChoice(models.Model):
    """A box to tick on the master-data application: tier of the city, kind of channel (K2)."""

    _name = "crm.credit.choice"
    _description = "Choice on Credit Applications"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("city", "City Tier"), ("channel", "Channel")],
        required=True,
        default="channel",
        help="The line of the form on which the box stands.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
