from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .crm_dealer_slots import HOLDING
from .crm_service_visit import STAGES

# So far ahead an arrival may be entered.
_CLOCKS_DIFFER = timedelta(hours=1)
_ORDER = [stage for stage, _label in STAGES if stage != "cancelled"]
_CANCELLABLE = ("booked", "received", "work_order")
_FINISHED = ("delivered", "followed_up")
_MAY_REOPEN = "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager"


class CrmServiceVisit(models.Model):
    """The way of a visit through the workshop (C5)."""

    _inherit = "crm.service.visit"

    def _set_stage(self, stage):
        """Move these visits to ``stage``; all ways there (board, form, code) are checked alike.

        :raise UserError: when the visit cannot go there from where it is
        """
        return self.write({"stage": stage})

    def action_next_stage(self):
        """Move each visit one stage on."""
        for visit in self:
            if visit.stage not in _ORDER[:-1]:
                raise UserError(self.env._("%s is at its last stage.", visit.name))
            visit._set_stage(_ORDER[_ORDER.index(visit.stage) + 1])

    def action_cancel(self):
        """Cancel visits whose work has not begun."""
        self._set_stage("cancelled")

    def _check_stage(self, stage):
        for visit in self:
            if visit.stage != stage and (refusal := visit._stage_refusal(stage)):
                raise UserError(refusal)

    def _stage_refusal(self, stage):
        """Return why the visit cannot move to ``stage``, or None; extend to ask for more."""
        if stage == "cancelled" and self.stage not in _CANCELLABLE:
            return self.env._(
                "%s cannot be cancelled: the work has begun. Bring it to delivery.", self.name
            )
        if self.stage == "cancelled" and stage != "booked":
            return self.env._("%s was cancelled. Book it again first.", self.name)
        if stage == "followed_up" and self.stage != "delivered":
            return self.env._("%s must be delivered before it is followed up.", self.name)
        back = stage in _ORDER and self.stage in _FINISHED and stage not in _FINISHED
        if back and not (self.env.su or self.env.user.has_groups(_MAY_REOPEN)):
            return self.env._("%s is delivered. Ask your manager to open it again.", self.name)
        return None

    def _check_arrived(self):
        """Refuse a vehicle that is in the workshop from a time to come, where bookings are limited.

        It would take a place in that hour without asking whether there is one.
        """
        soon = fields.Datetime.now() + _CLOCKS_DIFFER
        ahead = self.filtered(lambda v: v.active and v.stage in HOLDING[1:] and v.date > soon)
        # sudo: the dealer's limit, and its way of telling the time.
        for visit in ahead.sudo().filtered("dealer_id.bookings_per_hour"):
            raise UserError(
                self.env._(
                    "%(time)s is still to come. Book the visit for then, or give the time when "
                    "the vehicle arrived.",
                    time=visit.dealer_id._say(visit.date),
                )
            )

    def _by_stage_values(self, vals):
        """Return ``[(visits, values)]`` with the times that go with the new stage."""
        now = fields.Datetime.now()
        stage = vals["stage"]
        arriving = self.browse()
        if stage == "received" and "date" not in vals:
            arriving = self.filtered(lambda visit: visit.stage == "booked")
        groups = [(arriving, {**vals, "date": now}), (self - arriving, dict(vals))]
        if stage == "delivered":
            for _visits, values in groups:
                values.setdefault("date_delivered", now)
        elif stage not in _FINISHED:
            for _visits, values in groups:
                values["date_delivered"] = False
        return [(visits, values) for visits, values in groups if visits]
