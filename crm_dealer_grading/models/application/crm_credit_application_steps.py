from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.steps import take

ACTIVITY = "crm_dealer_grading.mail_activity_type_credit_approval"


class CrmCreditApplication(models.Model):
    """States of an application: draft → submitted → filed; refused ones are drafts again (K2)."""

    _inherit = "crm.credit.application"

    def _today(self):
        """Today where the limit is given."""
        return self.company_id._credit_company()._today_here()

    def _lock_in(self, *states):
        """Hold the row until the end of the transaction; refuse other states than these.

        Two who act at once: whoever comes second waits, is repeated by the server, and finds what
        the first one did.
        """
        self.ensure_one()
        take(self)
        self.sudo().review_ids.invalidate_recordset()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(number)s is “%(state)s”. Open it to see what can be done next.",
                    number=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )

    # ---------------------------------------------------------------- submitting

    def action_submit(self):
        """Submit drafts for approval; says everything that is missing at once.

        :raise ValidationError: something is missing
        """
        for application in self:
            application._check_own_step()
            application._lock_in("draft")
            application._check_complete()
            application._store(
                {
                    "state": "submitted",
                    "submitted_by_id": self.env.uid,
                    "submitted_on": application._today(),
                    "approved_limit": False,
                    "assessment_id": False,
                    "refusal_reason": False,
                    "refused_by_id": False,
                    "refused_on": False,
                }
            )
            application._start_reviews()
        return True

    def _check_own_step(self):
        """Who submits, recalls or cancels could write the form."""
        self.check_access("read" if self.env.su else "write")
        self._check_editor()
        self._check_own_customers()

    def _check_complete(self):
        missing = [*self._missing_data(), *self._missing_papers()]
        if missing:
            raise ValidationError(
                self.env._(
                    "%(number)s cannot be submitted yet:\n%(missing)s",
                    number=self.name,
                    missing="\n".join(f"- {line}" for line in missing),
                )
            )

    def _missing_data(self):
        """What the form lacks, in words; extend to ask for more."""
        self.ensure_one()
        lines = []
        if not self.channel_class_id:
            lines.append(self.env._("choose the channel class"))
        if self.currency_id.compare_amounts(self.requested_limit, 0) <= 0:
            lines.append(self.env._("enter a requested limit above zero"))
        if not self.legal_person and self.partner_id.is_company:
            lines.append(self.env._("enter the legal representative"))
        if not self.valid_until or self.valid_until <= self._today():
            lines.append(self.env._("enter a day to come until which the limit holds"))
        return lines

    def _missing_papers(self):
        """What is wrong with the papers that the channel class requires, in words."""
        self.ensure_one()
        kinds = self.env["crm.credit.paper.type"].search(
            [("channel_class_ids", "in", self.channel_class_id.ids)]
        )
        lines = []
        for kind in kinds:
            papers = self.paper_ids.filtered(lambda paper, kind=kind: paper.type_id == kind)
            faults = [paper._faults() for paper in papers]
            if not papers:
                lines.append(self.env._("add the paper “%(paper)s”", paper=kind.name))
            elif all(faults):  # one that counts is enough
                lines.append(
                    self.env._(
                        "the paper “%(paper)s”: %(faults)s",
                        paper=kind.name,
                        faults="; ".join(min(faults, key=len)),
                    )
                )
        return lines

    # ---------------------------------------------------------------- back, and out

    def action_recall(self):
        """Take a submitted application back to correct it; approvals start anew."""
        for application in self:
            application._check_own_step()
            application._lock_in("submitted")
            application._close_reviews()
            application._store({"state": "draft"})
            application._log_step(self.env._("Recalled by %(user)s.", user=self.env.user.name))
        return True

    def action_cancel(self):
        """Give an application up that is not filed yet."""
        for application in self:
            application._check_own_step()
            application._lock_in("draft", "submitted")
            application._close_reviews()
            application._store({"state": "cancelled"})
        return True

    def _close_reviews(self):
        """Nobody is asked to approve any more; what was approved stays on record."""
        self.sudo().activity_unlink([ACTIVITY])
        reviews = self.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))
        reviews._in_step().write({"status": "cancel"})

    def _log_step(self, body):
        """Note a step in the chatter: staff without the right to write the form act too."""
        # sudo: posting asks for the right to write, acting does not.
        self.sudo().message_post(body=body)

    # ---------------------------------------------------------------- filing

    def _file(self):
        """File an application that every step approved: customer's file, limit, state.

        :raise UserError: a step has not approved, or it is filed already
        """
        self.ensure_one()
        application = self.sudo()
        if application.state != "submitted" or application.validation_status != "validated":
            raise UserError(self.env._("An application is filed when every step approved it."))
        if application.valid_until <= application._today():
            raise UserError(
                self.env._("Enter a day to come until which the limit holds, then approve.")
            )
        take(application.assessment_id)  # who cancels it at this instant waits, or was first
        if application.assessment_id and application.assessment_id.state != "done":
            raise UserError(
                self.env._(
                    "The assessment behind %(number)s was cancelled: refuse the application, so "
                    "that the customer is assessed anew.",
                    number=application.name,
                )
            )
        application._write_back()
        application.activity_unlink([ACTIVITY])
        application._grant_limit()
        application._store({"state": "filed", "filed_on": application._today()})

    def _grant_limit(self):
        """Open the customer's credit file and grant what was approved (K3)."""
        file = self.env["crm.credit.file"]._open(self.partner_id, self.company_id)
        file._grant(
            self.approved_limit,
            self.valid_until,
            self.env._("Application %(number)s", number=self.name),
            application=self,
            assessment=self.assessment_id,
        )

    def unlink(self):
        """Drafts only; their reviews are none."""
        self._unlink_never_submitted()
        return super().unlink()

    def restart_validation(self):
        """Of the tiers; here an application is recalled and submitted anew."""
        raise AccessError(self._state_refusal())
