"""Policies that are only tried out: copies of frozen ones, to be changed and simulated (S9)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_dealer_grading.tools.touch import touch


class CrmAssessmentPolicy(models.Model):
    _inherit = "crm.assessment.policy"

    trial_of_id = fields.Many2one(
        "crm.assessment.policy",
        string="Try-Out Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="A copy that is changed and simulated. No dealer is assessed by it.",
    )
    simulation_ids = fields.One2many("crm.assessment.simulation", "policy_id")
    simulation_count = fields.Integer(
        string="Number of Simulations", compute="_compute_simulation_count"
    )

    @api.depends("trial_of_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for policy in self.filtered("trial_of_id"):
            policy.display_name = self.env._(
                "%(policy)s, try-out %(number)s", policy=policy.name or "", number=policy.number
            )
        return result

    def _compute_simulation_count(self):
        groups = self.env["crm.assessment.simulation"]._read_group(
            [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
        )
        counts = dict(groups)
        for policy in self:
            policy.simulation_count = counts.get(policy._origin, 0)

    def _check_no_trial(self):
        """:raise ValidationError: the policy is only tried out"""
        for policy in self.filtered("trial_of_id"):
            raise ValidationError(
                self.env._(
                    "“%s” is only tried out. Press “Use This Policy” there first, or choose the "
                    "policy in force.",
                    policy.display_name,
                )
            )

    def action_try_out(self):
        """Begin a simulation: of a copy where the policy is frozen, else of the policy itself.

        The last periods of the policy are chosen already.

        :raise AccessError: by anybody but the manufacturer's manager
        """
        self.ensure_one()
        self.check_access("write")
        simulations = self.env["crm.assessment.simulation"]
        self.env["crm.assessment"]._check_manager()
        policy = self._make_trial() if self.used_on else self
        simulation = simulations.create(
            {
                "name": policy.display_name,
                "policy_id": policy.id,
                "assessment_ids": [(6, 0, simulations._last_assessments(policy).ids)],
            }
        )
        return simulation._get_records_action(context={})

    def _make_trial(self):
        """A copy with all components and rules, numbered among the try-outs of the policy."""
        code = self.env._("%s (try-out)", self.code)
        same = [("code", "=", code), ("company_id", "=", self.company_id.id)]
        last = self.with_context(active_test=False).search(same, order="number desc", limit=1)
        vals = {"code": code, "number": last.number + 1, "trial_of_id": self.id, "active": True}
        return self.copy({**vals, "auto_draft": False})

    def action_use(self):
        """Make the try-out the next version of its policy; the version before is archived.

        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: it is no try-out
        """
        self.ensure_one()
        self.check_access("write")
        self.env["crm.assessment"]._check_manager()
        origin = self.trial_of_id
        if not origin:
            raise UserError(self.env._("“%s” is no try-out: it is used.", self.display_name))
        touch(origin)  # who makes another version at that instant is repeated
        same = [("code", "=", origin.code), ("company_id", "=", origin.company_id.id)]
        versions = self.with_context(active_test=False).search(same, order="number desc")
        self.write(
            {
                "code": origin.code,
                "number": versions[0].number + 1,
                "previous_id": origin.id,
                "trial_of_id": False,
                "auto_draft": any(versions.filtered("active").mapped("auto_draft")),
                "active": True,
            }
        )
        versions.filtered("active").active = False
        return self._get_records_action(context={})

    def action_open_simulations(self):
        """Open the simulations of these policies."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_assessment_simulation_action"
        )
        return {**action, "domain": [("policy_id", "in", self.ids)], "context": {}}
