from math import ceil

from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...tools.interval import Interval
from ...tools.notification import CLOSE, notification

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
        schemes = super(CrmGradingScheme, editing).create(vals_list).with_env(self.env)
        self.env.registry.clear_cache()
        schemes._check_readable()
        return schemes

    def write(self, vals):
        editing = self.with_context(grading_scheme_editing=True)
        self.env.registry.clear_cache()
        result = super(CrmGradingScheme, editing).write(vals)
        if "domain" in vals:
            self._check_readable()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        self.level_ids.with_context(grading_scheme_editing=True).unlink()
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
        # While the addon is removed its lines go one after the other.
        unchecked = {"grading_scheme_editing", MODULE_UNINSTALL_FLAG}
        if not any(self.env.context.get(flag) for flag in unchecked):
            self.exists()._check_definition()

    def _computed_levels(self):
        """The levels that the computation gives; the others are given by hand only."""
        return self.level_ids.filtered(lambda level: not level.manual_only)

    def _rest_level(self):
        """The level that takes everybody whom no condition takes; may be empty."""
        return self._computed_levels().filtered(lambda level: not level.condition_ids)

    # ---------------------------------------------------------------- actions

    def _score_metric(self):
        """The metric that ranks."""
        return self.axis_ids[:1].metric_id

    def action_regrade(self):
        """Regrade all customers now, from the button of the form."""
        runs = self.regrade()
        message = self.env._(
            "%(graded)s customers graded, %(changed)s changed, in %(seconds)s s.",
            graded=sum(runs.mapped("graded")),
            changed=sum(runs.mapped("changed")),
            seconds=f"{sum(runs.mapped('duration')):.1f}",
        )
        return notification(message, then=CLOSE)

    def action_open_results(self):
        """Open the customers of the scheme with their levels."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_grading_result_action"
        )
        action.update(domain=[("scheme_id", "=", self.id)], display_name=self.name, context={})
        return action
