"""What a metric must be like: bad definitions are refused on saving, with the reason."""

from ast import literal_eval

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from .crm_grading_metric import AHEAD_AGGREGATES, MEASURED_AGGREGATES


class CrmGradingMetric(models.Model):
    _inherit = "crm.grading.metric"

    def _check_readable(self):
        """A metric reveals figures of its source: who writes it must be able to read them.

        Not a constraint, because those run with all rights.

        :raise AccessError: the records, a field of the filter or the amount are closed to the user
        """
        for metric in self:
            model = self.env.get(metric.model_name or "")
            if model is None:
                continue
            if not model.has_access("read"):
                raise AccessError(
                    self.env._(
                        "%(metric)s: you have no right to read %(records)s.",
                        metric=metric.name,
                        records=metric.model_id.name,
                    )
                )
            model._search(metric._filter_domain())
            for field in (metric.measure_field_id, metric.date_field_id):
                if field:
                    model._check_field_access(model._fields[field.name], "read")

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
        if not self.aggregate:
            raise ValidationError(self.env._("%s: choose what to count or sum.", self.name))
        model_fields = self.env[self.model_name]._fields
        date_field = model_fields.get(self.date_field_id.name)
        needs_date = self._has_window() or self.aggregate == "latest"
        if (needs_date or self.aggregate.startswith("days_")) and not date_field:
            raise ValidationError(
                self.env._("%s: choose the date field that the window looks at.", self.name)
            )
        if self.date_field_id and self.date_field_id.model != self.model_name:
            raise ValidationError(
                self.env._("%s: the date field belongs to other records.", self.name)
            )
        if self.aggregate in AHEAD_AGGREGATES and (self.window_months or self.window_end_months):
            raise ValidationError(
                self.env._(
                    "%s: what is still to come has no months back; set them to 0.", self.name
                )
            )
        measure = self.measure_field_id
        foreign = measure.model != self.model_name or not measure.store
        if self.aggregate in MEASURED_AGGREGATES and foreign:
            raise ValidationError(
                self.env._("%s: choose the amount that is summed or compared.", self.name)
            )

    def _check_domain(self):
        try:
            model = self.env[self.model_name].sudo()
            self._filter_domain().validate(model)
            model._search(self._filter_domain())  # a field may exist and yet not be searchable
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
        if not self._is_money():
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
        # Computed from nothing but the company: the currency of the company.
        of_company = self.env.registry.field_depends.get(currency_field) == ("company_id",)
        if currency_field.related == "company_id.currency_id" or of_company:
            return "company"
        rate = model._fields.get("currency_rate")
        return "rate" if rate is not None and rate.store else None
