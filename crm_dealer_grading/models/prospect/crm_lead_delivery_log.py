from odoo import fields, models


class CrmLeadDeliveryLog(models.Model):
    """Deliveries and their undoing, append-only: only the lead's own methods write it (C6).

    The unique key lets a lead be delivered once in each round; undoing opens the next round.
    """

    _name = "crm.lead.delivery.log"
    _description = "Delivery of a Lead"
    _order = "id desc"
    _rec_name = "vin"

    # History outlives what it tells of.
    lead_id = fields.Many2one("crm.lead", readonly=True, index=True, ondelete="set null")
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Owner", readonly=True, index="btree_not_null", ondelete="set null"
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="restrict")
    vin = fields.Char(string="VIN", readonly=True)
    event = fields.Selection(
        [("delivered", "Handed Over"), ("undone", "Delivery Undone")], required=True, readonly=True
    )
    round = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    reason = fields.Char(readonly=True)
    vehicle_created = fields.Boolean(readonly=True)
    # What undoing gives back, and which activities it cancels.
    before = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    activity_data = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    _round_uniq = models.UniqueIndex(
        "(lead_id, round, event)", "This lead has been delivered already. Reload the page."
    )
