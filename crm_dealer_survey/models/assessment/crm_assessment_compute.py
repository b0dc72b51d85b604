"""Computing, storing and checking the result of an assessment (S9)."""

import json
import secrets

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.assessment import assess
from ...tools.canonical import canonical, digest


def _number(text):
    return float(text) if text is not None else 0.0


class CrmAssessment(models.Model):
    _inherit = "crm.assessment"

    def compute(self):
        """Collect the figures of the period anew, and compute all results from them.

        Corrections of upheld appeals stay. Two at once: the second is repeated by the server.

        :raise AccessError: the user is no manager of the manufacturer
        :raise UserError: the result was shown already, or the period has not ended; says what to do
        """
        self._check_manager()
        self._take("compute")
        for assessment in self:
            assessment._check_ended()
            policy = assessment.policy_id
            inputs = policy._inputs(assessment.begin, assessment.end)
            # Whoever knows the hash and most of the inputs cannot try out the rest.
            inputs["salt"] = secrets.token_hex(16)
            # sudo: what was collected before, for whoever may compute.
            old = assessment.sudo().inputs_json
            if old:
                inputs["corrections"] = json.loads(old)["corrections"]
            assessment._stepping()._store(policy._as_data(), inputs)
            assessment._stepping().write(
                {"state": "computed", "computed_on": self.env.cr.now(),
                 "computed_by_id": self.env.uid}
            )  # fmt: skip
        return True

    def _check_ended(self):
        today = self.company_id._today_here()
        if self.end > today:
            raise UserError(
                self.env._(
                    "%(name)s has not ended: compute it from %(day)s on.",
                    name=self.display_name,
                    day=format_date(self.env, self.end),
                )
            )

    # -- Storing ---------------------------------------------------------------------------------

    def _store(self, policy, inputs):
        """Compute from plain data, and keep data, result and hash."""
        self.ensure_one()
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True)
        policy_json, inputs_json = canonical(policy), canonical(inputs)
        # From the stored texts, as a check does.
        result = assess(json.loads(policy_json), json.loads(inputs_json))
        quiet.write(
            {
                "policy_json": policy_json,
                "inputs_json": inputs_json,
                "result_hash": digest(policy_json, inputs_json, canonical(result)),
                "check_result": False,
                "checked_on": False,
            }
        )
        lines = quiet._store_lines(result["lines"])
        quiet._store_parts(lines, result["lines"], inputs)
        quiet._store_proposals(lines, result["proposals"])

    def _store_lines(self, results):
        """``{dealer id: line}``: lines that were there stay, those of left dealers go."""
        lines = {line.dealer_id.id: line for line in self.line_ids}
        new, wanted = [], {one["dealer"] for one in results}
        for one in results:
            vals = self._line_vals(one)
            if line := lines.get(one["dealer"]):
                line.write(vals)
            else:
                new.append({**vals, "assessment_id": self.id, "dealer_id": one["dealer"]})
        for line in self.env["crm.assessment.line"].create(new):
            lines[line.dealer_id.id] = line
        gone = self.line_ids.filtered(lambda line: line.dealer_id.id not in wanted)
        if gone.appeal_ids:
            raise UserError(
                self.env._(
                    "%s appealed and is not assessed any more. Activate the dealer, or cancel the "
                    "assessment.",
                    gone.appeal_ids[0].dealer_id.name,
                )
            )
        self.proposal_ids.unlink()
        gone.unlink()
        return lines

    @api.model
    def _line_vals(self, one):
        """The columns of a result; compared again when it is checked."""
        ranks = {
            "rank": one["rank"], "rank_best": one["best"], "rank_worst": one["worst"],
            "ranked_count": one["count"], "region_rank": one["region_rank"],
            "region_best": one["region_best"], "region_worst": one["region_worst"],
            "region_count": one["region_count"],
        }  # fmt: skip
        return {
            "region_id": one["region"] or False,
            "has_score": one["score"] is not None,
            "score": _number(one["score"]),
            "score_low": _number(one["low"]),
            "score_high": _number(one["high"]),
            "is_ranked": one["why"] is None,
            "why_unranked": one["why"] or False,
            **{name: rank or 0 for name, rank in ranks.items()},
            "rank_order": one["rank"] or 1_000_000,
            "has_accuracy": one["accuracy"] is not None,
            "accuracy": _number(one["accuracy"]),
            "mark": _number(one["mark"]),
            "has_change": one["change"] is not None,
            "change": _number(one["change"]),
            "detail": canonical(one),
        }

    def _store_parts(self, lines, results, inputs):
        parts = self.env["crm.assessment.part"]
        parts.search([("assessment_id", "=", self.id)]).unlink()
        parts.create(self._parts_vals(lines, results, inputs))

    def _parts_vals(self, lines, results, inputs):
        # sudo: KPIs by code, archived ones too.
        kpis = self.env["crm.kpi"].sudo().with_context(active_test=False)
        kpis = kpis.search([("code", "in", list(inputs["figures"]))])
        kpi_ids = {kpi.code: kpi.id for kpi in kpis}
        changed = {(one["dealer"], one.get("kpi")) for one in inputs["corrections"]}
        return [
            {
                "assessment_id": self.id,
                "line_id": lines[one["dealer"]].id,
                "dealer_id": one["dealer"],
                "sequence": place,
                "kpi_id": kpi_ids.get(part["kpi"], False),
                "role": part["role"],
                "weight": _number(part["weight"]),
                "has_value": part["value"] is not None,
                "value": _number(part["value"]),
                "base": _number(part["n"]),
                "has_interval": part["low"] is not None,
                "low": _number(part["low"]),
                "high": _number(part["high"]),
                "score": _number(part["score"]),
                "used": part["used"],
                "is_corrected": (one["dealer"], part["kpi"]) in changed,
            }
            for one in results
            for place, part in enumerate(one["parts"], 1)
        ]

    def _store_proposals(self, lines, found):
        proposals = self.env["crm.assessment.proposal"]
        proposals.create(
            [
                {
                    "assessment_id": self.id,
                    "line_id": lines[one["dealer"]].id,
                    "dealer_id": one["dealer"],
                    "rule_id": one["rule"],
                    **self._proposal_vals(one),
                }
                for one in found
            ]
        )

    @api.model
    def _proposal_vals(self, one):
        return {
            "kind": one["kind"],
            "amount": _number(one["amount"]),
            "points": _number(one["points"]),
            "significance": one["significance"],
            "threshold": one["threshold"] or False,
            "facts_json": canonical(one["facts"]),
        }
