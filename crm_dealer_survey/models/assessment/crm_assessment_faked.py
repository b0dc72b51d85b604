"""Confirmed cheating that an assessment counts: each case once (S9)."""

from collections import Counter
from datetime import datetime, time, timedelta

from odoo import fields, models


class CrmAssessmentPolicy(models.Model):
    _inherit = "crm.assessment.policy"

    def _faked(self, dealers, begin, end):
        """``{dealer: number}`` of confirmed cheats: answers, and sales that were none."""
        flags = self.env["crm.satisfaction.flag"]
        groups = flags._read_group(
            flags._faked_domain(dealers, begin, end), ["dealer_id"], ["__count"]
        )
        found = Counter({dealer.id: count for dealer, count in groups})
        found.update(self._faked_late(dealers, begin, end))
        found.update(self.env["crm.audit"]._faked_by_dealer(dealers, begin, end))
        return {str(number): count for number, count in sorted(found.items())}

    def _faked_late(self, dealers, begin, end):
        """Cheating of a period before, confirmed in this one, when the other was computed.

        A published period does not change any more: what comes out later counts when it does.

        :return: ids of dealers, one for each case
        """
        day = timedelta(days=1)  # clocks differ by less
        flags = self.env["crm.satisfaction.flag"].search_fetch(
            [
                ("state", "=", "confirmed"),
                ("dealer_id", "in", dealers.ids),
                ("date", "<", begin),
                ("decided_on", ">=", datetime.combine(begin - day, time.min)),
                ("decided_on", "<", datetime.combine(end + day, time.min)),
            ],
            ["dealer_id", "date", "decided_on"],
        )
        published = flags and self.env["crm.assessment"].search_fetch(
            [
                ("policy_code", "=", self.code),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "published"),
                ("begin", "<", begin),
            ],
            ["begin", "end", "computed_on"],
        )
        here = self.with_context(tz=self.company_id._tz_here())
        return [
            flag.dealer_id.id
            for flag in flags
            if begin <= fields.Datetime.context_timestamp(here, flag.decided_on).date() < end
            and any(
                one.begin <= flag.date < one.end and one.computed_on < flag.decided_on
                for one in published
            )
        ]
