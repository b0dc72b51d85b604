from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import reason_of
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_assessment_stored import DEALER_MANAGER


class CrmAssessmentAppeal(models.Model):
    """A dealer's manager appeals against the own result, the manufacturer answers (S9).

    One each time a result is shown, and in time. Upheld: a figure or a count is corrected, and
    everything is computed anew from the stored inputs; both figures stay visible.
    """

    _name = "crm.assessment.appeal"
    _description = "Appeal against an Assessment"
    _inherit = ["crm.assessment.stored", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    line_id = fields.Many2one(
        "crm.assessment.line", string="Result", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    assessment_id = fields.Many2one(
        "crm.assessment", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="assessment_id.company_id", store=True, index=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    period_name = fields.Char(string="Name of the Period", related="assessment_id.period_name")
    assessment_state = fields.Selection(
        string="Assessment Is", related="assessment_id.state"
    )
    filed_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    filed_on = fields.Datetime(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True, help="What is wrong, in words.")
    proof = fields.Binary(readonly=True, attachment=True)
    proof_name = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("filed", "Filed"),
            ("upheld", "Upheld"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="filed",
        tracking=True,
        group_expand=True,
    )
    answer = fields.Text(readonly=True, tracking=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    answered_on = fields.Datetime(readonly=True)
    kpi_id = fields.Many2one(
        "crm.kpi", string="Corrected Figure", readonly=True, ondelete="restrict"
    )
    counts = fields.Selection(
        [
            ("complaints", "Complaints: in the Period / on One Matter in a Month / Late"),
            ("faked", "Confirmed Cases of Faked Data"),
        ],
        string="Corrected Count",
        readonly=True,
    )
    value_before = fields.Char(string="Was", readonly=True)
    value_after = fields.Char(string="Is", readonly=True)
    base_after = fields.Char(string="Cases", readonly=True)
    score_before = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    score_after = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    is_current = fields.Boolean(
        string="Against the Result of Now", default=True, readonly=True, copy=False,
        help="The result was not taken back since.",
    )  # fmt: skip
    is_mine = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)

    _current_uniq = models.UniqueIndex(
        "(line_id) WHERE is_current", "There is an appeal against this result already. Open it."
    )

    @api.depends("dealer_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for appeal in self:
            # sudo: the dealer's name, for whoever may read the appeal.
            parts = (appeal.dealer_id.sudo().name, appeal.period_name)
            appeal.display_name = " · ".join(filter(None, parts))

    @api.depends("dealer_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        own = self.env.user._own_dealers()
        for appeal in self:
            appeal.is_mine = appeal.sudo().dealer_id in own

    # -- Filing ----------------------------------------------------------------------------------

    @api.model
    def _refusal_to_file(self, line):
        """Why the user may not appeal against ``line``: an exception, or None."""
        user = self.env.user
        known = line.sudo()  # sudo: whose it is and how far decides
        if not user.has_group(DEALER_MANAGER) or known.dealer_id not in user._own_dealers():
            return AccessError(
                self.env._("Only the dealer's own manager appeals. Ask that person.")
            )
        if known.state != "shown":
            return UserError(
                self.env._("Appeals are filed while the result is shown, before it is published.")
            )
        if not known.has_appeal_time:
            return UserError(
                self.env._("This result cannot be appealed against. Write to the manufacturer "
                           "below.")
            )  # fmt: skip
        until, today = known.appeal_until, known.company_id._today_here()
        if until and today > until:
            return UserError(
                self.env._(
                    "The time to appeal ended on %s. Write to the manufacturer below.",
                    format_date(self.env, until),
                )
            )
        if known.appeal_ids.filtered("is_current"):
            return UserError(self.env._("There is an appeal against this result already. Open it."))
        return None

    @api.model
    @api.private
    def _file(self, line, reason, proof=None, proof_name=None):
        """File an appeal against ``line`` in the user's name.

        :raise AccessError: not the own dealer's manager
        :raise UserError: too late, not shown, a second one, or without words
        """
        line.check_access("read")
        assessment = line.sudo().assessment_id
        # Publishing at the same instant meets this row.
        touch(assessment)
        assessment.invalidate_recordset(["state"])
        line.invalidate_recordset(["state"])
        if refusal := self._refusal_to_file(line):
            raise refusal
        if not (reason or "").strip():
            raise UserError(self.env._("Say in words what is wrong."))
        appeal = self._stepping().create(
            {
                "line_id": line.id,
                "assessment_id": assessment.id,
                "dealer_id": line.sudo().dealer_id.id,
                "filed_by_id": self.env.uid,
                "filed_on": self.env.cr.now(),
                "reason": reason.strip(),
                "proof": proof,
                "proof_name": proof_name,
                "score_before": line.score,
            }
        )
        appeal._tell_owner()
        return appeal.with_env(self.env)

    def _tell_owner(self):
        """A to-do for who showed the result."""
        for appeal in self:
            user = appeal.assessment_id.computed_by_id or appeal.assessment_id.create_uid
            if user.active and not user.share:
                appeal.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id, summary=appeal.display_name
                )

    # -- Answer ----------------------------------------------------------------------------------

    def action_uphold(self):
        """Correct a figure or a count, with a reason."""
        action = self._ask("uphold")
        # sudo: what counts now, for the manager of the manufacturer.
        counts = self.sudo().assessment_id._counts(self.dealer_id)
        now = {**counts["complaints"], "faked": counts["faked"]}
        action["context"] |= {f"default_{name}": number for name, number in now.items()}
        return action

    def action_reject(self):
        """Refuse the appeal with a reason."""
        return self._ask("refuse")

    def action_withdraw(self):
        """The dealer's manager takes the appeal back."""
        self.check_access("read")
        return self._answer("withdrawn")

    def _ask(self, kind):
        self.ensure_one()
        self.check_access("read")
        self.env["crm.assessment"]._check_manager()
        return ask(
            "crm.assessment.dialog", self.env._("Answer the Appeal"), appeal_id=self.id, kind=kind
        )

    @api.private
    def _answer(self, state, answer=None, correction=None):
        """Answer an appeal: ``upheld``, ``rejected``, or ``withdrawn`` by the dealer itself.

        :param dict correction: of an upheld one: ``kpi`` (a ``crm.kpi``), ``value`` (a float, or
            None for no case) and ``base`` (number of cases); or ``counts`` with either
            ``complaints`` (numbers by ``COMPLAINTS``) or ``faked`` (a number)
        :raise AccessError: not the manufacturer's manager, or not the own appeal
        :raise UserError: answered already, or without words; says what to do
        """
        self.ensure_one()
        self._check_may_answer(state)
        assessment = self.sudo().assessment_id
        touch(assessment)
        touch(self)
        self.invalidate_recordset()
        assessment.invalidate_recordset(["state"])
        if self.state != "filed" or assessment.state != "shown":
            raise UserError(self.env._("The appeal was answered already. Reload the page."))
        answer = reason_of(self, answer, state != "withdrawn")
        values = {
            "state": state,
            "answer": answer or False,
            "answered_by_id": self.env.uid,
            "answered_on": self.env.cr.now(),
        }
        if state == "upheld":
            values |= assessment._correct(self.sudo(), correction or {}, values["answer"])
        self._stepping().write(values)
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        self.sudo()._tell_dealer()
        return True

    def _check_may_answer(self, state):
        self.check_access("read")
        if state != "withdrawn":
            self.env["crm.assessment"]._check_manager()
        elif not self.is_mine or not self.env.user.has_group(DEALER_MANAGER):
            raise AccessError(self.env._("Only the dealer's own manager takes an appeal back."))

    def _tell_dealer(self):
        """Who filed it is told that there is an answer; who left, the manager of now instead."""
        for appeal in self.filtered(lambda one: one.state != "withdrawn"):
            user = appeal.filed_by_id
            if appeal.dealer_id not in user._own_dealers():
                user = appeal.dealer_id._present_manager()
            if not user:
                continue
            worded = appeal.with_context(lang=user.lang)
            appeal.message_notify(
                partner_ids=user.partner_id.ids,
                subject=worded.env._("Your appeal was answered: %s", worded.display_name),
                body=appeal.answer,
            )
