from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .helpdesk_ticket_steps import STEPS, TIMES

MANAGERS = "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager"


class CrmRescueCorrection(models.Model):
    """A time of a rescue that a manager put right, with the reason; append-only (M8).

    To create one is to correct the time.
    """

    _name = "crm.rescue.correction"
    _description = "Correction of a Rescue's Time"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    dealer_id = fields.Many2one(related="ticket_id.dealer_id", store=True, index=True)
    step = fields.Selection(STEPS, required=True)
    old_time = fields.Datetime(readonly=True)
    new_time = fields.Datetime(required=True)
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, default=lambda self: self.env.user
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.user.has_groups(MANAGERS):
            raise AccessError(
                self.env._("Only managers correct the times of a rescue. Ask yours.")
            )
        vals_list = [self._completed(vals) for vals in vals_list]
        corrections = super().create(vals_list)
        for correction in corrections:
            correction._apply()
        return corrections

    @api.model
    def _completed(self, vals):
        ticket = self.env["helpdesk.ticket"].browse(
            vals.get("ticket_id") or self.env.context.get("default_ticket_id")
        )
        ticket.check_access("write")
        step = vals.get("step")
        if ticket.crm_kind != "rescue" or step not in TIMES:
            raise UserError(self.env._("Choose a rescue and the step whose time is wrong."))
        if len((vals.get("reason") or "").strip()) < 3:
            raise UserError(self.env._("Say why the time is corrected."))
        if not ticket[TIMES[step]]:
            raise UserError(
                self.env._("%s has not come to this step: take the step first.", ticket.number)
            )
        return vals | {
            "ticket_id": ticket.id,
            "old_time": ticket[TIMES[step]],
            "user_id": self.env.uid,
        }

    def _apply(self):
        """Write the time, if the steps stay in their order and none is in the future."""
        ticket = self.ticket_id
        if self.new_time > fields.Datetime.now():
            raise UserError(self.env._("The corrected time lies in the future."))
        ticket._store({TIMES[self.step]: self.new_time})
        times = [ticket[name] for name in TIMES.values() if ticket[name]]
        if times != sorted(times):
            raise UserError(
                self.env._(
                    "With this time the steps of %s would not follow one another. Correct the "
                    "steps before or after it first.",
                    ticket.number,
                )
            )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A correction stays as it is. Enter another one instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Corrections are kept, so that everybody can follow them."))
