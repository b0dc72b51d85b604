from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.crm_dealer_grading.tools.counting import count_by

from .crm_training_role import LAYERS
from .roles import AUDITOR, is_oem_manager

KINDS = [
    ("introduction", "Introduction"),
    ("diagnosis", "Diagnosis"),
    ("benchmark", "Benchmark Learning"),
    ("practice", "On-the-Job Training"),
]


class CrmTraining(models.Model):
    """A course: what is taught to whom, how it is tested, how long it holds (S7).

    The test is a certification of the ERP's Survey application; its pass mark and number of
    attempts are set there.
    """

    _name = "crm.training"
    _description = "Training Course"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(string="Course", required=True, translate=True, tracking=True)
    code = fields.Char(required=True, copy=False, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="introduction",
        tracking=True,
        help="Introduction: knowledge and methods. Diagnosis: weak points and moments of truth. "
        "Benchmark learning: best practice. On-the-job: practised at work.",
    )
    layer = fields.Selection(LAYERS, required=True, default="front", tracking=True)
    goal = fields.Text(translate=True, help="What a participant can do afterwards.")
    content = fields.Html(translate=True, sanitize_attributes=True)
    role_ids = fields.Many2many(
        "crm.training.role",
        "crm_training_role_rel",
        "training_id",
        "role_id",
        string="Required For",
        help="Everybody with these jobs needs a valid certificate.",
    )
    hours = fields.Float(default=4.0, help="Hours of one session.", tracking=True)
    valid_months = fields.Integer(
        string="Valid For (Months)",
        default=12,
        tracking=True,
        help="After so many months the certificate has to be renewed. 0: it holds for ever.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Test",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=AUDITOR,
        domain="[('certification', '=', True)]",
        help="Who attended gets the link. Empty: attendance alone gives the certificate.",
    )
    has_test = fields.Boolean(compute="_compute_test", compute_sudo=True)
    pass_mark = fields.Float(
        string="Pass Mark (%)", compute="_compute_test", compute_sudo=True,
        help="Of the test, as the survey says.",
    )  # fmt: skip
    test_days = fields.Integer(
        string="Days for the Test", default=14, help="The link works so many days."
    )
    follow_up_days = fields.Integer(
        string="Follow-up After (Days)",
        default=30,
        help="So many days after the session the dealer's manager says whether practice changed. "
        "0: nobody is asked.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: a course for every company."
    )
    session_ids = fields.One2many("crm.training.session", "training_id", string="Sessions")
    session_count = fields.Integer(string="Number of Sessions", compute="_compute_session_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "Another course has this code already.")
    _numbers_check = models.Constraint(
        "CHECK(hours > 0 AND hours <= 200 AND valid_months >= 0 AND test_days > 0"
        " AND follow_up_days >= 0)",
        "A course has between 0 and 200 hours and one day for the test at least; months and days "
        "of the follow-up are not below zero.",
    )

    @api.depends("survey_id.scoring_success_min")
    def _compute_test(self):
        for course in self:
            course.has_test = bool(course.survey_id)
            course.pass_mark = course.survey_id.scoring_success_min

    @api.depends_context("uid")
    def _compute_session_count(self):
        counts = count_by(self.env["crm.training.session"], "training_id", self)
        for course in self:
            course.session_count = counts.get(course._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_test_in_sight(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_test_in_sight([vals])
        return super().write(vals)

    @api.model
    def _check_test_in_sight(self, vals_list):
        """The test of an own course can be edited: it is none that the user may not even read."""
        ids = {vals["survey_id"] for vals in vals_list if vals.get("survey_id")}
        self.env["survey.survey"].browse(ids).check_access("read")

    @api.constrains("survey_id")
    def _check_test(self):
        for survey in self.sudo().survey_id:  # sudo: what the survey is decides
            ours = survey.certification and survey.survey_type != "satisfaction"
            hidden = survey.scoring_type == "scoring_without_answers"
            if not ours or not hidden or survey.access_mode != "token":
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a test: take a certification that is open to invited "
                        "people only and scored without answers, so that nobody is shown which "
                        "are right.",
                        survey.title,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for course, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = self.env._("%s (copy)", course.code)
        return vals_list

    def action_open_sessions(self):
        """Open the sessions of these courses."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_training_session_action"
        )
        context = {"default_training_id": self.id} if len(self) == 1 else {}
        return {**action, "domain": [("training_id", "in", self.ids)], "context": context}

    def action_open_test(self):
        """Open the test of the course; a new one is made where there is none.

        :raise AccessError: by anybody but a manager of the manufacturer
        """
        self.ensure_one()
        self.check_access("write")
        if not is_oem_manager(self.env.user):
            raise AccessError(self.env._("Courses and tests are the manufacturer's manager's."))
        if not self.survey_id:
            # sudo: who owns the course owns its test, without rights in the Survey application.
            survey = self.env["survey.survey"].sudo().create(self._test_values())
            self.sudo().survey_id = survey
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test"),
            "res_model": "survey.survey",
            "res_id": self.survey_id.id,
            "views": [(self.env.ref("crm_dealer_survey.survey_survey_view_form_training").id,
                       "form")],
        }  # fmt: skip

    def _test_values(self):
        template = self.env.ref("survey.mail_template_certification", raise_if_not_found=False)
        return {
            "title": self.env._("Test: %s", self.name),
            "survey_type": "assessment",
            "user_id": False,  # the responsible would need rights in the Survey application
            "access_mode": "token",
            "scoring_type": "scoring_without_answers",
            "scoring_success_min": 80.0,
            "certification": True,
            "is_attempts_limited": True,
            "attempts_limit": 3,
            "certification_mail_template_id": template.id if template else False,
        }
