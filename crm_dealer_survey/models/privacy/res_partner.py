from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.privacy import Kind

from ..rectification.crm_rectification import OPEN

_ON_FILE = ("name_on_file", "phone_on_file", "vin_on_file", "plate_on_file", "note")
_NOTICE = ("subject", "source_name", "problem", "cause_analysis", "reason")


class ResPartner(models.Model):
    """What the surveys keep of a person: answers, calls, notices, checks of samples (P4)."""

    _inherit = "res.partner"

    @api.model
    def _privacy_kinds(self):
        return [
            *super()._privacy_kinds(),
            *self._privacy_kinds_answers(),
            *self._privacy_kinds_calls(),
            *self._privacy_kinds_checks(),
        ]

    @api.model
    def _privacy_left_out(self):
        return super()._privacy_left_out() | {
            "crm.training.person": "staff of dealers; their contacts are not erased as customers",
            "crm.training.participant": "staff of dealers",
        }

    @api.model
    def _privacy_kinds_answers(self):
        return [
            Kind(
                "surveys", "survey.user_input", own=True, emails=("email",),
                names=("survey_id", "start_datetime", "end_datetime", "state", "email"),
                clear=("email", "nickname", "access_token", "invite_token"),
            ),
            Kind(
                "answers", "survey.user_input.line", ("user_input_id.partner_id",), own=True,
                section="_export_answers", clear=("value_char_box", "value_text_box"),
            ),
            Kind(
                "scores", "crm.satisfaction.score",
                names=("date", "programme_id", "kind", "factor_id", "value"),
            ),
            Kind(
                "flags", "crm.satisfaction.flag", ("user_input_id.partner_id",),
                clear=("evidence", "reason"), names=("found_on", "code", "state", "reason"),
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_calls(self):
        return [
            Kind("calls", "crm.followup.call",
                 names=("event_date", "rule_id", "state", "last_result", "verdict",
                        "attempt_count")),
            Kind("attempts", "crm.followup.attempt", ("call_id.partner_id",), clear=("note",),
                 names=("date", "result", "note", "user_id")),
            Kind("notices", "crm.rectification", clear=_NOTICE, section="_export_notices"),
            Kind("findings", "crm.rectification.finding", ("rectification_id.partner_id",),
                 clear=("note",)),
            Kind("notice_measures", "crm.rectification.measure", ("rectification_id.partner_id",),
                 clear=("name", "proof_name")),
            Kind("recalls", "crm.rectification.recall", ("rectification_id.partner_id",),
                 clear=("note",), names=("date", "result", "note")),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_checks(self):
        return [
            Kind("sampled", "crm.satisfaction.sample.line",
                 names=("sample_id", "channel", "state", "asked_on")),
            Kind("checked", "crm.audit.sample.line", names=("sample_id", "state", *_ON_FILE),
                 clear=_ON_FILE),
        ]  # fmt: skip

    def _privacy_blocks(self):
        """Staff who are trained here are no customers; who is called about a notice stays known."""
        said = super()._privacy_blocks()
        people = self.env["crm.training.person"].with_context(active_test=False)
        if people.search_count([("partner_id", "in", self.ids)], limit=1):
            said.append(
                self.env._(
                    "This contact has trainings as staff of a dealer. Personnel data are not "
                    "erased here: ask the administrator."
                )
            )
        notices = [("partner_id", "in", self.ids), ("state", "in", ("draft", *OPEN))]
        words = self.env._(
            "Rectification notices are open: %s. Close, cancel or delete them first."
        )
        return said + self._privacy_blocks_of([("crm.rectification", notices, words)])

    def _privacy_before(self):
        """Nobody is called or asked any more."""
        result = super()._privacy_before()
        ids = tuple(self.ids)
        for statement in (
            """UPDATE crm_followup_call SET state = 'withdrawn', withdrawn_why = 'contact'
                WHERE state = 'due' AND partner_id IN %s""",
            """UPDATE crm_satisfaction_sample_line SET state = 'skipped', reason = 'contact'
                WHERE state IN ('reserve', 'drawn', 'sent') AND partner_id IN %s""",
        ):
            self.env.cr.execute(SQL(statement, ids))
        return result

    # -- Sections -------------------------------------------------------------------------------

    def _export_answers(self, lines):
        """What was answered, whatever the kind of the question."""
        section = self._export_section(
            self._privacy_title_of(lines), lines, ("survey_id", "question_id")
        )
        section["columns"]["answer"] = self.env._("Answer")
        for row, line in zip(section["rows"], lines, strict=True):
            row["answer"] = line.display_name or None
        return section

    def _export_notices(self, notices):
        """That there was one, and about what; what the dealer says of its staff is not told."""
        names = ("name", "issued_on", "state", "problem", "closed_on")
        return self._export_section(self._privacy_title_of(notices), notices, names)
