"""What the printed report shows beside its plain fields; the same for both sides (S9)."""

from odoo import models


def _row(record, photos, **vals):
    """A line of the report: an item of an audit or of its result."""
    names = ("place", "name", "state", "points", "max_points", "share", "is_finding", "remark")
    return {**{name: record[name] for name in names}, "photos": photos, **vals}


def _score(record):
    """With one digit, as on the screen; nothing before the audit was done."""
    return f"{record.score:.1f}" if record.done_on else ""


class CrmAudit(models.Model):
    _inherit = "crm.audit"

    def _print_score(self):
        return _score(self)

    def _print_checklist(self):
        return self.checklist_id.display_name

    def _print_auditor(self):
        """The name, unless it is a mystery visit: the paper may reach the dealer."""
        return "" if self.kind == "mystery" else self.auditor_id.name

    def _print_rows(self):
        """Sections, each with its items below it."""
        self.ensure_one()
        rows = []
        for part in self.score_ids.sorted("sequence"):
            section = {"name": part.section_id.name, "share": part.score, "known": part.has_score}
            rows.append({**section, "is_section": True})
            answers = self.answer_ids.filtered(
                lambda answer, part=part: answer.section_id == part.section_id
            )
            for answer in answers.sorted("place"):
                photos = answer.photo_ids.mapped("image")
                rows.append(_row(answer, photos, is_section=False, known=answer.state == "scored"))
        return rows


class CrmAuditResult(models.Model):
    _inherit = "crm.audit.result"

    def _print_score(self):
        return _score(self)

    def _print_checklist(self):
        return self.checklist_name

    def _print_auditor(self):
        return self.auditor_id.name or ""

    def _print_rows(self):
        """Sections, each with its items below it."""
        self.ensure_one()
        return [
            _row(line, line.photo_ids.filtered("image").mapped("image"), is_section=line.is_section,
                 known=line.state == "scored")
            for line in self.line_ids
        ]  # fmt: skip
