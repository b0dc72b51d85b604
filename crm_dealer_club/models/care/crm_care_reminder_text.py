"""Words of messages and to-dos, in the reader's language (M5)."""

import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

_logger = logging.getLogger(__name__)


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    @api.model
    def _messages(self, leaders):
        """Texts of the messages of ``leaders`` (lines of a plan), in a few passes.

        :return: ``{reminder id: {"body", "subject" of e-mails, "note" of to-dos}}``; who is
            missing has a text that cannot be filled in
        """
        groups = defaultdict(list)
        langs = self._reader_langs(leaders)
        for leader in leaders:
            groups[leader.rule, leader.channel, langs[leader.id]].append(leader)
        texts = {}
        for (rule_id, channel, lang), group in groups.items():
            rule = self.env["crm.care.rule"].browse(rule_id).with_context(lang=lang)
            try:
                texts |= rule._render(channel, [line.id for line in group])
            except UserError:
                _logger.warning("Care rule %s: its text for %s fails", rule_id, channel)
                continue
            for line in group:
                self.with_context(lang=lang)._add_others(texts[line.id], line)
        return texts

    @api.model
    def _reader_langs(self, leaders):
        """``{reminder id: language}``: customers read in theirs, staff in theirs."""
        users = self.env["res.users"].browse({line.user for line in leaders if line.user})
        staff = {user.id: user.lang for user in users}
        people = self.env["res.partner"].browse({line.person for line in leaders})
        customers = {person.id: person.lang for person in people}
        known = {code for code, _name in self.env["res.lang"].get_installed()}
        fallback = self.env.lang or "en_US"

        def reader(line):
            return staff[line.user] if line.channel == "activity" else customers[line.person]

        langs = {line.id: reader(line) for line in leaders}
        return {key: lang if lang in known else fallback for key, lang in langs.items()}

    @api.model
    def _add_others(self, text, leader):
        """Add what else is told: one message tells all of the day."""
        others = [self.browse(line.id)._in_a_line() for line in leader.told]
        if leader.channel == "email":
            if others:
                items = Markup("").join(Markup("<li>%s</li>") % other for other in others)
                words = self.env._("We also remind you of:")
                text["body"] += Markup("<p>%s</p><ul>%s</ul>") % (words, items)
            text["body"] += self._footer(leader)
        elif others:
            text["body" if leader.channel == "sms" else "note"] += "\n" + self.env._(
                "Also: %s", "; ".join(others)
            )
        if leader.channel == "activity":
            text["note"] = plaintext2html(text["note"].strip()) if text["note"].strip() else False

    @api.model
    def _footer(self, leader):
        """How to withdraw the consent, below an e-mail."""
        rules = self.env["crm.care.rule"].browse([line.rule for line in (leader, *leader.told)])
        url = self.env["crm.club.consent"]._stop_url(
            self.env["res.partner"].browse(leader.person), rules.purpose_id, "email"
        )
        return Markup('<p style="font-size: 12px; color: #666;">%s <a href="%s">%s</a></p>') % (
            self.env._("You no longer want such e-mails?"),
            url,
            self.env._("Unsubscribe"),
        )
