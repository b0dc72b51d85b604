from odoo import api, fields, models

AGGREGATES = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("max", "Highest"),
    ("min", "Lowest"),
    ("latest", "Latest"),
    ("average", "Average"),
    ("days_since_last", "Days since the last"),
    ("days_since_first", "Days since the first"),
    ("days_until_next", "Days until the next"),
    ("count_ahead", "Number of records from today on"),
    ("days_until", "Days until (leads only)"),
]
# Kept as dates, so that a figure does not change daily.
PAST_DATES = ("days_since_last", "days_since_first")
DATE_AGGREGATES = (*PAST_DATES, "days_until_next")
# They look from today on, without end; the others look back.
AHEAD_AGGREGATES = ("days_until_next", "count_ahead")
COUNT_AGGREGATES = ("count", "count_ahead")
ADDING_AGGREGATES = (*COUNT_AGGREGATES, "sum")  # nothing is 0
MEASURED_AGGREGATES = ("sum", "max", "min", "latest", "average")


class CrmGradingMetric(models.Model):
    """A figure per customer, defined on screen: source, filter, window, aggregate, path (G11).

    ``_compile_sources`` turns definitions into SQL; nothing here loops over customers.
    """

    _name = "crm.grading.metric"
    _description = "Grading Metric"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Short name in small letters, e.g. visits_12m. Figures are stored under it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    kind = fields.Selection(
        [("source", "From records"), ("total", "Sum of other metrics")],
        required=True,
        default="source",
    )
    component_ids = fields.Many2many(
        "crm.grading.metric",
        "crm_grading_metric_component_rel",
        "total_id",
        "component_id",
        string="Sum of",
        domain="[('kind', '=', 'source')]",
        context={"active_test": False},  # a total stays whole when a part is archived
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Source",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
        ondelete="cascade",
        help="The records that are counted or summed.",
    )
    model_name = fields.Char(related="model_id.model", string="Source Model")
    domain = fields.Char(string="Filter", default="[]", help="Only records that match count.")
    partner_path = fields.Char(
        string="Path to the Customer",
        default="partner_id",
        help="Fields that lead from a record to its customer, e.g. partner_id or "
        "vehicle_id.partner_id. Contacts of a company count for the company.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime')),"
        " ('store', '=', True)]",
        ondelete="cascade",
    )
    window_months = fields.Integer(
        string="Months Back",
        help="Only records of that many months up to the end of the window; 0 for all.",
    )
    window_end_months = fields.Integer(
        string="Window Ends Before (Months)",
        help="The window ends that many months ago; 0 for the end of today.",
    )
    aggregate = fields.Selection(
        AGGREGATES,
        default="count",
        help="Latest: the amount of the record with the latest date.\n"
        "Days until the next, and the number from today on: by dates that are still to come.",
    )
    measure_field_id = fields.Many2one(
        "ir.model.fields",
        string="Amount",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('integer', 'float', 'monetary'))]",
        ondelete="cascade",
    )
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("days", "Days")],
        compute="_compute_unit",
        store=True,
        recursive=True,
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another metric has this code already.")
    _window_positive = models.Constraint(
        "CHECK(window_months >= 0 AND window_end_months >= 0)",
        "The months of a window cannot be negative.",
    )

    @api.depends("kind", "aggregate", "measure_field_id.ttype", "component_ids.unit")
    def _compute_unit(self):
        for metric in self:
            if metric.kind == "total":
                metric.unit = metric.component_ids[:1].unit or "number"
            elif metric.aggregate in (*DATE_AGGREGATES, "days_until"):
                metric.unit = "days"
            elif metric._is_money():
                metric.unit = "money"
            else:
                metric.unit = "number"

    def _is_money(self):
        """Tell whether an amount of money is what it measures."""
        measured = self.aggregate in MEASURED_AGGREGATES
        return measured and self.measure_field_id.ttype == "monetary"

    @api.model_create_multi
    def create(self, vals_list):
        metrics = super().create(vals_list)
        self.env.registry.clear_cache()
        metrics._check_readable()
        return metrics

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        self._check_readable()
        totals = self.search([("component_ids", "in", self.ids)])
        totals._check_definition()
        axes = self.env["crm.grading.axis"].search([("metric_id", "in", (self | totals).ids)])
        axes.scheme_id._check_definition()
        return result

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for metric, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", f"{metric.code}_copy")
        return vals_list
