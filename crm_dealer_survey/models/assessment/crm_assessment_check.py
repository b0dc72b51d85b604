"""Recomputing a stored result, and comparing it bit by bit (S9)."""

import json

from odoo import api, models

from odoo.addons.crm_dealer_grading.tools.notification import notification

from ...tools.assessment import assess
from ...tools.canonical import canonical, digest


class CrmAssessment(models.Model):
    _inherit = "crm.assessment"

    def action_check(self):
        """Recompute from the stored inputs, and say whether everything is the same.

        :raise AccessError: for whoever is neither auditor nor manager of the manufacturer
        """
        self.check_access("read")
        told = []
        for assessment in self:
            found = assessment._differences()
            assessment._stepping().with_context(tracking_disable=True).write(
                {
                    "checked_on": self.env.cr.now(),
                    "check_result": "different" if found else "same",
                }
            )
            told += found
            if found:
                # sudo: a note about what the user may read.
                assessment.sudo().message_post(body=" ".join(found[:20]))
        message = "\n".join(told[:20]) or self.env._("Recomputed bit by bit: the same.")
        return notification(message, "danger" if told else "success", sticky=bool(told))

    @api.private
    def _differences(self):
        """What is not as the stored inputs say, in words; empty when all is the same.

        Compared are the hash and each column of lines, parts and proposals.
        """
        self.ensure_one()
        # sudo: everything of an assessment that the user may read.
        stored = self.sudo()
        if not stored.inputs_json:
            return [self.env._("%s was not computed yet.", self.display_name)]
        result = assess(json.loads(stored.policy_json), json.loads(stored.inputs_json))
        found = []
        texts = (stored.policy_json, stored.inputs_json, canonical(result))
        if digest(*texts) != stored.result_hash:
            found.append(self.env._("The hash is not that of policy, inputs and result."))
        lines = {line.dealer_id.id: line for line in stored.line_ids}
        if lines.keys() != {one["dealer"] for one in result["lines"]}:
            return [*found, self.env._("The dealers are not those of the inputs.")]
        found += stored._line_differences(lines, result["lines"])
        found += stored._part_differences(lines, result["lines"])
        return found + stored._proposal_differences(result["proposals"])

    def _line_differences(self, lines, results):
        found = []
        for one in results:
            line = lines[one["dealer"]]
            found += self._unlike(line, self._line_vals(one))
        return found

    def _part_differences(self, lines, results):
        stored = self.env["crm.assessment.part"].search([("assessment_id", "=", self.id)])
        by_place = {(part.line_id.id, part.sequence): part for part in stored}
        inputs = json.loads(self.inputs_json)
        found = []
        wanted = self._parts_vals(lines, results, inputs)
        if len(stored) != len(wanted):
            found.append(self.env._("Parts of results are missing, or too many."))
        for vals in wanted:
            if part := by_place.get((vals["line_id"], vals["sequence"])):
                found += self._unlike(part, vals)
        return found

    def _proposal_differences(self, results):
        stored = {(one.dealer_id.id, one.rule_id.id): one for one in self.proposal_ids}
        wanted = {(one["dealer"], one["rule"]): one for one in results}
        found = []
        if stored.keys() != wanted.keys() or len(stored) != len(self.proposal_ids):
            found.append(self.env._("Proposals are missing, or too many."))
        for key in stored.keys() & wanted.keys():
            found += self._unlike(stored[key], self._proposal_vals(wanted[key]))
        return found

    def _unlike(self, record, vals):
        """Words for each column that is not what ``vals`` say."""
        return [
            self.env._(
                "%(record)s: “%(field)s” was changed.",
                record=record.display_name,
                field=record._fields[name]._description_string(self.env),
            )
            for name, value in vals.items()
            if not self._same(record, name, value)
        ]

    @api.model
    def _same(self, record, name, value):
        field = record._fields[name]
        stored = record[name]
        if field.type == "many2one":
            return stored.id == (value or False)
        if field.type in ("float", "monetary"):
            places = 4 if name == "weight" else 0 if name == "base" else 2
            return f"{stored:.{places}f}" == f"{value:.{places}f}" or (
                field.convert_to_cache(value, record) == stored
            )
        return (stored or False) == (value or False)
