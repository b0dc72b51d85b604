from odoo import fields, models


class CrmCareEffectPair(models.Model):
    """A customer who was written to, and the similar one who was not (M5)."""

    _name = "crm.care.effect.pair"
    _description = "Pair Compared for the Effect of Care"
    _order = "id"
    _rec_name = "partner_id"

    effect_id = fields.Many2one(
        "crm.care.effect", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="effect_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Written to", readonly=True, index=True, ondelete="cascade"
    )
    control_id = fields.Many2one(
        "res.partner", string="Similar Customer", readonly=True, index=True, ondelete="cascade"
    )
    control_dealer_id = fields.Many2one(
        "crm.dealer", string="Dealer of the Similar Customer", readonly=True, ondelete="cascade",
        index="btree_not_null",
    )  # fmt: skip
    date = fields.Datetime(string="Written on", readonly=True)
    visits_before = fields.Integer(readonly=True)
    visits_after = fields.Integer(readonly=True)
    revenue_before = fields.Monetary(readonly=True)
    revenue_after = fields.Monetary(readonly=True)
    control_visits_before = fields.Integer(string="Similar: Visits Before", readonly=True)
    control_visits_after = fields.Integer(string="Similar: Visits After", readonly=True)
    control_revenue_before = fields.Monetary(string="Similar: Revenue Before", readonly=True)
    control_revenue_after = fields.Monetary(string="Similar: Revenue After", readonly=True)
