"""What an upheld appeal changes: a KPI's figure, or a count, and all that follows (S9)."""

import json

from odoo import models
from odoo.exceptions import UserError

from ...tools.assessment import COUNTS, corrected_counts

# In the order in which they are told.
COMPLAINTS = ("total", "same_matter", "late")


def _told(count):
    """A corrected count in digits; of complaints all three: ``3 / 2 / 1``."""
    if isinstance(count, dict):
        return " / ".join(str(count.get(name, 0)) for name in COMPLAINTS)
    return str(count)


class CrmAssessment(models.Model):
    _inherit = "crm.assessment"

    def _counts(self, dealer):
        """What counts now of a dealer: ``{"complaints": {name: number}, "faked": number}``."""
        counts = corrected_counts(json.loads(self.inputs_json))
        known = counts["complaints"].get(str(dealer.id), {})
        return {
            "complaints": {name: known.get(name, 0) for name in COMPLAINTS},
            "faked": counts["faked"].get(str(dealer.id), 0),
        }

    def _correct(self, appeal, correction, reason):
        """Put a corrected figure or count into the inputs, and compute everything anew.

        What was collected stays in the inputs beside it.

        :return: what the appeal keeps of it
        :raise UserError: the policy does not look at it, or it cannot be so
        """
        self.ensure_one()
        policy, inputs = json.loads(self.policy_json), json.loads(self.inputs_json)
        if correction.get("counts"):
            change, told = self._corrected_count(policy, appeal.dealer_id, correction["counts"])
        else:
            change, told = self._corrected_figure(inputs, appeal.dealer_id, correction)
        inputs["corrections"].append(
            {"dealer": appeal.dealer_id.id, **change, "reason": reason, "appeal": appeal.id}
        )
        line = appeal.line_id._stepping()
        before = line.score
        self._stepping()._store(policy, inputs)
        first = line.score_before if line.is_corrected else before
        line.with_context(tracking_disable=True).write(
            {"score_before": first, "is_corrected": True}
        )
        return {**told, "score_before": before, "score_after": line.score}

    def _corrected_figure(self, inputs, dealer, correction):
        kpi = correction.get("kpi")
        if not kpi or kpi.code not in inputs["figures"]:
            raise UserError(self.env._("Choose a figure that counts in this assessment."))
        old = inputs["figures"][kpi.code].get(str(dealer.id), {}).get("value")
        value, base = correction.get("value"), correction.get("base") or "0"
        self._check_correction(kpi, value, base)
        change = {"kpi": kpi.code, "value": value, "n": base, "old": old}
        told = {
            "kpi_id": kpi.id, "value_before": old, "value_after": value, "base_after": base,
        }  # fmt: skip
        return change, told

    def _check_correction(self, kpi, value, base):
        """:raise UserError: a value without cases, cases without a value, or no share at all"""
        if (value is None) != (float(base) <= 0):
            raise UserError(
                self.env._("Say of how many cases the right value is, or that there are none.")
            )
        if value is not None and kpi.unit == "percent" and not 0 <= float(value) <= 100:
            raise UserError(self.env._("“%s” lies between 0 and 100 %%.", kpi.name))

    def _corrected_count(self, policy, dealer, counts):
        [(name, count)] = counts.items()
        if COUNTS.get(name) not in {rule["kind"] for rule in policy["rules"]}:
            raise UserError(self.env._("Choose a figure that counts in this assessment."))
        old = self._counts(dealer)[name]
        numbers = [count[part] for part in COMPLAINTS] if name == "complaints" else [count]
        if min(numbers) < 0 or max(numbers) > numbers[0]:
            raise UserError(
                self.env._(
                    "Say the right numbers: none is below 0, and no part is more than all "
                    "complaints of the period."
                )
            )
        told = {"counts": name, "value_before": _told(old), "value_after": _told(count)}
        return {name: count, "old": old}, told
