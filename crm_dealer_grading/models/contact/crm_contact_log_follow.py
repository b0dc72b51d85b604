from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

# Days in which whoever logged a contact may correct it; a system parameter changes them.
CORRECTION_DAYS = 7
_MANAGERS = "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager"
# What the activity of the next step follows.
_NEXT_STEP = {"next_date", "next_step", "user_id"}
# The activity follows the entry with all rights: it is one that the entry itself has made.
_OWN_STEP = {"activity_id": False, "next_done": False}


class CrmContactLog(models.Model):
    """What follows from a contact: next step, closed to-dos, the customer's need (C8, G12)."""

    _inherit = "crm.contact.log"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, **_OWN_STEP} for vals in vals_list]
        logs = super().create(vals_list)
        # Where nobody answered, what was to be said is still to be said.
        logs.filtered(lambda log: not log.missed)._close_what_was_due()
        logs._update_need()
        logs._plan_next_step()
        self.env["res.partner"]._forget_contacts()
        return logs

    def write(self, vals):
        self._check_correction()
        if not self.env.su and _OWN_STEP.keys() & vals.keys():
            raise AccessError(
                self.env._("The next step is closed by its activity, or by logging the contact.")
            )
        spoken = self.filtered("missed") if vals.get("missed") is False else self.browse()
        result = super().write(vals)
        spoken._close_what_was_due()
        if _NEXT_STEP & vals.keys():
            self._replan_next_step()
        if {"need_state", "partner_id"} & vals.keys():
            self._update_need()
        self.env["res.partner"]._forget_contacts()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.partner"]._forget_contacts()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_correction(self):
        self._check_correction()
        # sudo: the to-do of a contact goes with it, whoever was to do it.
        self.sudo().filtered(lambda log: not log.next_done).activity_id.unlink()

    @api.model
    def _correction_days(self):
        # sudo: a parameter that everybody is subject to.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("crm_dealer_grading.contact_correction_days")
        return int(value) if value and value.isdigit() else CORRECTION_DAYS

    def _check_correction(self):
        """Staff correct what they logged themselves, for some days; managers the rest.

        :raise AccessError: for an entry of somebody else, or one that is too old
        """
        if self.env.su or self.env.user.has_groups(_MANAGERS):
            return
        # The refusal names the entry: to those who read it.
        self.check_access("read")
        days = self._correction_days()
        since = fields.Datetime.now() - timedelta(days=days)
        for log in self.sudo():
            if self.env.user not in log.create_uid | log.user_id:
                raise AccessError(
                    self.env._(
                        "“%(contact)s” was logged by %(user)s. Ask your manager to correct it, "
                        "or log what you know as a new contact.",
                        contact=log.summary,
                        user=(log.user_id or log.create_uid).name,
                    )
                )
            if log.create_date and log.create_date < since:
                raise AccessError(
                    self.env._(
                        "“%(contact)s” was logged more than %(days)s days ago. "
                        "Ask your manager to correct it.",
                        contact=log.summary,
                        days=days,
                    )
                )

    # -- The customer ------------------------------------------------------------------------

    def _update_need(self):
        """Note the need on the customer, unless a later contact says something else."""
        # sudo: who may log a contact with the customer may tell how its need stands.
        logs = self.sudo().filtered(lambda log: log.need_state and log.commercial_partner_id)
        if not logs:
            return
        latest = dict(
            logs._read_group(
                [
                    ("commercial_partner_id", "in", logs.commercial_partner_id.ids),
                    ("need_state", "!=", False),
                ],
                ["commercial_partner_id"],
                ["date:max"],
            )
        )
        for log in logs.sorted("date"):
            customer = log.commercial_partner_id
            if log.date >= latest[customer] and customer.need_state != log.need_state:
                customer.need_state = log.need_state

    # -- What was to be done -----------------------------------------------------------------

    def _close_what_was_due(self):
        """For contacts that reached the customer: what was to be said is said."""
        self._close_due_contacts()
        self._close_next_steps()

    def _close_due_contacts(self):
        """The customer was contacted: an open due contact is done, by whomever."""
        # sudo: the to-do may be a colleague's; who may log the contact has done it.
        dues = self.env["crm.contact.due"].sudo()._open_of(self.sudo().commercial_partner_id)
        for log in self.sudo():
            due = dues.filtered(lambda due, log=log: due.partner_id == log.commercial_partner_id)
            if due:
                due._close("done", log)
                dues -= due

    def _close_next_steps(self):
        """Next steps that had become due and were entered from the same record are done."""
        logs = self.sudo()  # sudo: as above
        whose = Domain("commercial_partner_id", "in", logs.commercial_partner_id.ids)
        whose |= Domain("lead_id", "in", logs.lead_id.ids)
        own = self.env.context.get("contact_activity_ids", [])
        steps = logs.search(
            whose
            & Domain("id", "not in", self.ids)
            & Domain("next_date", "!=", False)
            & Domain("next_done", "!=", True)
            & Domain("activity_id", "not in", own)
        )
        for log in logs if steps else ():
            day = fields.Datetime.context_timestamp(log, log.date).date()
            done = steps.filtered(
                lambda step, log=log, day=day: step.next_date <= day
                and step._contact_source() == log._contact_source()
            )
            if done:
                done._close_steps(log.summary)
                steps -= done

    def _close_steps(self, feedback=False):
        """Mark the next steps of ``self`` closed, and their activities done."""
        activities = self.activity_id.filtered("active")
        self.write({"next_done": True})
        if activities:
            activities.action_feedback(feedback=feedback)

    # -- What is to be done ------------------------------------------------------------------

    def _plan_next_step(self):
        """Each next step becomes an activity of the responsible person."""
        kind = self.env.ref("crm_dealer_grading.mail_activity_type_contact")
        # Without the defaults of the dialog, which are not meant for the activity.
        env = self.env(context=clean_context(self.env.context))
        for log in self.filtered(lambda log: log.next_date and not log.next_done):
            source = log._contact_source().with_env(env)
            activity = source.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=log.next_date,
                summary=log.next_step or log.summary,
                user_id=log.user_id.id or self.env.uid,
            )
            # sudo: the link to the activity is no correction of the entry.
            log.sudo().activity_id = activity

    def _replan_next_step(self):
        """An open activity follows its entry; without a date there is none."""
        for log in self.filtered(lambda log: not log.next_done):
            activity = log.sudo().activity_id  # sudo: it may be a colleague's by now
            if not activity:
                log._plan_next_step()
            elif not log.next_date:
                activity.unlink()
                log.sudo().next_done = False
            else:
                activity.write(
                    {
                        "date_deadline": log.next_date,
                        "summary": log.next_step or log.summary,
                        "user_id": log.user_id.id or self.env.uid,
                    }
                )
