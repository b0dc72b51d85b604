from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    is_vehicle = fields.Boolean(
        string="Vehicles",
        help="What is sold in this category and those below it is a vehicle; all else that an "
        "owner buys counts as related sales.",
    )
