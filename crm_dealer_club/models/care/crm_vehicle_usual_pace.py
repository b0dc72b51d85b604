from odoo import fields, models


class CrmVehicleUsualPace(models.Model):
    """How far vehicles of a model are usually driven: for those whose own log tells nothing (M5).

    The row without a model is the whole network's. Written with the forecasts, every night.
    """

    _name = "crm.vehicle.usual.pace"
    _description = "Usual Pace of a Model"
    _log_access = False
    _rec_name = "model_id"
    _order = "vehicles desc, id"

    model_id = fields.Many2one(
        "fleet.vehicle.model",
        readonly=True,
        ondelete="cascade",
        help="Empty: all vehicles of the network.",
    )
    rate = fields.Float(
        string="Kilometres a Day", readonly=True, aggregator="avg",
        help="The median of the vehicles whose own log tells how far they are driven.",
    )  # fmt: skip
    vehicles = fields.Integer(readonly=True)

    _model_uniq = models.UniqueIndex("(COALESCE(model_id, 0))", "A model has one usual pace.")
