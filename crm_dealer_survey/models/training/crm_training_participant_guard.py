"""Who registers whom, who enters attendance, who writes what of a participation (S7)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.steps import take
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .roles import STEP, is_oem_manager, manages

_OPEN = ("draft", "announced", "held")


class CrmTrainingParticipant(models.Model):
    _inherit = "crm.training.participant"

    @api.depends_context("uid")
    @api.depends("session_id", "dealer_id", "partner_id")
    def _compute_may(self):
        user = self.env.user
        for one in self:
            one.is_own = one.sudo().partner_id == user.partner_id
            one.may_attend = one.session_id._leads()
            one.may_manage = one._is_managed()

    def _is_managed(self):
        """Whether the user looks after the person: the dealer's manager, the OEM manager."""
        user = self.env.user
        return is_oem_manager(user) or manages(user, self.sudo().dealer_id)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_training_step") is STEP

    # ------------------------------------------------------------ create, write, unlink

    @api.model_create_multi
    def create(self, vals_list):
        """Register people: a dealer's manager the own ones, the OEM manager anybody."""
        given = {"session_id", "person_id", "message_follower_ids", "activity_ids"}
        people = self.env["crm.training.person"]
        sessions = self.env["crm.training.session"]
        ready = []
        for vals in vals_list:
            vals = vals if self._by_step() else {k: v for k, v in vals.items() if k in given}
            session = sessions.browse(
                vals.get("session_id") or self.env.context.get("default_session_id")
            )
            person = people.browse(vals.get("person_id"))
            self._check_may_register(session, person)
            # What follows is said, so that no default of the context takes its place.
            fixed = {"dealer_id": person.sudo().dealer_id.id}
            if not self._by_step():
                fixed |= {"state": "registered", "test_state": "none", "hours": 0.0,
                          "certified_on": False, "valid_until": False, "tested_on": False,
                          "score": 0.0, "evaluation": False, "practice": False}  # fmt: skip
            ready.append({**vals, **fixed, "session_id": session.id})
            sessions |= session
        touch(sessions)
        participants = super().create(ready)
        participants.session_id._check_seats()
        participants.filtered(lambda p: p.session_id.state == "announced").sudo()._invite()
        return participants

    def _check_may_register(self, session, person):
        """:raise AccessError: the person or the session is not the user's to register with"""
        if not session or not person:
            raise UserError(self.env._("Say who takes part, and in which session."))
        session.check_access("read")
        person.check_access("read")
        user, owner = self.env.user, session.sudo().dealer_id
        dealer = person.sudo().dealer_id
        if not self.env.su and not is_oem_manager(user) and not manages(user, dealer):
            raise AccessError(
                self.env._("Only a dealer's manager registers its people. Ask the manager.")
            )
        if owner and owner != dealer:
            raise UserError(
                self.env._(
                    "“%(session)s” is held at %(dealer)s for its own staff.",
                    session=session.display_name,
                    dealer=owner.name,
                )
            )
        if session.sudo().state not in _OPEN:
            raise UserError(
                self.env._("“%s” is over or cancelled. Choose another.", session.display_name)
            )
        late = session.sudo().state == "held"
        if late and not self.env.su and not session._leads():
            raise UserError(
                self.env._(
                    "“%s” was held already: who led it adds whoever came.", session.display_name
                )
            )

    def write(self, vals):
        if not self._by_step():
            talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
            names = vals.keys() - talk
            for one in self:
                if names - one._writable_fields():
                    raise AccessError(one._write_refusal())
            if "practice" in vals:
                vals = {**vals, **self._practice_stamp(vals["practice"])}
        return super().write(vals)

    def _writable_fields(self):
        """What the user may write of this participation now."""
        self.ensure_one()
        one = self.sudo()
        if one.state != "attended":
            return set()
        names = set()
        if one.partner_id == self.env.user.partner_id:
            names |= {"evaluation", "comment"}
        if self._is_managed():
            names |= {"practice", "practice_note"}
        if one.session_id.state == "held" and self.session_id._leads():
            names |= {"hours"}
        return names

    def _write_refusal(self):
        return self.env._(
            "Attendance, tests and certificates of %s come by the buttons. Participants evaluate "
            "what they attended; their manager says whether practice changed.",
            self.sudo().name,
        )

    def _practice_stamp(self, practice):
        self.activity_unlink(["mail.mail_activity_data_todo"])
        day = self.env.company._today_here() if practice else False
        return {"practice_on": day, "practice_by_id": practice and self.env.uid}

    @api.ondelete(at_uninstall=False)
    def _unlink_registered_only(self):
        for one in self if not self._by_step() else ():
            if not one._is_managed() and not self.env.su:
                raise AccessError(one._write_refusal())
            if one.sudo().state != "registered" or one.sudo().invited_on:
                raise UserError(
                    self.env._("Unregister %s instead: the invitation was sent.", one.name)
                )

    # ------------------------------------------------------------ attendance

    def action_present(self):
        """These people were there, for the hours of the session."""
        return self._set_attendance("attended")

    def action_absent(self):
        """These people were not there."""
        return self._set_attendance("absent")

    def action_unregister(self):
        """These people do not come; the seat is free again."""
        self._take()
        for one in self:
            if not one._is_managed():
                raise AccessError(one._write_refusal())
            if one.sudo().state != "registered" or one.session_state not in _OPEN[:2]:
                raise UserError(
                    self.env._("%s cannot be unregistered any more: the session is over.", one.name)
                )
        self._store({"state": "cancelled"})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_register_again(self):
        """These people come after all."""
        self._take()
        for one in self:
            if one.sudo().state != "cancelled":
                raise UserError(self.env._("%s is registered already.", one.name))
            one._check_may_register(one.session_id, one.person_id)
        touch(self.session_id)
        for one in self:
            one._store({"state": "registered", "dealer_id": one.sudo().person_id.dealer_id.id})
        self.session_id._check_seats()
        return True

    def _take(self):
        """The rows, taken: whoever comes second is repeated with fresh eyes."""
        self.check_access("read")
        take(self)

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked rights and conditions."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_training_step=STEP).write(vals)

    @api.private
    def _set_attendance(self, state):
        """:raise AccessError: by anybody but who leads the session
        :raise UserError: the session is not at “held”, or the person has a certificate of it"""
        self._take()
        for one in self:
            if not one.session_id._leads():
                raise AccessError(
                    self.env._(
                        "Who led “%s” enters attendance. Ask that person.",
                        one.session_id.display_name,
                    )
                )
            if one.session_id.sudo().state != "held":
                raise UserError(
                    self.env._("Attendance is entered once the session was held, and before "
                               "it is closed. Use the buttons of the session.")  # fmt: skip
                )
            if state != "attended" and one.sudo().attempts:
                raise UserError(
                    self.env._("%s did the test: who was there cannot be absent.", one.name)
                )
        # sudo: the to-do to come is the participant's; whoever leads the session settles it.
        # Said once more it changes nothing: neither hours nor a certificate by a test.
        changed = self.sudo().filtered(lambda one: one.state != state)
        changed.activity_unlink(["mail.mail_activity_data_todo"])
        for one in changed:
            present = state == "attended"
            one._store({"state": state, "hours": one.session_id.hours if present else 0.0})
            if not present:
                one._end_test()
            one._certify(one.day if present and not one.has_test else False)
        return True
