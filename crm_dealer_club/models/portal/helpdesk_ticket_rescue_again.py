from odoo import models

# What a second call says anew; the kind of breakdown stays as whoever took the first one has it.
_SAID = (
    "rescue_place", "rescue_latitude", "rescue_longitude", "partner_phone", "rescue_people",
    "rescue_danger",
)  # fmt: skip


class HelpdeskTicket(models.Model):
    """Who is stranded calls once more: from elsewhere, with another phone, in danger now (M10)."""

    _inherit = "helpdesk.ticket"

    def _rescue_called_again(self, author, vals):
        """Write what the call says anew, note it, and tell who sends help.

        What it leaves out stays as it was: nobody is out of danger by not saying so.
        """
        self.ensure_one()
        fault = self.env["crm.rescue.fault"].browse(vals.get("rescue_fault_id") or [])
        said = {**vals, "rescue_danger": vals.get("rescue_danger") or fault.dangerous}
        given = {name: said[name] for name in _SAID if said.get(name)}
        changed = {
            name: value
            for name, value in given.items()
            if self[name] != self._fields[name].convert_to_cache(value, self)
        }
        if not changed and fault <= self.rescue_fault_id:
            return
        user = self._rescue_alerted()
        words = self.with_context(lang=user.lang)
        note = words._rescue_again_in_words(author, changed, fault)
        endangered = "rescue_danger" in changed
        self._as_member().write(changed | ({"priority": "3"} if endangered else {}))
        self.message_post(body=note, author_id=author.id, subtype_xmlid="mail.mt_note")
        summary = (
            words.env._("In danger now: the stranded customer called again")
            if endangered
            else words.env._("The stranded customer called again: see what changed")
        )
        kind = "mail.mail_activity_data_todo"
        open_ones = self.activity_search([kind], user_id=user.id)
        if not open_ones.filtered(lambda activity: activity.summary == summary):
            self.activity_schedule(kind, user_id=user.id, summary=summary, note=note)

    def _rescue_alerted(self):
        """Who sends help: whoever took it up, else the dealer's manager, else ours."""
        takers = self.user_id | self.answered_by_id
        takers = takers.filtered(lambda user: user.active and not user.share)
        return (takers or self._crm_dealer_managers() or self._crm_oem_managers())[:1]

    def _rescue_again_in_words(self, author, changed, fault):
        """What the call changes, as ``label: before → now``."""
        said = {name: (self[name], value) for name, value in changed.items()}
        if fault != self.rescue_fault_id:
            words = fault.with_env(self.env)
            said["rescue_fault_id"] = (self.rescue_fault_id.name, words.name)
        parts = [
            self.env._(
                "%(label)s: %(before)s → %(now)s",
                label=self._fields[name]._description_string(self.env),
                before=before or "–",
                now=self.env._("yes") if now is True else now,
            )
            for name, (before, now) in said.items()
        ]
        return self.env._(
            "%(customer)s called again. %(changes)s",
            customer=author.name,
            changes="; ".join(parts),
        )
