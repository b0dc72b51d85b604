from odoo import models


class CrmKpiValue(models.Model):
    """From a figure to the records behind it, as they are today (S10)."""

    _inherit = "crm.kpi.value"

    def action_open_numerator(self):
        """Open the records that the numerator counts, as far as the user may see them."""
        return self._open_part(0)

    def action_open_denominator(self):
        """Open the records that the denominator counts."""
        return self._open_part(1)

    def _open_part(self, number):
        self.ensure_one()
        end = self._period_end(self.period_kind, self.period)
        parts = self.kpi_id._parts(self.period, end)
        part = parts[min(number * len(parts) // 2, len(parts) - 1)]
        domain = [*part.domain, *self._where(part.dealer)]
        name = self.display_name
        if self.is_closed and len(parts) < 4 and self._sees_all():
            name = self._named_with_difference(part, domain, number)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": part.model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"active_test": False, "create": False},
        }

    def _sees_all(self):
        """Whether the reader sees all records behind the value: dealers only their own."""
        return self.level == "dealer" or not self.env.user.dealer_scoped

    def _named_with_difference(self, part, domain, number):
        """What was counted when the period was closed, and what the records say today."""
        records = self.env[part.model].with_context(active_test=False)
        [[now]] = records._read_group(domain, [], [part.measure])
        return self.env._(
            "%(name)s: %(then)s when closed, %(now)s today",
            name=self.display_name,
            then=f"{round(self.denominator if number else self.numerator, 2):g}",
            now=f"{round(now or 0, 2):g}",
        )

    def _where(self, dealer):
        """Condition on the path ``dealer`` that leaves the records of this value."""
        if self.level == "dealer":
            return [(dealer, "=", self.dealer_id.id)]
        if self.level == "region":
            return [(f"{dealer}.region_id", "child_of", self.region_id.id)]
        return []
