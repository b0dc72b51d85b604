from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

TOPICS = [
    ("data", "Customer Data"),
    ("sales", "Sales"),
    ("service", "Service"),
    ("care", "Care and Complaints"),
    ("satisfaction", "Satisfaction"),
    ("improvement", "Improvement and Training"),
]


class CrmKpi(models.Model):
    """A key figure: what it means in words, and which method computes it (S10).

    The method ``_kpi_<code>(begin, end)`` is the one definition of the figure: values, their
    drill-down and their history all come from it.
    """

    _name = "crm.kpi"
    _description = "KPI"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, readonly=True, help="Names the computation; never changes."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="Archived: no new values, the old ones stay.")
    topic = fields.Selection(TOPICS, required=True)
    formula = fields.Text(translate=True, help="What is divided by what, in words.")
    unit = fields.Selection(
        [("percent", "%"), ("number", "Count"), ("index", "Index")],
        required=True,
        default="percent",
    )
    better = fields.Selection(
        [("higher", "Higher"), ("lower", "Lower")],
        string="Better If",
        required=True,
        default="higher",
    )
    is_assessed = fields.Boolean(
        string="Assessed", help="Counts for the dealer; otherwise it is only watched."
    )
    is_momentary = fields.Boolean(
        string="Of the Day",
        readonly=True,
        help="Tells how things stand on the day it is measured; earlier periods have no value.",
    )
    adds_up = fields.Selection(
        [("no", "No"), ("period", "Within the Period"), ("year", "From the Year's Beginning")],
        required=True,
        readonly=True,
        default="no",
        help="Targets are for a year. A count is compared with the share of it for the period, or "
        "for the months of the year that have passed by the end of the period.",
    )
    months = fields.Integer(
        default=6, help="Months without a visit after which a customer is lost, where it matters."
    )
    start_date = fields.Date(
        string="Count From", help="For figures that add up from a day on. Empty: from the first."
    )
    min_base = fields.Integer(
        string="Smallest Base",
        required=True,
        default=5,
        help="With a smaller denominator a value is shown as too few.",
    )
    history_months = fields.Integer(
        string="Months Back",
        required=True,
        default=12,
        help="Periods that ended so many months ago are measured as well, where nobody did yet.",
    )
    settle_days = fields.Integer(
        string="Days to Settle",
        required=True,
        default=7,
        help="So many days after its end a period is measured for the last time and closed.",
    )
    value_ids = fields.One2many("crm.kpi.value", "kpi_id", string="Values")
    target_ids = fields.One2many("crm.kpi.target", "kpi_id", string="Targets")

    _code_uniq = models.Constraint("UNIQUE(code)", "Another KPI has this code already.")
    _numbers_check = models.Constraint(
        "CHECK(months > 0 AND min_base >= 0 AND settle_days >= 0"
        " AND history_months BETWEEN 0 AND 120)",
        "Months are above zero, and at most 120 back; base and days are not below zero.",
    )

    @api.constrains("code")
    def _check_code(self):
        for kpi in self:
            if not hasattr(self, f"_kpi_{kpi.code}"):
                raise ValidationError(
                    self.env._(
                        "No computation is named %s. KPIs come with the addons; set their words, "
                        "targets and limits here.",
                        kpi.code,
                    )
                )

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A KPI is computed by its code and exists once. Change its settings.")
        )

    def action_open_values(self):
        """Open the values of these KPIs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_kpi_value_action"
        )
        return {**action, "domain": [("kpi_id", "in", self.ids)], "context": {}}

    @api.model
    def _measure_demo(self, module):
        """Values of an addon's KPIs over the story that its demo data tell."""
        data = self.env["ir.model.data"].search(
            [("module", "=", module), ("model", "=", self._name)]
        )
        self.env["crm.kpi.value"]._measure_open(self.browse(data.mapped("res_id")))

    def action_measure(self):
        """Measure the open periods of these KPIs now.

        :raise AccessError: by anybody who may not change KPIs
        """
        self.check_access("write")
        # sudo: nobody writes values; who may have them measured was checked.
        self.env["crm.kpi.value"].sudo()._measure_open(self)
        return self.action_open_values()
