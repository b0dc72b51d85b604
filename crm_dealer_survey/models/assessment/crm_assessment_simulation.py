import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR

REPLAYED = ("computed", "shown", "published")
_SAID = {"name", "policy_id", "assessment_ids", "note"}
_LAST = 4  # periods that are proposed


class CrmAssessmentSimulation(models.Model):
    """Past periods under other rules: who would have gained, who would have lost (S9).

    Replayed from the stored inputs of assessments; these stay as they are. Results are the
    manufacturer's alone: whoever works at a dealer sees nothing of them.
    """

    _name = "crm.assessment.simulation"
    _description = "Simulation of an Assessment Policy"
    _inherit = ["crm.assessment.stored"]
    _order = "id desc"

    name = fields.Char(required=True)
    policy_id = fields.Many2one(
        "crm.assessment.policy",
        string="Policy to Try Out",
        required=True,
        index=True,
        ondelete="restrict",
        help="Change what counts and what follows there, and run the simulation again.",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    period_kind = fields.Selection(
        string="Kind of Period", related="policy_id.period_kind", store=True
    )
    is_trial = fields.Boolean(compute="_compute_is_trial", export_string_translation=False)
    assessment_ids = fields.Many2many(
        "crm.assessment",
        string="Periods to Replay",
        help="Computed, shown or published ones of one policy. Later ones look back at the "
        "replayed result of earlier ones.",
    )
    note = fields.Text()
    state = fields.Selection(
        [("draft", "To Run"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True, readonly=True, default="draft", copy=False, index=True, group_expand=True,
    )  # fmt: skip
    asked_on = fields.Datetime(readonly=True, copy=False)
    run_on = fields.Datetime(readonly=True, copy=False)
    failure = fields.Text(string="Why It Failed", readonly=True, copy=False)
    policy_json = fields.Text(
        string="Policy as Used", readonly=True, copy=False, groups=AUDITOR, prefetch=False
    )
    period_ids = fields.One2many(
        "crm.assessment.simulation.period", "simulation_id", string="Periods"
    )
    line_ids = fields.One2many("crm.assessment.simulation.line", "simulation_id", string="Results")
    top_line_ids = fields.Many2many(
        "crm.assessment.simulation.line", string="Most Affected", compute="_compute_top_line_ids"
    )
    line_count = fields.Integer(string="Number of Results", compute="_compute_line_count")
    progress = fields.Float(compute="_compute_progress", help="In percent of the periods.")
    is_outdated = fields.Boolean(
        string="Not of Now",
        compute="_compute_is_outdated",
        help="Policy or assessments were changed after the run.",
    )
    money_before = fields.Monetary(readonly=True, copy=False, help="Proposed, fines taken off.")
    money_after = fields.Monetary(readonly=True, copy=False)
    money_change = fields.Monetary(string="More Money", readonly=True, copy=False)
    gain_count = fields.Integer(
        string="Dealers That Gain", readonly=True, copy=False, aggregator=None,
        help="Of all periods together: by money, where that is the same by points.",
    )  # fmt: skip
    lose_count = fields.Integer(
        string="Dealers That Lose", readonly=True, copy=False, aggregator=None
    )
    rank_change_count = fields.Integer(
        string="Ranks That Change", readonly=True, copy=False, aggregator=None
    )
    turned_firm = fields.Integer(
        string="Became Significant", readonly=True, copy=False, aggregator=None,
        help="Proposals that were not significant and would be, by dealer and kind.",
    )  # fmt: skip
    turned_shaky = fields.Integer(
        string="Became Not Significant", readonly=True, copy=False, aggregator=None
    )
    has_correlation = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    correlation = fields.Float(
        string="Rank Correlation", digits=(5, 3), readonly=True, copy=False, aggregator=None,
        help="Mean of the periods. 1: the same order of dealers, 0: none of it is left.",
    )  # fmt: skip

    @api.depends("policy_id.trial_of_id")
    def _compute_is_trial(self):
        for simulation in self:
            simulation.is_trial = bool(simulation.policy_id.trial_of_id)

    @api.depends("line_ids")
    def _compute_line_count(self):
        groups = self.env["crm.assessment.simulation.line"]._read_group(
            [("simulation_id", "in", self.ids)], ["simulation_id"], ["__count"]
        )
        counts = dict(groups)
        for simulation in self:
            simulation.line_count = counts.get(simulation._origin, 0)

    @api.depends("line_ids")
    def _compute_top_line_ids(self):
        lines = self.env["crm.assessment.simulation.line"]
        for simulation in self:  # on the form alone
            simulation.top_line_ids = lines.search(
                [("simulation_id", "in", simulation.ids), ("is_affected", "=", True)], limit=10
            )

    @api.depends("period_ids.is_done")
    def _compute_progress(self):
        for simulation in self:
            periods = simulation.period_ids
            done = len(periods.filtered("is_done"))
            simulation.progress = 100.0 * done / len(periods) if periods else 0.0

    def _compute_is_outdated(self):
        for simulation in self:
            simulation.is_outdated = simulation.state == "done" and (
                simulation._is_policy_changed()
                or any(
                    period.assessment_id.state not in REPLAYED
                    or period.assessment_id.result_hash != period.result_hash
                    for period in simulation.period_ids
                )
            )

    def _is_policy_changed(self):
        """Whether the policy decides otherwise than in the run; its version is no matter."""
        # sudo: the policy as used, for whoever may read the simulation.
        used = json.loads(self.sudo().policy_json)
        now = self.policy_id._as_data()
        return {**used, "code": None, "number": None} != {**now, "code": None, "number": None}

    @api.model
    def _last_assessments(self, policy):
        """The last periods by the policy in force that can be replayed."""
        code = (policy.trial_of_id or policy).code
        return self.env["crm.assessment"].search(
            [
                ("policy_code", "=", code),
                ("company_id", "=", policy.company_id.id),
                ("period_kind", "=", policy.period_kind),
                ("state", "in", REPLAYED),
            ],
            order="begin desc",
            limit=_LAST,
        )

    @api.onchange("policy_id")
    def _onchange_policy_id(self):
        if self.policy_id:
            self.assessment_ids = self._last_assessments(self.policy_id)
            self.name = self.name or self.policy_id.display_name

    # -- Guard -----------------------------------------------------------------------------------

    @api.model
    def _free_fields(self):
        return {"name", "note"}

    @api.model_create_multi
    def create(self, vals_list):
        """By a manager of the manufacturer; what the run owns begins empty."""
        if not self._by_step():
            self.env["crm.assessment"]._check_manager()
            owned = dict.fromkeys(self._owned_fields(), False) | {"state": "draft"}
            vals_list = [
                {**{k: v for k, v in vals.items() if k in _SAID}, **owned} for vals in vals_list
            ]
        allowed = self.with_context(crm_assessment_step=STEP)
        return super(CrmAssessmentSimulation, allowed).create(vals_list).with_env(self.env)

    @api.model
    def _owned_fields(self):
        """What the run alone writes."""
        stored = {
            name for name, field in self._fields.items()
            if field.store and not field.compute and not field.related
        }  # fmt: skip
        return stored - _SAID - set(models.MAGIC_COLUMNS)

    def write(self, vals):
        """Name and note at any time; another choice takes the results away."""
        if self._by_step():
            return super().write(vals)
        self.env["crm.assessment"]._check_manager()
        if vals.keys() - _SAID:
            raise AccessError(self._step_refusal())
        allowed = self.with_context(crm_assessment_step=STEP)
        if vals.keys() - self._free_fields():
            self._check_not_running()
            self.check_access("write")
            self._stepping()._clear()
        return super(CrmAssessmentSimulation, allowed).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_step(self):
        """Simulations go as their owner likes; results go with them."""
        if not self._by_step():
            self.env["crm.assessment"]._check_manager()

    def copy_data(self, default=None):
        """Another one of the same choice."""
        vals_list = super().copy_data(default)
        for simulation, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", simulation.name)
        return vals_list

    def _check_not_running(self):
        if any(simulation.state == "running" for simulation in self):
            raise UserError(self.env._("The simulation is running. Wait until it is done."))

    @api.constrains("assessment_ids", "policy_id")
    def _check_assessments(self):
        for simulation in self:
            assessments, policy = simulation.assessment_ids, simulation.policy_id
            if any(one.state not in REPLAYED for one in assessments):
                raise ValidationError(
                    self.env._("Only periods that were computed are replayed. Compute them first.")
                )
            if len(set(assessments.mapped("policy_code"))) > 1:
                raise ValidationError(
                    self.env._("The periods are of several policies. Choose those of one.")
                )
            keys = {(one.company_id, one.period_kind, one.currency_id) for one in assessments}
            if keys - {(policy.company_id, policy.period_kind, policy.currency_id)}:
                raise ValidationError(
                    self.env._(
                        "Policy and periods differ in company, kind of period or currency. Choose "
                        "periods of the policy's kind."
                    )
                )

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_simulation import load

        load(self.env)

    # -- Buttons ---------------------------------------------------------------------------------

    def action_open_lines(self):
        """Open gains and losses by dealer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_assessment_simulation_line_action"
        )
        return {**action, "domain": [("simulation_id", "=", self.id)]}

    def action_open_policy(self):
        """Open the policy, to change it."""
        return self.policy_id._get_records_action(context={})

    def action_use_policy(self):
        """Make the policy that was tried out the next version."""
        self.ensure_one()
        return self.policy_id.action_use()
