import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.verification import exact_interval, size_for_acceptance, size_for_margin

STATES = [
    ("draft", "Draft"),
    ("drawn", "Drawn"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class CrmAuditSample(models.Model):
    """A random sample of the vehicles that a dealer sold, to verify its customer data (S9).

    The list is drawn once and kept. Dealers see nothing of it; what comes of it are corrections,
    the KPI of data accuracy, and faked sales as confirmed facts.
    """

    _name = "crm.audit.sample"
    _description = "Verification of Sold Vehicles"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "dealer_id.name"]

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    active = fields.Boolean(default=True, tracking=True)
    dealer_id = fields.Many2one("crm.dealer", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(related="dealer_id.region_id", store=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    audit_id = fields.Many2one(
        "crm.audit",
        index="btree_not_null",
        ondelete="set null",
        domain="[('dealer_id', '=', dealer_id)]",
        help="The audit that it belongs to, if any.",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True,
        ondelete="restrict",
    )  # fmt: skip
    agent_ids = fields.Many2many(
        "res.users",
        "crm_audit_sample_agent_rel",
        "sample_id",
        "user_id",
        string="Checked By",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("crm_dealer_grading.group_call_centre").id),
        ],
        help="The vehicles are spread over these people of the call centre; they see no others.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", tracking=True, group_expand=True
    )
    date_from = fields.Date(
        string="Handed Over From",
        required=True,
        default=lambda self: fields.Date.subtract(
            self.env.company._today_here().replace(day=1), months=3
        ),
    )
    date_to = fields.Date(
        string="Before",
        required=True,
        default=lambda self: self.env.company._today_here().replace(day=1),
        help="The day after the last one.",
    )
    design = fields.Selection(
        [("estimate", "Estimate the Share Wrong"), ("accept", "Accept or Reject")],
        required=True,
        default="estimate",
        help="Estimate: the share wrong is known to ± so many points with 95 % confidence. "
        "Accept: a few wrong ones at most prove that at most so many percent are wrong, with 95 % "
        "confidence.",
    )
    margin = fields.Float(string="± Points", default=5.0, aggregator=None)
    expected_share = fields.Float(
        string="Expected Wrong (%)",
        default=50.0,
        aggregator=None,
        help="50 % is the worst case; what is known of the dealer makes the sample smaller.",
    )
    max_wrong = fields.Float(string="Wrong at Most (%)", default=5.0, aggregator=None)
    accept_number = fields.Integer(
        string="Accept up to",
        default=0,
        aggregator=None,
        help="So many wrong ones among those checked are accepted.",
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        help="The same seed draws the same vehicles. Who knows it knows which will be checked.",
    )
    population = fields.Integer(
        string="Vehicles Sold", compute="_compute_size", store=True, aggregator=None
    )
    size = fields.Integer(string="To Check", compute="_compute_size", store=True)
    drawn_on = fields.Date(readonly=True, copy=False)
    done_on = fields.Date(readonly=True, copy=False, index="btree_not_null", tracking=True)
    line_ids = fields.One2many("crm.audit.sample.line", "sample_id", string="Vehicles", copy=False)
    open_count = fields.Integer(string="Open", compute="_compute_result", store=True)
    right_count = fields.Integer(string="Right", compute="_compute_result", store=True)
    wrong_count = fields.Integer(string="Wrong", compute="_compute_result", store=True)
    unchecked_count = fields.Integer(
        string="Not Checked", compute="_compute_result", store=True,
        help="Could not be checked; counts in no share.",
    )  # fmt: skip
    fake_count = fields.Integer(
        string="Faked", compute="_compute_result", store=True, help="Of the wrong ones."
    )
    accuracy = fields.Float(
        string="Right (%)", compute="_compute_result", store=True, aggregator="avg"
    )
    wrong_low = fields.Float(compute="_compute_interval")
    wrong_high = fields.Float(compute="_compute_interval")
    conclusion = fields.Char(compute="_compute_interval")

    _period_check = models.Constraint(
        "CHECK(date_from < date_to)", "The period ends after it begins. Correct the days."
    )
    _design_check = models.Constraint(
        "CHECK(margin > 0 AND margin <= 50 AND expected_share > 0 AND expected_share < 100"
        " AND max_wrong > 0 AND max_wrong < 100 AND accept_number >= 0)",
        "Points are above 0 and at most 50, shares between 0 and 100 %, and what is accepted is "
        "not below zero.",
    )

    @api.depends("name", "dealer_id.name")
    def _compute_display_name(self):
        for sample in self:
            sample.display_name = " · ".join(filter(None, [sample.name, sample.dealer_id.name]))

    @api.depends("dealer_id")
    def _compute_company_id(self):
        for sample in self:
            company = sample.dealer_id.company_id or sample.company_id
            sample.company_id = company or self.env.company

    @api.depends(
        "dealer_id", "company_id", "date_from", "date_to", "design", "margin", "expected_share",
        "max_wrong", "accept_number",
    )  # fmt: skip
    def _compute_size(self):
        """As of now; the draw reckons it anew and keeps it."""
        for sample in self:
            sample.population = sample._count_sold()
            sample.size = sample._wanted_size(sample.population)

    def _wanted_size(self, population):
        if self.design == "accept":
            return size_for_acceptance(population, self.max_wrong, self.accept_number)
        return size_for_margin(population, self.margin, self.expected_share)

    @api.depends("line_ids.state", "line_ids.is_fake")
    def _compute_result(self):
        groups = self.env["crm.audit.sample.line"]._read_group(
            [("sample_id", "in", self.ids)], ["sample_id", "state", "is_fake"], ["__count"]
        )
        rows = {}
        for sample, state, fake, count in groups:
            rows.setdefault(sample.id, []).append((state, fake, count))
        for sample in self:
            counts = dict.fromkeys(("open", "right", "wrong", "unchecked", "fake"), 0)
            for state, fake, count in rows.get(sample._origin.id, []):
                counts[state] += count
                counts["fake"] += count if fake and state == "wrong" else 0
            for name, count in counts.items():
                sample[f"{name}_count"] = count
            checked = counts["right"] + counts["wrong"]
            sample.accuracy = 100.0 * counts["right"] / checked if checked else 0.0

    @api.depends("right_count", "wrong_count", "unchecked_count", "state", "design")
    @api.depends_context("lang")
    def _compute_interval(self):
        """95 % interval of the share wrong, and what the sample says in words."""
        for sample in self:
            low, high = exact_interval(sample.wrong_count, sample.right_count + sample.wrong_count)
            sample.wrong_low, sample.wrong_high = low or 0.0, high or 0.0
            sample.conclusion = False if high is None else sample._conclusion()

    def _conclusion(self):
        if self.state != "done":
            return self.env._("Not all vehicles are checked yet.")
        if self.design == "estimate":
            return self.env._(
                "Of %(checked)s checked %(wrong)s are wrong: between %(low).1f %% and "
                "%(high).1f %% of all, with 95 %% confidence.",
                checked=self.right_count + self.wrong_count,
                wrong=self.wrong_count,
                low=self.wrong_low,
                high=self.wrong_high,
            )
        if self._is_accepted():
            return self.env._(
                "Accepted: at most %.1f %% of the vehicles sold are wrong, with 95 %% confidence.",
                self.max_wrong,
            )
        return self.env._(
            "Not accepted: %(wrong)s wrong and %(unchecked)s not checked, of which "
            "%(accepted)s may be.",
            wrong=self.wrong_count,
            unchecked=self.unchecked_count,
            accepted=self.accept_number,
        )

    def _is_accepted(self):
        """What could not be checked may be wrong: else leaving it out would prove something."""
        return self.wrong_count + self.unchecked_count <= self.accept_number

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for sample in self.sudo():  # sudo: whose dealer it is decides
            sample.dealer_id._check_in_company(sample.company_id)

    @api.constrains("audit_id", "dealer_id")
    def _check_audit(self):
        for sample in self:
            if sample.audit_id and sample.audit_id.dealer_id != sample.dealer_id:
                raise ValidationError(self.env._("The audit is of another dealer. Choose again."))
