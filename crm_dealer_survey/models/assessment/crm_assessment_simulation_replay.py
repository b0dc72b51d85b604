"""Replaying one period of a simulation from its stored inputs (S9)."""

import json

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.assessment import assess
from ...tools.canonical import canonical
from ...tools.simulation import as_history, chained, compare, periods_back
from .crm_assessment_simulation import REPLAYED


def _number(text):
    return float(text) if text is not None else 0.0


class CrmAssessmentSimulationPeriod(models.Model):
    _inherit = "crm.assessment.simulation.period"

    def _replay(self):
        """Replay the period from its stored inputs; callers have the right to the step."""
        self.ensure_one()
        assessment = self.assessment_id
        if assessment.state not in REPLAYED:
            raise UserError(
                self.env._("“%s” was taken back. Choose another period.", assessment.display_name)
            )
        policy = json.loads(self.simulation_id.policy_json)
        used, inputs = json.loads(assessment.policy_json), json.loads(assessment.inputs_json)
        before = assess(used, inputs)
        inputs.pop("salt", None)
        remarks = self._change_inputs(inputs, policy, used)
        after = assess(policy, inputs)
        found = compare(before, after)
        self._store_lines(found["dealers"])
        self._store_sums(found["summary"])
        self.write(
            {
                "is_done": True,
                "result_hash": assessment.result_hash,
                "inputs_json": canonical(inputs),
                "history_json": canonical(as_history(after, str(assessment.begin))),
                "remarks_json": canonical(remarks),
            }
        )

    # -- Inputs ----------------------------------------------------------------------------------

    def _change_inputs(self, inputs, policy, used):
        """Fit the stored inputs to the other policy; what was known then stays as it was.

        :return: what is not as it was known then, for the remark
        """
        dealers, added = self._dealers_then(inputs)
        ids = set(dealers.ids)
        inputs["dealers"] = [one for one in inputs["dealers"] if one["id"] in ids]
        collected = self._collect(inputs, policy, dealers)
        targets = self._collect_targets(inputs, policy, used, dealers)
        replayed = self._look_back(inputs, policy)
        return {"collected": collected, "targets": targets, "added": added, "replayed": replayed}

    def _dealers_then(self, inputs):
        """Those assessed then that the policy is about, and how many others it would be about."""
        policy, own = self.simulation_id.policy_id, self.assessment_id.policy_id
        then = [one["id"] for one in inputs["dealers"]]
        if policy._dealer_domain() == own._dealer_domain():
            return self.env["crm.dealer"].browse(then), 0
        about = self.env["crm.dealer"].with_context(active_test=False)
        dealers = about.search([("id", "in", then), *policy._dealer_domain()])
        now = policy._assessed_dealers(self.assessment_id.end)
        return dealers, len(set(now.ids) - set(then))

    def _collect(self, inputs, policy, dealers):
        """Collect KPIs that nobody asked for then.

        :return: their codes
        """
        asked = {one["kpi"] for one in policy["components"] + policy["rules"]} - {None}
        codes = sorted(asked - inputs["figures"].keys())
        assessment = self.assessment_id
        for kpi in self._kpis(codes):
            inputs["figures"][kpi.code] = self.simulation_id.policy_id._figures(
                kpi, assessment.begin, assessment.end, dealers
            )
        return codes

    def _collect_targets(self, inputs, policy, used, dealers):
        """Targets of KPIs that were not scored against them then.

        :return: codes of the KPIs
        """
        asked, known = (
            {one["kpi"] for one in data["components"] if one["scoring"] == "target"}
            for data in (policy, used)
        )
        codes = sorted(asked - known)
        for kpi in self._kpis(codes):
            targets = self.simulation_id.policy_id._targets_of(
                kpi, self.assessment_id.begin, dealers
            )
            for number, figure in inputs["figures"][kpi.code].items():
                figure["target"] = targets.get(int(number))
        return codes

    def _kpis(self, codes):
        kpis = self.env["crm.kpi"].with_context(active_test=False)
        return kpis.search([("code", "in", codes)], order="code")

    def _look_back(self, inputs, policy):
        """Put the replayed periods into the place of those that were published.

        Before the first replayed one stands what was known then, and what is published now where
        the other policy looks further back.

        :return: how many replayed periods it looks back at
        """
        assessment = self.assessment_id
        depth = max(len(inputs["history"]), periods_back(policy["rules"]))
        own = assessment.policy_id
        begins = [str(day) for day in own._begins_before(assessment.begin, depth)]
        known = inputs["history"]
        published = known + own._history(assessment.begin, depth)[len(known):]
        replayed = {
            str(one.begin): json.loads(one.history_json)
            for one in self.simulation_id.period_ids
            if one.is_done and str(one.begin) in begins
        }
        inputs["history"] = chained(begins, replayed, published)
        return len(replayed)

    # -- Results ---------------------------------------------------------------------------------

    def _store_lines(self, dealers):
        self.env["crm.assessment.simulation.line"].create(
            [
                {"simulation_id": self.simulation_id.id, "period_id": self.id,
                 **self._line_vals(one)}
                for one in dealers
            ]
        )  # fmt: skip

    @api.model
    def _line_vals(self, one):
        sides = {
            f"{name}_{side}": _number(one[side][name])
            for side in ("before", "after")
            for name in ("score", "reward", "fine", "money", "points")
        }
        changes = {
            f"{name}_change": _number(one[f"{name}_change"])
            for name in ("score", "money", "points")
        }
        follows = {side: one[side]["follows"] for side in ("before", "after")}
        moved = one["rank_change"] or 0
        return {
            "dealer_id": one["dealer"],
            "region_id": one["region"] or False,
            "outcome": one["outcome"],
            **sides,
            **changes,
            **{f"has_score_{s}": one[s]["score"] is not None for s in ("before", "after")},
            **{f"rank_{s}": one[s]["rank"] or 0 for s in ("before", "after")},
            "rank_change": moved,
            "turned_firm": one["turned_firm"],
            "turned_shaky": one["turned_shaky"],
            "follows_json": canonical(follows),
            "impact": abs(changes["money_change"]),
            "rank_impact": abs(moved),
            "is_affected": one["outcome"] != "same" or bool(moved),
        }

    def _store_sums(self, summary):
        self.write(
            {
                "money_before": _number(summary["money_before"]),
                "money_after": _number(summary["money_after"]),
                "gain_count": summary["gains"],
                "lose_count": summary["loses"],
                "rank_change_count": summary["rank_changes"],
                "turned_firm": summary["turned_firm"],
                "turned_shaky": summary["turned_shaky"],
                "has_correlation": summary["correlation"] is not None,
                "correlation": _number(summary["correlation"]),
            }
        )
