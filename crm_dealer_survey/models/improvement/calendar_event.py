from odoo import models

from .crm_improvement_part import STEP


class CalendarEvent(models.Model):
    """An appointment that is moved in the calendar moves its improvement meeting (S6)."""

    _inherit = "calendar.event"

    def write(self, vals):
        result = super().write(vals)
        moved = {"start", "stop", "duration"} & vals.keys()
        if moved and self.env.context.get("crm_improvement_step") is not STEP:
            # sudo: who may move the appointment moves the meeting, and nothing else of it.
            meetings = self.env["crm.improvement.meeting"].sudo()
            for meeting in meetings.search(
                [("event_id", "in", self.ids), ("state", "=", "planned")]
            ):
                event = meeting.event_id
                hours = (event.stop - event.start).total_seconds() / 3600
                meeting._store({"start": event.start, "duration": hours or meeting.duration})
        return result
