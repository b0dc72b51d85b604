from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

AGGREGATES = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("max", "Highest"),
    ("min", "Lowest"),
    ("days_since_last", "Days since the last"),
    ("days_since_first", "Days since the first"),
    ("days_until", "Days until (leads only)"),
]
DATE_AGGREGATES = ("days_since_last", "days_since_first")
MEASURED_AGGREGATES = ("sum", "max", "min")


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
    aggregate = fields.Selection(AGGREGATES, default="count")
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
            elif metric.aggregate != "count" and metric.measure_field_id.ttype == "monetary":
                metric.unit = "money"
            else:
                metric.unit = "number"

    @api.model_create_multi
    def create(self, vals_list):
        metrics = super().create(vals_list)
        metrics._check_readable()
        return metrics

    def write(self, vals):
        result = super().write(vals)
        self._check_readable()
        return result

    def _check_readable(self):
        """A metric reveals figures of its source: who writes it must be able to read them.

        Not a constraint, because those run with all rights.
        """
        for metric in self:
            model = self.env.get(metric.model_name or "")
            if model is not None and not model.has_access("read"):
                raise AccessError(
                    self.env._(
                        "%(metric)s: you have no right to read %(records)s.",
                        metric=metric.name,
                        records=metric.model_id.name,
                    )
                )

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for metric, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", f"{metric.code}_copy")
        return vals_list

    # ------------------------------------------------------------ validation

    @api.constrains("code")
    def _check_code(self):
        for metric in self:
            if not metric.code.isidentifier() or not metric.code.isascii():
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a code. Use small letters, digits and underscores, "
                        "e.g. visits_12m.",
                        metric.code,
                    )
                )

    @api.constrains(
        "kind",
        "component_ids",
        "model_id",
        "domain",
        "partner_path",
        "date_field_id",
        "window_months",
        "window_end_months",
        "aggregate",
        "measure_field_id",
    )
    def _check_definition(self):
        for metric in self:
            if metric.kind == "total":
                metric._check_total()
            else:
                metric._check_source()
                metric._check_domain()
                metric._check_partner_path()
                metric._check_money()

    def _check_total(self):
        parts = self.component_ids
        if not parts or any(part.kind != "source" for part in parts):
            raise ValidationError(
                self.env._(
                    "%s: choose the metrics it sums; each must come from records.", self.name
                )
            )
        if any(part.aggregate not in ("count", "sum") for part in parts):
            raise ValidationError(
                self.env._("%s: only counts and sums can be added up.", self.name)
            )
        if len(set(parts.mapped("unit"))) > 1:
            raise ValidationError(
                self.env._("%s: money and numbers cannot be added up.", self.name)
            )

    def _check_source(self):
        if self.model_name not in self.env:
            raise ValidationError(self.env._("%s: choose the records it comes from.", self.name))
        model_fields = self.env[self.model_name]._fields
        date_field = model_fields.get(self.date_field_id.name)
        needs_date = self.window_months or self.window_end_months
        if (needs_date or self.aggregate.startswith("days_")) and not date_field:
            raise ValidationError(
                self.env._("%s: choose the date field that the window looks at.", self.name)
            )
        if self.date_field_id and self.date_field_id.model != self.model_name:
            raise ValidationError(
                self.env._("%s: the date field belongs to other records.", self.name)
            )
        measure = self.measure_field_id
        foreign = measure.model != self.model_name or not measure.store
        if self.aggregate in MEASURED_AGGREGATES and foreign:
            raise ValidationError(
                self.env._("%s: choose the amount that is summed or compared.", self.name)
            )

    def _check_domain(self):
        try:
            self._filter_domain().validate(self.env[self.model_name].sudo())
        except (ValueError, SyntaxError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(
                self.env._(
                    "%(metric)s: the filter %(filter)s does not work: %(reason)s",
                    metric=self.name,
                    filter=self.domain,
                    reason=error,
                )
            ) from error

    def _filter_domain(self):
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _check_partner_path(self):
        model = self.env[self.model_name]
        for name in (self.partner_path or "").split("."):
            field = model._fields.get(name)
            if field is None or field.type != "many2one" or not field.store:
                raise ValidationError(
                    self.env._(
                        "%(metric)s: the path %(path)s leads nowhere: “%(field)s” is no link "
                        "of %(model)s that is kept in the database.",
                        metric=self.name,
                        path=self.partner_path or "",
                        field=name,
                        model=model._description,
                    )
                )
            model = self.env[field.comodel_name]
        if model._name != "res.partner":
            raise ValidationError(
                self.env._(
                    "%(metric)s: the path %(path)s ends at %(model)s, not at a customer.",
                    metric=self.name,
                    path=self.partner_path,
                    model=model._description,
                )
            )

    def _check_money(self):
        if self.aggregate == "count" or self.measure_field_id.ttype != "monetary":
            return
        if self._money_conversion() is None:
            raise ValidationError(
                self.env._(
                    "%(metric)s: the currency of %(field)s is unknown. Choose an amount in the "
                    "company's currency.",
                    metric=self.name,
                    field=self.measure_field_id.field_description,
                )
            )

    def _money_conversion(self):
        """Tell how the amount becomes company currency.

        :return: ``"company"`` (it is), ``"rate"`` (divide by the document's rate) or None
        """
        model = self.env[self.model_name]
        currency_name = model._fields[self.measure_field_id.name].get_currency_field(model)
        currency_field = model._fields.get(currency_name)
        if currency_field is None or "company_id" not in model._fields:
            return None
        if currency_field.related == "company_id.currency_id":
            return "company"
        rate = model._fields.get("currency_rate")
        return "rate" if rate is not None and rate.store else None
