from odoo import fields, models


class CrmGradingHistory(models.Model):
    """A move between levels. Append-only: written by the engine's SQL, changed by nobody."""

    _name = "crm.grading.history"
    _description = "Grading Move"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    scheme_id = fields.Many2one("crm.grading.scheme", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    from_level_id = fields.Many2one(
        "crm.grading.level", string="From", required=True, ondelete="cascade", index=True
    )
    to_level_id = fields.Many2one(
        "crm.grading.level", string="To", ondelete="cascade", index="btree_not_null"
    )
    move = fields.Selection(
        [("up", "Up"), ("down", "Down"), ("left", "Left the scheme")], required=True
    )
    date = fields.Date(required=True, index=True)
    held_since = fields.Date(help="Since when the earlier level was held.")
    score = fields.Float()
    dealer_id = fields.Many2one("crm.dealer", ondelete="set null")
    count = fields.Integer(string="Moves", default=1, aggregator="sum")

    _dealer_date_index = models.Index("(dealer_id, date)")
