from odoo import fields, models


class CrmRescueFault(models.Model):
    """What makes a vehicle stop, and what help costs without a card (M8)."""

    _name = "crm.rescue.fault"
    _description = "Kind of Breakdown"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    dangerous = fields.Boolean(
        help="People may be hurt: the rescue is marked as danger and comes first on the board."
    )
    product_id = fields.Many2one(
        "product.product",
        domain="[('sale_ok', '=', True), ('type', '=', 'service')]",
        ondelete="restrict",
        help="What is sold when the help is charged. Its sales price is the fee without a card; "
        "without a product the help is free.",
    )
    online = fields.Boolean(
        string="Members Can Choose It",
        default=True,
        help="Offered on the members' page “I need help”.",
    )
