from odoo import fields, models


class CrmCreditClass(models.Model):
    """How far a customer is trusted (K1): the better the class, the larger the deals (K3)."""

    _name = "crm.credit.class"
    _description = "Credit Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark on badges and in exports, e.g. AA.")
    sequence = fields.Integer(default=10, help="The best class comes first.")
    color = fields.Integer(aggregator=None)
    active = fields.Boolean(default=True)
    policy = fields.Text(translate=True, help="What deals customers of this class are given.")

    _code_uniq = models.Constraint("UNIQUE(code)", "There is a class with this code already.")
