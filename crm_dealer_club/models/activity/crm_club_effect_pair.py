from odoo import fields, models


class CrmClubEffectPair(models.Model):
    """A participant and the similar member who did not take part (M4)."""

    _name = "crm.club.effect.pair"
    _description = "Pair Compared for the Effect of an Activity"
    _order = "id"
    _rec_name = "membership_id"

    effect_id = fields.Many2one(
        "crm.club.effect", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(related="effect_id.dealer_id", store=True, index=True)
    currency_id = fields.Many2one(related="effect_id.currency_id")
    membership_id = fields.Many2one(
        "crm.club.membership", string="Participant's Card", readonly=True, required=True,
        ondelete="cascade", index=True,
    )  # fmt: skip
    control_id = fields.Many2one(
        "crm.club.membership", string="Similar Member's Card", readonly=True, required=True,
        ondelete="cascade", index=True,
    )  # fmt: skip
    partner_id = fields.Many2one(related="membership_id.partner_id", string="Participant")
    control_partner_id = fields.Many2one(related="control_id.partner_id", string="Similar Member")
    visits_before = fields.Integer(readonly=True)
    visits_after = fields.Integer(readonly=True)
    revenue_before = fields.Monetary(readonly=True)
    revenue_after = fields.Monetary(readonly=True)
    control_visits_before = fields.Integer(string="Similar: Visits Before", readonly=True)
    control_visits_after = fields.Integer(string="Similar: Visits After", readonly=True)
    control_revenue_before = fields.Monetary(string="Similar: Revenue Before", readonly=True)
    control_revenue_after = fields.Monetary(string="Similar: Revenue After", readonly=True)

    _member_uniq = models.Constraint(
        "UNIQUE(effect_id, membership_id)", "A participant is compared once."
    )
    _control_uniq = models.Constraint(
        "UNIQUE(effect_id, control_id)", "A similar member is compared once."
    )
