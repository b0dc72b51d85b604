from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..rectification.crm_rectification_guard import OEM_MANAGER
from .crm_improvement_part import STEP

STATES = [("proposed", "Proposed"), ("released", "Released"), ("refused", "Not Taken")]


class CrmImprovementSuggestion(models.Model):
    """弱项指标改进建议: a proven measure for a factor or question, kept by the manufacturer (S6).

    What a dealer proposes stays with the manufacturer until its manager has taken out whatever
    tells whose it is. Released ones are read by every dealer.
    """

    _name = "crm.improvement.suggestion"
    _description = "Suggested Measure"
    _inherit = ["mail.thread"]
    _order = "programme_id, factor_id, sequence, id"

    name = fields.Char(string="Measure", required=True, translate=True)
    description = fields.Text(
        string="How", translate=True, help="How it is done, with what, and what to look out for."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", required=True, index=True, ondelete="cascade",
        help="It is proposed for the factor of this name in every version of the programme.",
    )  # fmt: skip
    question_id = fields.Many2one(
        "survey.question", index="btree_not_null", ondelete="set null",
        domain="[('satisfaction_factor_id', '=', factor_id)]",
    )  # fmt: skip
    programme_id = fields.Many2one(
        related="factor_id.version_id.programme_id", store=True, index=True,
        string="Satisfaction Programme",
    )  # fmt: skip
    effect_note = fields.Char(
        string="Proven by", translate=True, help="For example: +38 points of 1000 in a quarter."
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="released", tracking=True
    )
    plan_id = fields.Many2one(
        "crm.improvement.plan", string="From the Plan", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null", groups=OEM_MANAGER,
    )  # fmt: skip
    use_count = fields.Integer(
        string="Used", compute="_compute_use_count", groups="crm_dealer_grading.group_oem_auditor"
    )

    @api.depends_context("uid")
    def _compute_use_count(self):
        counts = dict(
            self.env["crm.improvement.measure"]._read_group(
                [("suggestion_id", "in", self.ids)], ["suggestion_id"], ["__count"]
            )
        )
        for suggestion in self:
            suggestion.use_count = counts.get(suggestion, 0)

    @api.constrains("question_id", "factor_id")
    def _check_question(self):
        for suggestion in self.filtered("question_id"):
            if suggestion.question_id.satisfaction_factor_id != suggestion.factor_id:
                raise ValidationError(
                    self.env._("The question is of another factor. Choose one of “%s”.",
                               suggestion.factor_id.name)
                )  # fmt: skip

    # ------------------------------------------------------------ states

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_improvement_step") is STEP

    @api.model_create_multi
    def create(self, vals_list):
        """By hand: released at once, from no plan."""
        if not self._by_step():
            owned = {"state": "released", "plan_id": False}
            vals_list = [{**vals, **owned} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if {"state", "plan_id"} & vals.keys() and not self._by_step():
            raise AccessError(self.env._("Release a proposal, or turn it down, by its buttons."))
        return super().write(vals)

    def action_release(self):
        """Every dealer may read it now."""
        self._check_decides()
        for suggestion in self:
            if told := suggestion._names_in():
                raise UserError(
                    self.env._(
                        "“%s” tells whose practice it is. Take it out of the text, then release.",
                        told,
                    )
                )
        return self._decide("released")

    def action_refuse(self):
        """Not taken into the library."""
        self._check_decides()
        if self.filtered(lambda suggestion: suggestion.state != "proposed"):
            raise UserError(self.env._("It was released. Archive it, if it is not to be used."))
        return self._decide("refused")

    def _check_decides(self):
        if not self.env.user.has_group(OEM_MANAGER):
            raise AccessError(
                self.env._("The manufacturer's manager decides on proposals. Ask there.")
            )

    def _decide(self, state):
        # sudo: the right to decide was checked.
        self.sudo().with_context(crm_improvement_step=STEP).write({"state": state})
        return True

    def _names_in(self):
        """A name in the texts that tells whose practice it is; None without one."""
        plan = self.sudo().plan_id  # sudo: whose names are looked for
        dealer = plan.dealer_id
        known = [dealer.name, dealer.code, plan.name, *dealer.user_ids.mapped("name")]
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        texts = [
            (self.with_context(lang=lang)[name] or "").casefold()
            for lang in languages
            for name in ("name", "description", "effect_note")
        ]
        for name in filter(None, known):
            if any(name.casefold() in text for text in texts):
                return name
        return None

    # ------------------------------------------------------------ use

    def action_take(self):
        """Take it over as a measure of the plan that it is looked at for (in the context)."""
        plan = self.env["crm.improvement.plan"].browse(
            self.env.context.get("improvement_plan_id")
        )
        if not plan.exists():
            raise UserError(
                self.env._("Open the suggestions from a plan, then take one over into it.")
            )
        plan.check_access("read")
        items, days = plan._items_of(self), plan._days_of_new()
        for suggestion in self:
            measure = self.env["crm.improvement.measure"].create(
                {
                    **days,
                    "plan_id": plan.id,
                    "name": suggestion.name,
                    "item_id": items[suggestion].id,
                    "user_id": plan.responsible_id.id,
                }
            )
            measure._store({"suggestion_id": suggestion.id})
        return plan._get_records_action(context={})


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    def _items_of(self, suggestions):
        """``{suggestion: the weak item it is for, or none}``, by what factors are called."""
        self.ensure_one()
        items = {}
        for item in self.sudo().item_ids:  # sudo: of which factor a question is
            factor = item.factor_id or item.question_id.satisfaction_factor_id
            items.setdefault(self._called(factor), item)
        none = self.env["crm.improvement.item"]
        return {
            suggestion: items.get(self._called(suggestion.sudo().factor_id), none).with_env(
                self.env
            )
            for suggestion in suggestions
        }

    def _days_of_new(self):
        """Days of a measure that is taken over; at *Plan* they are chosen later.

        Of a plan that has begun until its last deadline; a month where that is past.
        """
        if not self.started_on:
            return {}
        today = self.company_id._today_here()
        last = self.deadline_on if self.deadline_on and self.deadline_on >= today else None
        return {"begin_on": today, "deadline_on": last or today + relativedelta(months=1)}

    @api.model
    def _called(self, factor):
        """A factor of any version of its programme."""
        return factor.programme_id.id, factor.with_context(lang="en_US").name

    def action_open_suggestions(self):
        """Proven measures for the plan's weak items."""
        self.ensure_one()
        library = self.env["crm.improvement.suggestion"].search(
            [("state", "=", "released"), ("programme_id", "=", self.programme_id.id)]
        )
        fitting = [s.id for s, item in self._items_of(library).items() if item]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_improvement_suggestion_action"
        )
        return {
            **action,
            "domain": [("id", "in", fitting)],
            "context": {"improvement_plan_id": self.id, "create": False},
        }

    def action_propose(self):
        """Propose the plan's measures as best practice; the manufacturer's manager releases.

        :raise UserError: not closed, no proven effect, or proposed before
        """
        self.ensure_one()
        self._check_manages(("closed",))
        if not self.has_gain:
            raise UserError(
                self.env._("Only what made a weak item better, by more than chance, is proposed.")
            )
        if self.is_proposed:
            raise UserError(self.env._("The plan is proposed already."))
        plan = self.sudo()  # sudo: the manager's right was checked; OdooBot is the author, so
        # that nobody who reads the library learns who proposed it.
        library = plan.with_user(self.env.ref("base.user_root")).env["crm.improvement.suggestion"]
        item = plan.item_ids.filtered(lambda i: i.verdict == "better")[:1] or plan.item_ids[:1]
        done = plan.measure_ids.filtered(lambda m: m.state == "done")
        made = library.sudo().with_context(
            crm_improvement_step=STEP, mail_create_nosubscribe=True
        ).create(
            {
                "name": plan.subject,
                "description": "\n".join(f"• {m.name}: {m.result or ''}" for m in done),
                "factor_id": (item.factor_id or item.question_id.satisfaction_factor_id).id,
                "question_id": item.question_id.id,
                "effect_note": item.words,
                "state": "proposed",
                "plan_id": plan.id,
            }
        )  # fmt: skip
        self._store({"is_proposed": True, "suggestion_id": made.id})
        return True
