"""The steps of our tickets: one method that checks rights and conditions (M7, M8).

A kind says its steps in ``_crm_steps``, what must hold before one in ``_crm_refusal``, what is
written with it in ``_crm_step_values``, and what follows in ``_crm_after_step``.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    date_received = fields.Datetime(
        string="Received on", readonly=True, copy=False, index="btree_not_null"
    )
    date_solved = fields.Datetime(string="Solved on", readonly=True, copy=False, tracking=True)
    date_reopened = fields.Datetime(string="Reopened on", readonly=True, copy=False)
    reopen_count = fields.Integer(
        string="Reopened", readonly=True, copy=False, help="How often it was opened again."
    )

    @api.model
    def _crm_steps(self):
        """``{kind: {step: the steps it may follow}}``; extend it with your kind."""
        return {}

    def _crm_refusal(self, step):
        """Why this ticket may not come to ``step``, in words that say what to do; else None."""
        return None

    def _crm_step_values(self, step):
        """What is written together with the step."""
        if step == self._crm_last_step():
            return {"closed_date": fields.Datetime.now()}
        return {}

    def _crm_after_step(self, step):
        """What follows once the tickets are at ``step``; ``received`` for new ones.

        The customer is told here, by the templates of the stage.
        """
        for ticket in self:
            ticket._ticket_notify_customer()

    @api.model
    def _crm_last_step(self):
        return "closed"

    def _crm_step(self, step, vals=None):
        """Take tickets of ours to a step.

        :param str step: code of the stage
        :param dict vals: written together with it
        :raise AccessError: without the right to write them
        :raise UserError: a condition is missing; says which
        """
        self._crm_check_may_step()
        # Who takes a step at the same instant is repeated, and sees this one.
        touch(self)
        self.invalidate_recordset(["stage_id", "crm_step"])
        for ticket in self:
            ticket._crm_check_step(step, vals or {})
        for ticket in self:
            stage = self.env["helpdesk.ticket.stage"]._of_step(
                ticket.crm_kind, step, ticket.team_id
            )
            ticket._store({**ticket._crm_step_values(step), **(vals or {}), "stage_id": stage.id})
        self._crm_after_step(step)
        return True

    def _crm_move(self, stage):
        """A card was dragged, or the stage written: the same step with the same conditions."""
        stage = stage.sudo()
        for ticket in self:
            if stage.crm_kind != ticket.sudo().crm_kind or ticket.team_id not in stage.team_ids:
                raise UserError(
                    self.env._("“%s” is no stage of this kind of ticket.", stage.name)
                )
        return self._crm_step(stage.crm_step)

    def _crm_check_may_step(self):
        if self.env.su:
            return
        self.check_access("write")
        if self - self._ours():
            raise AccessError(self.env._("These steps are for complaints and rescue only."))

    def _crm_check_step(self, step, vals):
        before = self._crm_steps().get(self.crm_kind, {}).get(step)
        if before is None or self.crm_step not in before:
            stages = self.env["helpdesk.ticket.stage"]
            names = [
                stages._of_step(self.crm_kind, code, self.team_id).name for code in before or ()
            ]
            wanted = " / ".join(name for name in names if name) or "-"
            raise UserError(
                self.env._(
                    "“%(ticket)s” is at “%(stage)s”; this step follows on %(wanted)s. "
                    "Take it through the steps in their order.",
                    ticket=self.display_name,
                    stage=self.stage_id.name,
                    wanted=wanted,
                )
            )
        if refusal := self._crm_refusal(step):
            raise UserError(refusal)
