from odoo import api, models

_SOURCES = ("res.partner", "crm.lead", "crm.service.visit", "crm.vehicle")


class MailActivity(models.Model):
    """Activities for contacts: done means that a contact took place, and it is logged (C8)."""

    _inherit = "mail.activity"

    @api.model
    def _contact_types(self):
        names = ("mail_activity_type_contact", "mail_activity_type_due_contact")
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return [find(f"crm_dealer_grading.{name}") for name in names]

    def _for_contacts(self):
        """Those of ``self`` that plan a contact with a customer."""
        possible = self.filtered(lambda a: a.res_model in _SOURCES and a.res_id)
        if not possible:
            return possible  # most are about other things, and cost no query of ours
        kinds = self._contact_types()
        return possible.filtered(lambda a: a.activity_type_id.id in kinds)

    def _contact_plans(self):
        """The due contacts and the log entries that wait for these activities."""
        # sudo: bookkeeping of to-dos that the user may close or not by the activities' rights.
        dues = self.env["crm.contact.due"].sudo()
        logs = self.env["crm.contact.log"].sudo()
        planned = [("activity_id", "in", self.ids)]
        return (
            dues.search([*planned, ("state", "=", "planned")]),
            logs.search([*planned, ("next_done", "!=", True)]),
        )

    def _action_done(self, feedback=False, attachment_ids=None):
        self._for_contacts().filtered("active")._log_contacts(feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _log_contacts(self, feedback):
        """Log the contacts that these activities planned, unless a logged contact closed them."""
        dues, steps = self._contact_plans()
        # sudo: who may mark the activity done may say so in the log.
        logs = self.env["crm.contact.log"].sudo().with_context(contact_activity_ids=self.ids)
        closed = self.env["crm.contact.due"].sudo().search([("activity_id", "in", self.ids)])
        known = closed.activity_id | logs.search([("activity_id", "in", self.ids)]).activity_id
        todo = (self - known) | dues.activity_id | steps.activity_id
        steps.write({"next_done": True})
        for activity in todo.with_env(self.env):
            source = activity._contact_source_in_sight()
            due = dues.filtered(lambda due, activity=activity: due.activity_id == activity)
            due.write({"state": "done", "closed_on": due._today()})
            values = source._contact_values() if source else {}
            if not values.get("partner_id") and not values.get("lead_id"):
                continue
            words = (feedback or activity.summary or activity.activity_type_id.name).strip()
            values |= {"way": due.way or "phone", "summary": words.splitlines()[0]}
            values["deep"] = due._is_deep()
            if feedback and len(words.splitlines()) > 1:
                values["feedback"] = words
            due.log_id = logs.create(values)

    def _contact_source_in_sight(self):
        """What the activity is about; nothing where the user pointed it at another dealer's."""
        source = self.env[self.res_model].browse(self.res_id).exists()
        hidden = source - source._filtered_access("read")
        # Who logs need not open the record, but is not of another dealer.
        return (source - hidden._of_other_dealers()).sudo()

    def write(self, vals):
        result = super().write(vals)
        moved = not {"res_id", "res_model_id", "res_model"}.isdisjoint(vals)
        if moved and self.env["crm.dealer.scope"]._acts_for_dealers():
            # Core asks for the record that the activity was about, not for the one it is now.
            self.check_access("create")
        if "user_id" in vals and (mine := self._for_contacts()):
            dues, _steps = mine._contact_plans()
            dues.user_id = vals["user_id"]
        return result

    def unlink(self):
        """A cancelled contact is put off by one interval; it does not come back tomorrow."""
        if mine := self._for_contacts():
            dues, steps = mine._contact_plans()
            dues.write({"state": "skipped", "closed_on": dues._today()})
            steps.write({"next_done": True})
        return super().unlink()
