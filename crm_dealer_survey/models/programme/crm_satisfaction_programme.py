from odoo import api, fields, models

SUBJECTS = [
    ("sale", "Purchase and delivery"),
    ("service", "Service visit"),
    ("vehicle", "Vehicle"),
    ("dealer", "Dealer as partner"),
    ("prospect", "Prospect"),
    ("lost", "Lost customer"),
]
SCALES = [("100", "100"), ("1000", "1000")]


class CrmSatisfactionProgramme(models.Model):
    """A study that is asked again and again: SSI, CSI, IQS … (S1).

    What is asked lives in its versions; figures of different versions are never joined.
    """

    _name = "crm.satisfaction.programme"
    _description = "Satisfaction Programme"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, copy=False, help="Short name, e.g. SSI.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    subject = fields.Selection(
        SUBJECTS, required=True, default="service", help="What the customer is asked about."
    )
    description = fields.Text(translate=True, help="What is found out, and who is asked.")
    introduction = fields.Text(
        translate=True, help="Shown to the customer above the first question."
    )
    thanks = fields.Text(translate=True, help="Shown to the customer after the last question.")
    deadline_days = fields.Integer(
        string="Days to Answer", default=14, tracking=True, help="A link works that many days."
    )
    min_answers = fields.Integer(
        string="Answers Needed",
        default=30,
        tracking=True,
        help="An index of fewer answers is shown as such, and gets no rank.",
    )
    version_ids = fields.One2many("crm.satisfaction.version", "programme_id", string="Versions")
    current_version_id = fields.Many2one(
        "crm.satisfaction.version", compute="_compute_current_version_id"
    )
    answer_count = fields.Integer(string="Number of Answers", compute="_compute_answer_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "Another programme has this code already.")
    _deadline_positive = models.Constraint(
        "CHECK(deadline_days > 0)", "A link works for one day at least."
    )
    _min_answers_positive = models.Constraint(
        "CHECK(min_answers >= 2)", "An interval needs two answers at least."
    )

    @api.depends("version_ids.state")
    def _compute_current_version_id(self):
        versions = self.env["crm.satisfaction.version"].search(
            [("programme_id", "in", self.ids), ("state", "=", "current")]
        )
        current = {version.programme_id: version for version in versions}
        for programme in self:
            programme.current_version_id = current.get(programme._origin)

    @api.depends_context("uid")
    def _compute_answer_count(self):
        counts = self.env["survey.user_input"]._count_by("satisfaction_programme_id", self)
        for programme in self:
            programme.answer_count = counts.get(programme._origin, 0)

    @api.depends("code")
    def _compute_display_name(self):
        for programme in self:
            programme.display_name = " · ".join(filter(None, [programme.code, programme.name]))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """The database deletes versions and answers with it, unasked."""
        # sudo: whether there are answers, whoever deletes.
        self.sudo().version_ids._check_editable()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for programme, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = self.env._("%s (copy)", programme.code)
        return vals_list

    def action_open_answers(self):
        """Open the answers of the programme."""
        return self.env["survey.user_input"]._open_answers(
            [("satisfaction_programme_id", "in", self.ids)]
        )

    def action_open_index(self):
        """Open the index of the programme by dealer and month."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_index_action"
        )
        action["domain"] = [("programme_id", "in", self.ids)]
        return action
