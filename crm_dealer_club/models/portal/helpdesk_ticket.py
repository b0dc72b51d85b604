from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

_WRITTEN = ("comment", "email", "email_outgoing", "sms")
# After these the customer says how it went.
_RATEABLE = {"rescue": ("done", "called_back", "closed")}


class HelpdeskTicket(models.Model):
    """A complaint or a rescue on its customer's pages (M10).

    Called as superuser by the controllers, which have found out whose it is.
    """

    _inherit = "helpdesk.ticket"

    # -- What is read there -----------------------------------------------------------------------

    def _member_messages(self):
        """What the customer wrote, and what was written to the customer; never a note."""
        self.ensure_one()
        customer = self.commercial_partner_id
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", _WRITTEN),
                ("is_internal", "=", False),
                ("subtype_id.internal", "=", False),
                ("subtype_id", "!=", False),
            ],
            order="date, id",
        )
        return messages.filtered(
            lambda message: message.author_id.commercial_partner_id == customer
            or self._answers(message)
        )

    def _member_thread(self):
        """``[{"own", "author", "date", "text", "files"}]`` of the messages, oldest first."""
        customer = self.commercial_partner_id
        return [
            {
                "own": message.author_id.commercial_partner_id == customer,
                "author": message.author_id.name or "",
                "date": message.date,
                "text": html2plaintext(message.body or "", include_references=False),
                "files": message.attachment_ids,
            }
            for message in self._member_messages()
        ]

    def _member_rating(self):
        """What the customer rated, if anything."""
        return self.rating_ids.filtered("consumed")[:1]

    def _member_may_rate(self):
        return self.crm_step in self._member_rateable() and not self._member_rating()

    @api.model
    def _member_rateable(self):
        return _RATEABLE.get(self.crm_kind, ())

    # -- What is written there --------------------------------------------------------------------

    @api.model
    def _as_member(self):
        """Without the ERP's own ideas of who follows what is written."""
        return self.with_context(
            mail_create_nosubscribe=True, mail_post_autofollow=False, rescue_from_member=True
        )

    def _member_says(self, author, text, pictures=()):
        """Post what the customer writes, with pictures.

        :param author: the contact that is signed in
        :param str text: plain text, may be empty with pictures
        :param pictures: ``(bytes, media type, ending)`` as ``tools.picture.clean`` returns them
        """
        self.ensure_one()
        if not text and not pictures:
            raise UserError(self.env._("Write something, or choose a photo."))
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{self.env._('photo')}-{number}.{ending}",
                    "raw": content,
                    "mimetype": kind,
                    # What portal users post comes from there, and goes to the ticket.
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for number, (content, kind, ending) in enumerate(pictures, 1)
            ]
        )
        self._as_member().message_post(
            body=text,
            author_id=author.id,
            email_from=author.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=files.ids,
        )
        self._member_wrote(author)

    def _member_wrote(self, author):
        """Somebody of ours looks at it: whoever works on the ticket gets a to-do."""
        user = self._crm_carer()
        if not user or user.share or not user.has_group("base.group_user"):
            return
        summary = self.with_context(lang=user.lang).env._("The customer wrote: answer")
        kind = "mail.mail_activity_data_todo"
        open_ones = self.activity_search([kind], user_id=user.id)
        if not open_ones.filtered(lambda activity: activity.summary == summary):
            self.activity_schedule(kind, user_id=user.id, summary=summary)

    def _member_rates(self, author, stars, words):
        """The customer says how it went, once.

        :param int stars: 1 to 5
        """
        self.ensure_one()
        if not self._member_may_rate():
            raise UserError(self.env._("This was rated already, or is not at its end yet."))
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "partner_id": author.id,
                "rated_partner_id": self.user_id.partner_id.id,
            }
        )
        self._as_member().rating_apply(stars, rating=rating, feedback=words)

    # -- In the own data --------------------------------------------------------------------------

    @api.model
    def _member_tickets(self, customer, kind, limit=None):
        """The customer's tickets of a kind, latest first."""
        return self.search(
            [("crm_kind", "=", kind), ("commercial_partner_id", "=", customer.id)],
            order="date_received desc, id desc",
            limit=limit,
        )

    def _member_age(self):
        return fields.Datetime.now() - self.date_received
