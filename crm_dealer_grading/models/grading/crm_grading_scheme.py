from ast import literal_eval
from itertools import combinations
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...tools.interval import Interval, boxes_overlap

METHODS = [
    ("rank", "Rank share"),
    ("cumulative", "Cumulated share (ABC)"),
    ("bands", "Bands of figures"),
    ("quintile", "Quintiles (RFM)"),
    ("manual", "Manual"),
]


class CrmGradingScheme(models.Model):
    """A way to grade customers: metrics, a method and levels (spec §2)."""

    _name = "crm.grading.scheme"
    _description = "Grading Scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    applies_to = fields.Selection(
        [("customer", "Customers"), ("lead", "Leads")], required=True, default="customer"
    )
    method = fields.Selection(
        METHODS,
        required=True,
        default="bands",
        help="Rank share: the top so many percent of the customers.\n"
        "Cumulated share: the customers who make the first so many percent of the sum.\n"
        "Bands: ranges of one or several figures.\n"
        "Quintiles: each figure scored 5 (best fifth) to 1, ranges of the scores.\n"
        "Customers with the same figure get the better level together; in quintiles the lower "
        "score together.",
    )
    scope = fields.Selection(
        [("network", "Whole network"), ("region", "Region"), ("dealer", "Dealer")],
        required=True,
        default="network",
        help="Among whom a customer is ranked.",
    )
    domain = fields.Char(
        string="Customers",
        default="[('dealer_id', '!=', False)]",
        help="Which customers are graded. Companies and persons without a company count; "
        "what their contacts did counts for them.",
    )
    include_inactive = fields.Boolean(
        string="Also Customers Without Any Record",
        help="Grade customers whose figures are all empty too, with zeros.",
    )
    company_id = fields.Many2one(
        "res.company", help="Count only records of this company; empty for all companies."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Money of all companies is told in this currency, at the rate of the day.",
    )
    axis_ids = fields.One2many("crm.grading.axis", "scheme_id", string="Metrics", copy=True)
    metric_ids = fields.Many2many(
        "crm.grading.metric", compute="_compute_metric_ids", string="Scheme Metrics"
    )
    level_ids = fields.One2many("crm.grading.level", "scheme_id", copy=True)
    last_run_id = fields.Many2one(
        "crm.grading.run", string="Latest Full Run", readonly=True, copy=False, ondelete="set null"
    )
    last_run_date = fields.Date(related="last_run_id.date", string="Graded As Of")
    customer_count = fields.Integer(compute="_compute_customer_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "Another scheme has this code already.")

    @api.depends("axis_ids.metric_id")
    def _compute_metric_ids(self):
        for scheme in self:
            scheme.metric_ids = scheme.axis_ids.metric_id

    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.grading.result"]._read_group(
                [("scheme_id", "in", self.ids)], ["scheme_id"], ["__count"]
            )
        )
        for scheme in self:
            scheme.customer_count = counts.get(scheme, 0)

    @api.model
    @ormcache("code")
    def _id_by_code(self, code):
        """Id of the scheme with that code, 0 if there is none; it changes hardly ever."""
        return self.sudo().with_context(active_test=False).search([("code", "=", code)]).id or 0

    @api.model
    @ormcache("code")
    def _day_bands(self, code):
        """Bands of a lead scheme as ``((level id, first day, day after the last), …)``.

        Days from today, None without bound; the level without condition comes last.
        """
        scheme = self.sudo().search([("code", "=", code)], limit=1)
        bands = []
        for level in scheme.level_ids.sorted(lambda level: not level.condition_ids):
            intervals = [condition._interval() for condition in level.condition_ids]
            for interval in intervals or [Interval()]:
                bounds = (interval.lower, interval.upper)
                bands.append((level.id, *(None if b is None else ceil(b) for b in bounds)))
        return tuple(bands)

    # ---------------------------------------------------------------- editing

    @api.model_create_multi
    def create(self, vals_list):
        # Lines are checked together with their scheme, once it is whole.
        editing = self.with_context(grading_scheme_editing=True)
        schemes = super(CrmGradingScheme, editing).create(vals_list)
        self.env.registry.clear_cache()
        return schemes.with_env(self.env)

    def write(self, vals):
        editing = self.with_context(grading_scheme_editing=True)
        self.env.registry.clear_cache()
        return super(CrmGradingScheme, editing).write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for scheme, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", f"{scheme.code}_copy")
            vals.setdefault("name", self.env._("%s (copy)", scheme.name))
        return vals_list

    def _after_line_change(self):
        """Check the schemes after a line was changed by itself, not within its scheme."""
        self.env.registry.clear_cache()
        if not self.env.context.get("grading_scheme_editing"):
            self.exists()._check_definition()

    @api.constrains("active", "method", "domain", "axis_ids", "level_ids", "applies_to")
    def _check_definition(self):
        """Refuse a definition that cannot grade; a scheme being prepared may be archived.

        :raise ValidationError: with the reason
        """
        for scheme in self.filtered("active"):
            scheme._check_domain()
            if scheme.method == "manual":
                continue
            if not scheme.axis_ids or not scheme.level_ids:
                raise ValidationError(
                    self.env._("%s: add at least one metric and one level.", scheme.name)
                )
            scheme._check_aggregates()
            if scheme.method in ("rank", "cumulative"):
                scheme._check_shares()
            else:
                scheme._check_bands()

    def _check_domain(self):
        try:
            self._customer_domain().validate(self.env["res.partner"].sudo())
        except (ValueError, SyntaxError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the customer filter %(filter)s does not work: %(reason)s",
                    scheme=self.name,
                    filter=self.domain,
                    reason=error,
                )
            ) from error

    def _customer_domain(self):
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _check_aggregates(self):
        """Days until a date are known of a lead, not of a customer."""
        for metric in self.axis_ids.metric_id:
            if (metric.aggregate == "days_until") != (self.applies_to == "lead"):
                raise ValidationError(
                    self.env._(
                        "%(scheme)s: %(metric)s cannot be used here. Leads are graded by days "
                        "until a date, customers by the other metrics.",
                        scheme=self.name,
                        metric=metric.name,
                    )
                )

    def _check_shares(self):
        if any(level.share <= 0 for level in self.level_ids):
            raise ValidationError(
                self.env._("%s: the share of each level must be above zero.", self.name)
            )
        total = sum(self.level_ids.mapped("share"))
        if abs(total - 100) > 0.0005:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the shares of the levels add up to %(total)s %%, not to 100 %%.",
                    scheme=self.name,
                    total=f"{total:g}",
                )
            )
        if self.axis_ids[:1].metric_id.unit == "days":
            raise ValidationError(
                self.env._("%s: rank by an amount or a number, not by a date.", self.name)
            )

    def _check_bands(self):
        strangers = self.level_ids.condition_ids.metric_id - self.axis_ids.metric_id
        if strangers:
            raise ValidationError(
                self.env._(
                    "%(scheme)s: the conditions use %(metric)s, which is not among its metrics.",
                    scheme=self.name,
                    metric=strangers[0].name,
                )
            )
        if len(self.level_ids.filtered(lambda level: not level.condition_ids)) > 1:
            raise ValidationError(
                self.env._(
                    "%s: only one level may be without conditions; it takes everybody else.",
                    self.name,
                )
            )
        for first, second in combinations(self.level_ids, 2):
            for one in first._boxes():
                if any(boxes_overlap(one, other) for other in second._boxes()):
                    raise ValidationError(
                        self.env._(
                            "%(scheme)s: the levels %(first)s and %(second)s overlap: a customer "
                            "could be both. Make their ranges exclude each other.",
                            scheme=self.name,
                            first=first.name,
                            second=second.name,
                        )
                    )

    # ---------------------------------------------------------------- actions

    def _score_metric(self):
        """The metric that ranks."""
        return self.axis_ids[:1].metric_id

    def action_regrade(self):
        """Regrade all customers now, from the button of the form."""
        runs = self.regrade()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(graded)s customers graded, %(changed)s changed, in %(seconds)s s.",
                    graded=sum(runs.mapped("graded")),
                    changed=sum(runs.mapped("changed")),
                    seconds=f"{sum(runs.mapped('duration')):.1f}",
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_results(self):
        """Open the customers of the scheme with their levels."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_grading_result_action"
        )
        action.update(domain=[("scheme_id", "=", self.id)], display_name=self.name, context={})
        return action
