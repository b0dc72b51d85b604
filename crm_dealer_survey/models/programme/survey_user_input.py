from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.counting import count_by

from .crm_satisfaction_score import CHANNELS

_FEEDS = {"state", "partner_id", "commercial_partner_id", "satisfaction_excluded", "dealer_id"}


class SurveyUserInput(models.Model):
    """An answer to a programme knows whom and what it is about (S1).

    All of it is empty on answers to other surveys. No role writes answers: links are made by
    ``crm.satisfaction.version._invite``, answers given by ``_submit_satisfaction``.
    """

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "crm.grading.trigger"]
    _grading_on_create = False  # nothing was said yet

    satisfaction_version_id = fields.Many2one(
        "crm.satisfaction.version",
        string="Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    satisfaction_programme_id = fields.Many2one(
        "crm.satisfaction.programme",
        string="Programme",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, copy=False, index="btree_not_null"
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The dealer that did the work.",
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    visit_id = fields.Many2one(
        "crm.service.visit", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    # Not lead_id: that is the lead which the ERP makes of an answer.
    satisfaction_lead_id = fields.Many2one(
        "crm.lead",
        string="Lead Asked About",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    advisor_id = fields.Many2one(
        "res.users",
        string="Advisor or Salesperson",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    satisfaction_channel = fields.Selection(
        CHANNELS, string="Channel", readonly=True, copy=False
    )
    satisfaction_excluded = fields.Boolean(
        string="Left Out",
        readonly=True,
        copy=False,
        help="A person decided that the answer does not count; the reason is in its history.",
    )
    satisfaction_score_ids = fields.One2many(
        "crm.satisfaction.score", "user_input_id", string="Scores", copy=False
    )
    satisfaction_line_ids = fields.One2many(
        "survey.user_input.line", "user_input_id", string="What Was Said", copy=False
    )
    satisfaction_index = fields.Float(
        string="Index", compute="_compute_satisfaction_index"
    )

    @api.depends_context("uid")
    def _compute_satisfaction_index(self):
        scores = self.env["crm.satisfaction.score"].search_fetch(
            [
                ("user_input_id", "in", self.ids),
                ("kind", "=", "satisfaction"),
                ("factor_id", "=", False),
            ],
            ["user_input_id", "index_value"],
        )
        figures = {score.user_input_id: score.index_value for score in scores}
        for answer in self:
            answer.satisfaction_index = figures.get(answer._origin, 0.0)

    @api.depends("satisfaction_programme_id", "partner_id")
    def _compute_display_name(self):
        ours = self.filtered("satisfaction_programme_id")
        for answer in ours:
            code = answer.satisfaction_programme_id.code
            answer.display_name = " · ".join(filter(None, [code, answer.partner_id.name]))
        return super(SurveyUserInput, self - ours)._compute_display_name()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_subject(vals) for vals in vals_list])

    @api.model
    def _with_subject(self, vals):
        """What the visit, the lead or the customer says of an answer to a programme."""
        survey_id = vals.get("survey_id", self.env.context.get("default_survey_id"))
        version = self.env["survey.survey"].browse(survey_id).satisfaction_version_id
        if not version:
            return vals
        visit = self.env["crm.service.visit"].browse(vals.get("visit_id"))
        lead = self.env["crm.lead"].browse(vals.get("satisfaction_lead_id"))
        vehicle = visit.vehicle_id or self.env["crm.vehicle"].browse(vals.get("vehicle_id"))
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        partner = partner or visit.partner_id or lead.partner_id or vehicle.partner_id
        dealer = self.env["crm.dealer"].browse(vals.get("dealer_id"))
        dealer = dealer or visit.dealer_id or lead.dealer_id or partner.dealer_id
        company = visit.company_id or lead.company_id or dealer.company_id or self.env.company
        known = {
            "partner_id": partner.id,
            "email": partner.email,
            "dealer_id": dealer.id,
            "vehicle_id": vehicle.id,
            "advisor_id": visit.user_id.id or lead.user_id.id,
            "company_id": company.id,
            "lang_id": self.env["res.lang"]._get_data(code=partner.lang).id or False,
            # All questions are asked; the list for surveys with random ones is not needed.
            "predefined_question_ids": False,
        }
        return {
            **known,
            **vals,
            "partner_id": partner.id,
            "dealer_id": vals.get("dealer_id") or known["dealer_id"],
            "commercial_partner_id": partner.commercial_partner_id.id,
            "satisfaction_version_id": version.id,
            "satisfaction_programme_id": version.programme_id.id,
        }

    @api.model
    def _counted_domain(self):
        """Answers to programmes that count in figures."""
        return [
            ("satisfaction_version_id", "!=", False),
            ("state", "=", "done"),
            ("test_entry", "=", False),
            ("satisfaction_excluded", "=", False),
        ]

    @api.model
    def _count_by(self, link, records):
        """``{record: number}`` of the answers that count, none where the reader sees no answers.

        :param str link: the field of an answer that leads to ``records``
        """
        return count_by(self, link, records, self._counted_domain())

    @api.model
    def _open_answers(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.survey_user_input_action"
        )
        return {**action, "domain": [*domain, ("satisfaction_version_id", "!=", False)]}

    def _grading_fields(self):
        return _FEEDS

    def _grading_customers(self):
        return self.filtered("satisfaction_version_id").commercial_partner_id
