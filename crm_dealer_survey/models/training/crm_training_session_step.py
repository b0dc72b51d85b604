"""Steps of a session: draft → announced → held → closed; one method takes each (S7)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .roles import STEP

# Step: (states it follows on, state it leads to, whether the trainer may take it).
STEPS = {
    "announce": (("draft",), "announced", False),
    "hold": (("announced",), "held", True),
    "close": (("held",), "closed", True),
    "reopen": (("closed",), "held", False),
    "cancel": (("draft", "announced"), "cancelled", False),
}
_OWNED = {"state", "name", "reason"}
# Of a session that was held, only these change.
_LATER = {"cost", "summary", "note"}


class CrmTrainingSession(models.Model):
    _inherit = "crm.training.session"

    def action_announce(self):
        """Show the session to those invited, and write to who is registered."""
        return self._step("announce")

    def action_hold(self):
        """The session took place: now attendance is entered."""
        return self._step("hold")

    def action_close(self):
        """All attendance is entered: tests go out, the follow-up gets its day."""
        return self._step("close")

    def action_reopen(self):
        """Correct the attendance of a closed session."""
        return self._step("reopen")

    def action_cancel(self):
        """The session does not take place; who is registered is told."""
        return self._step("cancel")

    @api.private
    def _step(self, step):
        """Take sessions a step further.

        :param str step: a key of ``STEPS``
        :raise AccessError: it is not the user's step
        :raise UserError: state or a condition does not fit; says what to do
        """
        self.check_access("read")
        before, state, by_trainer = STEPS[step]
        for session in self:
            if not (session._leads() if by_trainer else session._owns()):
                raise AccessError(
                    self.env._(
                        "“%s” is led by others. Ask who planned it.", session.display_name
                    )
                )
        take(self)
        for session in self:
            check_at(session, before)
            if refusal := session.sudo()._refusal(step):
                raise UserError(refusal)
        # sudo: the right to the step replaces that to the fields; it was checked.
        ours = self.sudo().with_context(crm_training_step=STEP)
        for session in ours:
            session.write({"state": state, **session._step_values(step)})
            session._after_step(step)
        return True

    def _refusal(self, step):
        people = self.participant_ids.filtered(lambda p: p.state != "cancelled")
        if step == "hold":
            if self.date_begin > fields.Datetime.now():
                return self.env._(
                    "“%s” has not begun yet. Correct its dates first.", self.display_name
                )
            if not people:
                return self.env._(
                    "Nobody is registered for “%s”. Register the participants, or cancel it.",
                    self.display_name,
                )
        if step == "close" and (open_people := people.filtered(lambda p: p.state == "registered")):
            return self.env._(
                "Enter first who attended. Still open: %s.",
                ", ".join(open_people[:10].mapped("name")),
            )
        return None

    def _step_values(self, step):
        if step == "announce" and self.name == "/":
            sequence = self.env["ir.sequence"].with_company(self.company_id)
            return {"name": sequence.next_by_code("crm.training.session")}
        return {}

    def _after_step(self, step):
        """With all rights; the user is still who took the step."""
        if step == "announce":
            self.participant_ids._invite()
        elif step == "close":
            attended = self.participant_ids.filtered(lambda p: p.state == "attended")
            attended._send_tests()
            attended._plan_follow_up()
            self.need_ids._settle()
        elif step == "cancel":
            self.participant_ids._call_off()
            self.need_ids._release()

    # ------------------------------------------------------------ create, write, unlink

    @api.model_create_multi
    def create(self, vals_list):
        """A draft with its end: as many hours after the beginning as the course has."""
        made = []
        for vals in vals_list:
            vals = {**vals, "state": "draft", "name": "/", "reason": False}
            begin = fields.Datetime.to_datetime(vals.get("date_begin"))
            if begin and not vals.get("date_end"):
                course = self.env["crm.training"].browse(vals.get("training_id"))
                hours = vals.get("hours") or course.hours or 1.0
                vals["date_end"] = begin + timedelta(hours=hours)
            made.append(vals)
        return super().create(made)

    def write(self, vals):
        if self.env.context.get("crm_training_step") is not STEP:
            self._check_may_write(vals)
        result = super().write(vals)
        if "seats" in vals:
            self._check_seats()
        return result

    def _check_may_write(self, vals):
        if _OWNED & vals.keys():
            raise AccessError(
                self.env._("A session changes its state by its buttons only: use these.")
            )
        talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
        names = vals.keys() - talk - {"participant_ids"}
        for session in self:
            if names and not session._owns() and names - {"summary", "note"}:
                raise AccessError(
                    self.env._("“%s” is planned by others. Ask them.", session.display_name)
                )
            over = session.sudo().state in ("held", "closed", "cancelled")
            if over and names - _LATER - {"need_ids"}:
                raise UserError(
                    self.env._(
                        "“%s” is over: only cost, agenda and conclusions change.",
                        session.display_name,
                    )
                )

    def _check_seats(self):
        taken = self._seats_taken()
        for session in self:
            if taken.get(session.id, 0) > session.seats:
                raise UserError(
                    self.env._(
                        "“%(session)s” has %(seats)s seats. Take more, or another session.",
                        session=session.display_name,
                        seats=session.seats,
                    )
                )

    def action_register(self):
        """Choose the people who take part."""
        self.ensure_one()
        return ask(
            "crm.training.registration", self.env._("Register for a Training"), session_id=self.id
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(session.state != "draft" for session in self):
            raise UserError(self.env._("Only drafts are deleted. Cancel the session instead."))
