from odoo import models


class CrmRetentionRule(models.Model):
    """What of another kind goes the same way as the records of a rule (P4).

    It is counted by the preview and has an entry in the log of its own.
    """

    _inherit = "crm.retention.rule"

    def _along(self, found):
        """Return ``(code, kind, records)`` of what goes with ``found``; no code: nothing does.

        :param found: ids or a query of the rule's records
        """
        kind = self._kind()
        if not kind or not kind.along:
            return "", None, self.browse()
        code, domain = getattr(self, kind.along)(found)
        other = self._kinds()[code]
        if self.action == "clear":
            domain &= self._with_texts(other)
        # sudo: all of them, whoever sees them; archived ones, too.
        records = self.env[other.model].sudo().with_context(active_test=False)
        return code, other, records.search(domain)

    def _preview_along(self):
        """How many records of another kind would go the same way."""
        if not self._kind():
            return 0
        _code, _kind, records = self._along(self._records()._search(self._concerned()))
        return len(records)
