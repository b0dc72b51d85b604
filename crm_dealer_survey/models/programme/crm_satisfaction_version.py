from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_satisfaction_programme import SCALES

STATES = [("draft", "Draft"), ("current", "In use"), ("closed", "Out of Use")]
# What decides figures.
_FIXED = {"programme_id", "index_scale", "survey_id", "number"}
# What steps, the first answer and the job that computes again say, and nobody else.
_STEPS = {
    "state", "used_on", "recompute_asked_on", "recompute_last_id", "recompute_done",
    "recompute_total", "recomputed_on",
}  # fmt: skip


class CrmSatisfactionVersion(models.Model):
    """A questionnaire with its weights, frozen by its first answer (S1).

    Steps are in ``crm_satisfaction_version_step``, the index in ``crm_satisfaction_version_index``,
    invitations in ``crm_satisfaction_version_invite``.
    """

    _name = "crm.satisfaction.version"
    _description = "Version of a Programme"
    _inherit = ["mail.thread"]
    _order = "programme_id, number desc"

    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, tracking=True)
    index_scale = fields.Selection(
        SCALES,
        string="Index on",
        required=True,
        default="1000",
        help="An answer of 8 out of 10 is 80 of 100, or 800 of 1000.",
    )
    survey_id = fields.Many2one(
        "survey.survey", string="Questionnaire", index=True, readonly=True, ondelete="cascade"
    )
    factor_ids = fields.One2many("crm.satisfaction.factor", "version_id", string="Factors")
    question_ids = fields.One2many(
        "survey.question", "satisfaction_version_id", string="Questions"
    )
    used_on = fields.Datetime(
        string="First Answered",
        readonly=True,
        copy=False,
        help="From the first answer on neither questions nor weights change.",
    )
    note = fields.Text(string="What is New", help="What was changed against the last version.")
    answer_count = fields.Integer(string="Number of Answers", compute="_compute_answer_count")
    question_count = fields.Integer(
        string="Number of Questions", compute="_compute_question_count"
    )

    _number_uniq = models.Constraint(
        "UNIQUE(programme_id, number)", "The programme has a version with this number already."
    )
    _survey_uniq = models.Constraint(
        "UNIQUE(survey_id)", "Another version has this questionnaire already."
    )
    _current_uniq = models.UniqueIndex(
        "(programme_id) WHERE state = 'current'",
        "Another version of the programme was opened at the same moment. Reload the page.",
    )

    @api.depends("programme_id.code", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.programme_id.code or ''} v{version.number}"

    @api.depends_context("uid")
    def _compute_answer_count(self):
        counts = self.env["survey.user_input"]._count_by("satisfaction_version_id", self)
        for version in self:
            version.answer_count = counts.get(version._origin, 0)

    @api.depends("question_ids")
    def _compute_question_count(self):
        counts = dict(
            self.env["survey.question"]._read_group(
                [("satisfaction_version_id", "in", self.ids)],
                ["satisfaction_version_id"],
                ["__count"],
            )
        )
        for version in self:
            version.question_count = counts.get(version._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Each version has a questionnaire of its own, and the next number of its programme."""
        vals_list = [dict(vals) for vals in vals_list]
        programmes = self.env["crm.satisfaction.programme"].browse(
            {vals["programme_id"] for vals in vals_list if vals.get("programme_id")}
        )
        last = dict(
            self._read_group(
                [("programme_id", "in", programmes.ids)], ["programme_id"], ["number:max"]
            )
        )
        last = {programme.id: number for programme, number in last.items()}
        for vals in vals_list:
            programme = programmes.browse(vals.get("programme_id"))
            vals["number"] = last.get(programme.id, 0) + 1
            last[programme.id] = vals["number"]
            vals["survey_id"] = self._make_survey(programme, vals["number"]).id
            # Said explicitly, so that no default of the context takes their place. Of the other
            # steps' fields that counts nothing while nobody asked for a recomputation.
            vals.update(used_on=False, recompute_asked_on=False)
            for name in _STEPS - {"state", "used_on", "recompute_asked_on"}:
                vals.pop(name, None)
            if not self.env.su:  # shipped ones are in use from the beginning
                vals["state"] = "draft"
        versions = super().create(vals_list)
        for version in versions:
            version.survey_id.satisfaction_version_id = version
        return versions

    @api.model
    def _make_survey(self, programme, number):
        return self.env["survey.survey"].create(
            {
                "title": f"{programme.code} {number}",
                "survey_type": "satisfaction",
                "access_mode": "token",
                "questions_layout": "one_page",
                "user_id": False,
                "lang_ids": False,
            }
        )

    def write(self, vals):
        if not _STEPS.isdisjoint(vals) and not self._by_step():
            raise UserError(
                self.env._(
                    "A version is opened and closed by its buttons, and frozen by its first "
                    "answer. Use the buttons, or make a new version."
                )
            )
        if not _FIXED.isdisjoint(vals):
            self.check_access("write")
            self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editable()

    def unlink(self):
        surveys = self.survey_id
        result = super().unlink()
        surveys.exists().unlink()
        return result

    def _by_step(self):
        return self.env.context.get("crm_satisfaction_step") is STEP

    def _stepping(self):
        """For steps, which have checked who asks."""
        return self.with_context(crm_satisfaction_step=STEP)

    def _check_editable(self):
        """Refuse to change what was answered; a first answer at the same instant meets this.

        :raise UserError: one of the versions has an answer
        """
        if used := self.filtered("used_on"):
            raise UserError(
                self.env._(
                    "%(version)s has answers: its questions and weights stay as they are, so "
                    "that its figures can be compared. Make a new version and change that.",
                    version=used[0].display_name,
                )
            )
        self.flush_recordset()
        touch(self)

    def _mark_used(self):
        """The first answer freezes the version; who edits it at that instant is repeated."""
        new = self.filtered(lambda version: not version.used_on)
        if new:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_satisfaction_version SET used_on = now() AT TIME ZONE 'UTC'"
                    " WHERE id = ANY(%s) AND used_on IS NULL",
                    new.ids,
                )
            )
            new.invalidate_recordset(["used_on"])

    def _top(self):
        """The highest figure of the index: 100 or 1000."""
        self.ensure_one()
        return int(self.index_scale)
