from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_credit_application import STEP
from .crm_credit_application_steps import ACTIVITY

_OPEN = ("waiting", "pending")


class CrmCreditApplication(models.Model):
    """Approvals by tiers, one step after the other, each by another person (K2).

    Whatever calls the tiers' methods, buttons, a script or the comment dialog, comes here.
    """

    _inherit = "crm.credit.application"

    manager_ids = fields.Many2many(
        "res.users",
        string="Department Managers",
        compute="_compute_manager_ids",
        compute_sudo=True,
        help="Managers of the dealer; of customers without one, the manufacturer's.",
    )

    turn_name = fields.Char(string="Waits for", compute="_compute_turn")
    turn_step = fields.Char(compute="_compute_turn")
    turn_user_ids = fields.Many2many("res.users", string="Asked", compute="_compute_turn")

    @api.depends("review_ids.status", "review_ids.reviewer_ids")
    def _compute_turn(self):
        """The step that comes next: its name, its signature line, who is asked."""
        for application in self:
            review = application._turn()
            application.turn_name = review.name
            application.turn_step = review.credit_step
            application.turn_user_ids = review.reviewer_ids

    @api.depends("dealer_id.user_ids")
    def _compute_manager_ids(self):
        """Named by the first step of approval."""
        managers = self.env.ref("crm_dealer_grading.group_dealer_manager").all_user_ids
        network = self.env.ref("crm_dealer_grading.group_oem_manager").all_user_ids
        for application in self:
            dealer = application.dealer_id
            application.manager_ids = managers & dealer.user_ids if dealer else network

    def _start_reviews(self):
        """Ask the steps that the tiers' definitions name for this application."""
        reviews = self._in_step().request_validation()
        if not reviews:
            raise UserError(
                self.env._(
                    "No approval step is set up for this application. Ask the manufacturer's "
                    "manager to set one up under Configuration."
                )
            )
        for review in reviews.sudo():
            if not review.reviewer_ids:
                raise UserError(
                    self.env._(
                        "Nobody can approve the step “%(step)s”: who filed or edited an "
                        "application does not approve it. Have somebody else file it, or give "
                        "another person the role.",
                        step=review.name,
                    )
                )
        self._announce_turn()

    def request_validation(self):
        """Of the tiers; applications are submitted."""
        if self.env.context.get("credit_application_step") is STEP:
            return super().request_validation()
        return self.action_submit()

    # ---------------------------------------------------------------- whose turn it is

    def _turn(self):
        """The open review that comes next, in sudo; empty when all are closed."""
        # sudo: what the step asks for is not the reader's to see, only whether it is the turn.
        reviews = self.sudo().review_ids.filtered(lambda review: review.status in _OPEN)
        return reviews.sorted(lambda review: (review.sequence, review.id))[:1]

    def _check_decider(self):
        """The review that the user decides on.

        :raise AccessError: the user filed or edited it, decided already, or is not asked
        """
        self.ensure_one()
        self.check_access("read")
        user, application, review = self.env.user, self.sudo(), self._turn()
        if not review or self.state != "submitted":
            raise UserError(self.env._("%(number)s waits for nobody's approval.", number=self.name))
        if user in application.editor_ids | application.submitted_by_id:
            raise AccessError(
                self.env._(
                    "You filed or edited %(number)s: another person has to approve it.",
                    number=self.name,
                )
            )
        if user in application.review_ids.filtered(lambda r: r.status == "approved").done_by:
            raise AccessError(
                self.env._(
                    "You approved a step of %(number)s already: another person takes the next.",
                    number=self.name,
                )
            )
        # Asked anew, not of what was stored when the step was set up: roles change.
        people = review._eligible_users()
        if user not in people:
            raise AccessError(
                self.env._(
                    "%(number)s waits for “%(step)s”: %(people)s.",
                    number=self.name,
                    step=review.name,
                    people=", ".join(people[:5].mapped("name")) or "-",
                )
            )
        return review

    # ---------------------------------------------------------------- deciding

    def action_approve(self, comment=None):
        """Approve the step whose turn it is; without a comment the dialog asks for one."""
        self.ensure_one()
        review = self._check_decider()
        if comment is None and review.has_comment:
            return self._ask("validate", review)
        return self._approve(comment)

    def action_refuse(self, reason=None):
        """Refuse with a reason; without one the dialog asks for it."""
        self.ensure_one()
        review = self._check_decider()
        if not (reason or "").strip():
            return self._ask("reject", review)
        return self._refuse(reason)

    def validate_tier(self):
        """Of the tiers: approve."""
        return self.action_approve()

    def reject_tier(self):
        """Of the tiers: refuse."""
        return self.action_refuse()

    def _ask(self, decision, review):
        action = self._add_comment(decision, review)
        if decision == "validate":
            comment = review.definition_id.comment_approve_default or self.env._("Agreed")
            action["context"]["default_comment"] = comment
            action["name"] = self.env._("Approve: %(step)s", step=review.name)
        else:
            action["name"] = self.env._("Refuse: why?")
        return action

    def _approve(self, comment=None):
        """Approve the step whose turn it is, and file after the last (one row lock)."""
        self._lock_in("submitted")
        review = self._check_decider()
        self._check_step_done(review)
        stepping = self.sudo()._in_step()  # sudo: checked above; the reviews are not theirs
        review = review.with_env(stepping.env)
        review.comment = comment
        self.env.add_to_compute(review._fields["reviewer_ids"], review)
        stepping._validate_tier(review)
        if review.status != "approved":
            raise AccessError(self._state_refusal())
        self._log_step(
            self.env._("“%(step)s” approved. %(comment)s", step=review.name, comment=comment or "")
        )
        self._after_step()
        return True

    def _refuse(self, reason):
        """Return it to whoever filed it, with the reason."""
        self._lock_in("submitted")
        review = self._check_decider()
        stepping = self.sudo()._in_step()  # sudo: as above
        review = review.with_env(stepping.env)
        review.comment = reason
        self.env.add_to_compute(review._fields["reviewer_ids"], review)
        stepping._rejected_tier(review)
        self._close_reviews()
        self._store(
            {
                "state": "draft",
                "refusal_reason": reason,
                "refused_by_id": self.env.uid,
                "refused_on": self._today(),
            }
        )
        self._log_step(
            self.env._("“%(step)s” refused: %(reason)s", step=review.name, reason=reason)
        )
        filer = self.sudo().submitted_by_id
        self.sudo().activity_schedule(ACTIVITY, user_id=filer.id, note=reason)
        return True

    def _check_step_done(self, review):
        """What the step itself brings is there before it approves."""
        application = self.sudo()
        if review.credit_step == "department":
            return
        missing = []
        if review.credit_step == "commerce" and application.assessment_id.state != "done":
            missing.append(self.env._("choose the assessment of the customer"))
        if application.currency_id.compare_amounts(application.approved_limit, 0) <= 0:
            missing.append(self.env._("enter an approved limit above zero"))
        if missing:
            raise UserError(
                self.env._(
                    "Before “%(step)s” approves: %(missing)s. To grant nothing, refuse.",
                    step=review.name,
                    missing="; ".join(missing),
                )
            )

    def _after_step(self):
        """Ask the next step, or file."""
        reviews = self.sudo().review_ids
        waiting = reviews.filtered(lambda review: review.status in _OPEN)
        self.env.add_to_compute(reviews._fields["reviewer_ids"], waiting)
        reviews._update_review_status()
        self._update_counter({"review_deleted": True})
        if waiting:
            self._announce_turn()
        else:
            self._file()

    def _announce_turn(self):
        """To-dos for those who decide next, and commerce's first proposal."""
        application, review = self.sudo(), self._turn()
        application.activity_unlink([ACTIVITY])
        if review.definition_id.credit_step == "commerce":
            application._propose()
        people = review._eligible_users()
        # Who holds the role itself is asked before managers whose role implies it.
        named = people & review.reviewer_group_id.user_ids or people
        for user in named[:10]:
            application.activity_schedule(ACTIVITY, user_id=user.id, summary=review.name)
        if not people:
            self._log_step(
                self.env._(
                    "Nobody is left to approve “%(step)s”: give another person the role, or "
                    "recall the application.",
                    step=review.name,
                )
            )

    def action_assess(self):
        """Open a new assessment of the customer, for commerce."""
        self.ensure_one()
        self._check_decider()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assess %(customer)s", customer=self.partner_id.display_name),
            "res_model": "crm.credit.assessment",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id._credit_company().id,
            },
        }

    @api.onchange("assessment_id")
    def _onchange_assessment_id(self):
        if self.assessment_id:
            limit = self.assessment_id.proposed_limit
            self.approved_limit = min(self.requested_limit, limit or 0)

    def _propose(self):
        """The last assessment of the customer, and the limit it proposes."""
        self.ensure_one()
        assessment = self.env["crm.credit.assessment"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "in", self.company_id._credit_family()),
                ("state", "=", "done"),
            ],
            order="done_on desc, id desc",
            limit=1,
        )
        if assessment:
            limit = min(self.requested_limit, assessment.proposed_limit or 0)
            self._store({"assessment_id": assessment.id, "approved_limit": limit})

    # ---------------------------------------------------------------- the tiers' own methods

    def _validate_tier(self, tiers=False):
        """Of the tiers; outside of a step it is approving, with all that is checked there."""
        if self.env.context.get("credit_application_step") is STEP:
            return super()._validate_tier(tiers)
        return self._approve()

    def _rejected_tier(self, tiers=False):
        """Of the tiers; a refusal has a reason."""
        if self.env.context.get("credit_application_step") is STEP:
            return super()._rejected_tier(tiers)
        raise UserError(self.env._("Say why you refuse."))
