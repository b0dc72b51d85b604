from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

# A form that is sent twice is one complaint.
_TWICE = timedelta(minutes=10)
_STEPS = ("receive", "analyse", "solve", "call_back", "closed")


class HelpdeskTicket(models.Model):
    """A complaint on the pages of who complains (M10)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _complaint_by_member(self, author, vals, text, pictures=()):
        """A member complains.

        :param author: the contact that is signed in
        :param dict vals: category, vehicle, visit
        :param str text: what happened, plain text
        """
        if len(text) < 3:
            raise UserError(self.env._("Tell us in a few words what happened."))
        if told := self._complaint_just_told(author, vals, text):
            return told
        channel = self.env.ref("crm_dealer_club.channel_portal", raise_if_not_found=False)
        ticket = self._as_member().create(
            {
                **vals,
                "crm_kind": "complaint",
                "name": text.splitlines()[0][:80],
                "description": text,
                "partner_id": author.id,
                "partner_email": author.email,
                "partner_phone": author.phone,
                "channel_id": channel.id if channel else False,
                "user_id": False,
            }
        )
        ticket._member_says(author, text, pictures)
        return ticket

    @api.model
    def _complaint_just_told(self, author, vals, text):
        """The complaint that the same person just wrote in the same words, if any.

        Both requests count in the row of the page's limit, so that the second sees the first.
        """
        recent = self.search(
            [
                ("crm_kind", "=", "complaint"),
                ("partner_id", "=", author.id),
                ("vehicle_id", "=", vals.get("vehicle_id") or False),
                ("date_received", ">=", fields.Datetime.now() - _TWICE),
            ],
            order="id desc",
        )
        return recent.filtered(lambda one: html2plaintext(one.description).strip() == text)[:1]

    @api.model
    def _complaint_causes(self):
        """What a member chooses from: the first level of the causes, in plain words."""
        return self.env["helpdesk.ticket.category"].search(
            [("crm_kind", "=", "complaint"), ("parent_id", "=", False)]
        )

    def _complaint_steps(self):
        """``[(words, "done" | "now" | "next", None)]`` for the customer."""
        words = {
            "receive": self.env._("We have your complaint"),
            "analyse": self.env._("We look into it"),
            "solve": self.env._("We work on the solution"),
            "call_back": self.env._("There is a solution; we ask you whether it is right"),
            "closed": self.env._("Closed"),
        }
        place = _STEPS.index(self.crm_step) if self.crm_step in _STEPS else 0
        return [
            (words[step], "done" if n < place else "now" if n == place else "next", None)
            for n, step in enumerate(_STEPS)
        ]

    def _complaint_status(self):
        return next(words for words, state, _time in self._complaint_steps() if state == "now")

    def _complaint_may_reopen(self):
        """Whether the customer may still say that it is not solved."""
        if self.crm_step != "closed":
            return False
        days = self.company_id.club_reopen_days
        since = self.closed_date or self.date_solved or self.last_stage_update
        return not since or fields.Datetime.now() - since <= timedelta(days=days)

    def _complaint_reopen(self, author, text):
        """The customer says that it is not solved, within the days of the company."""
        self.ensure_one()
        if not self._complaint_may_reopen():
            raise UserError(
                self.env._(
                    "It is too late to open this complaint again here. Write a new one; we find "
                    "the old one by your vehicle."
                )
            )
        if len(text) < 3:
            raise UserError(self.env._("Tell us in a few words what is not solved."))
        self._as_member()._complaint_again(text)
        self._member_says(author, text)

    @api.model
    def _member_rateable(self):
        if self.crm_kind == "complaint":
            return ("call_back", "closed")
        return super()._member_rateable()
