from odoo import models

_LANGUAGES = ("zh_CN", "en_US")


class CrmRectification(models.Model):
    """What the printed notice shows beside its plain fields (S4)."""

    _inherit = "crm.rectification"

    def _print_choice(self, name):
        """The boxes of a selection: ``[(ticked, Chinese and English)]``."""
        self.ensure_one()
        field, chosen = self._fields[name], self[name]
        worded = [
            dict(field._description_selection(self.with_context(lang=lang).env))
            for lang in _LANGUAGES
        ]
        return [
            (key == chosen, " ".join(dict.fromkeys(words[key] for words in worded)))
            for key in worded[0]
        ]

    def _print_findings(self):
        """``[(Chinese and English name, figure)]`` of what the notice is about."""
        rows = []
        for finding in self.sudo().finding_ids:  # sudo: names of questions, on the print
            names = (finding.with_context(lang=lang).display_name for lang in _LANGUAGES)
            rows.append((" ".join(dict.fromkeys(names)), finding.said))
        return rows

    def _print_words(self):
        """What the customer said of the last report; empty until called."""
        last = self.sudo().recall_ids[:1]  # sudo: on the print for whoever may read it
        return last.note or "" if last.report_number == self.report_count else ""

    def _print_signatures(self):
        """The signature boxes: ``[(Chinese, English, who, when)]``, empty until signed."""
        self.ensure_one()
        notice = self.sudo()  # sudo: who signed is on the print for whoever may read it
        return [
            ("签发人", "Issued by", notice.issuer_id.name, notice.issued_on),
            ("签收人", "Accepted by", notice.accepted_by_id.name, notice.accepted_on),
            ("责任人", "Responsible", notice.responsible_id.name, False),
            ("整改完成", "Reported by", notice.reported_by_id.name, notice.reported_on),
            ("关闭确认", "Closed by", notice.closed_by_id.name, notice.closed_on),
        ]
