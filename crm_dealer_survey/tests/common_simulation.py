"""Factories of the simulations' tests: quarters that were published, and a try-out (S9)."""

from .common_assessment import AssessmentFactories


class SimulationFactories(AssessmentFactories):
    def _four_quarters(self):
        """Four published ones, earliest first; the last dealer changes once."""
        shares = ([10, 7, 6, 5, 2, None], [10, 7, 6, 5, 2, 9], [10, 4, 6, 5, 7, 9],
                  [10, 7, 6, 2, 9, None])  # fmt: skip
        for begin, made in zip(reversed(self.begins[:4]), shares, strict=True):
            self._make_calls(made, begin)
        return [self._brought_to("published", begin) for begin in reversed(self.begins[:4])]

    def _try_out(self, policy=None):
        action = self._as("oem", policy or self.policy).action_try_out()
        return self.env["crm.assessment.simulation"].browse(action["res_id"])

    def _run(self, simulation):
        self._as("oem", simulation).action_run()
        simulation.invalidate_recordset()
        return simulation

    def _rule_of(self, policy, kind):
        return policy.rule_ids.filtered(lambda rule: rule.kind == kind)

    def _amounts(self, simulation, name):
        """``{(back, dealer): figure}`` of lines."""
        return {
            (self.begins.index(line.begin), line.dealer_id.code[-1]): line[name]
            for line in simulation.line_ids
        }
