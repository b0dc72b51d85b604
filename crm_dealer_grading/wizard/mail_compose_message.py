from odoo import api, fields, models

from ..models.contact.res_partner_allowed import ADVERTISING
from ..models.network.res_users import ROLE

_NAMES = 3


class MailComposeMessage(models.TransientModel):
    """Who writes an e-mail sees which recipients want no advertising by e-mail (P4).

    It is a hint: an answer to a question is no advertising.
    """

    _inherit = "mail.compose.message"

    no_advertising = fields.Char(compute="_compute_no_advertising")

    @api.depends("partner_ids", "model", "res_ids", "composition_mode")
    @api.depends_context("uid")
    def _compute_no_advertising(self):
        ours = self.env.user.has_group(ROLE)
        for composer in self:
            people = composer._advertising_people() if ours else self.env["res.partner"]
            # sudo: who writes is told what the recipients do not want.
            declined = people.sudo()._declined_ways(ADVERTISING)
            unwilling = people.filtered(lambda p, d=declined: "email" in d.get(p.id, ()))
            composer.no_advertising = composer._advertising_hint(unwilling)

    def _advertising_people(self):
        """Recipients that the user may read."""
        people = self.partner_ids._origin
        if self.model == "res.partner":
            people |= people.browse(self._evaluate_res_ids()).exists()
        return people._filtered_access("read")

    def _advertising_hint(self, people):
        if not people:
            return False
        names = ", ".join(people[:_NAMES].mapped("display_name"))
        if len(people) > _NAMES:
            return self.env._(
                "No advertising by e-mail to %(names)s and %(more)s more: they do not want it. "
                "What they asked for may be answered.",
                names=names,
                more=len(people) - _NAMES,
            )
        return self.env._(
            "No advertising by e-mail to %s: they do not want it. What they asked for may be "
            "answered.",
            names,
        )
