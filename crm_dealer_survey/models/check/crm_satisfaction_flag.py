from odoo import api, fields, models
from odoo.fields import Domain

from .crm_satisfaction_check import KINDS, SEVERITIES

STATES = [
    ("new", "New"),
    ("confirmed", "Confirmed"),
    ("dismissed", "Dismissed"),
    ("withdrawn", "Withdrawn"),
]


class CrmSatisfactionFlag(models.Model):
    """Evidence that an answer, or a dealer's quarter, may be faked (S9).

    Written by one statement (``crm_satisfaction_flag_store``), decided by people
    (``crm_satisfaction_flag_decide``), never deleted: what is no longer found is withdrawn. What a
    person has decided keeps the evidence that was decided on. Dealers and call centre
    see nothing of it: they would learn how to evade.
    """

    _name = "crm.satisfaction.flag"
    _description = "Suspicion of Cheating"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "severity desc, date desc, id desc"
    _rec_name = "check_id"

    check_id = fields.Many2one(
        "crm.satisfaction.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Selection(KINDS, string="Kind of Check", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="What is flagged; once for each kind.")
    severity = fields.Selection(SEVERITIES, required=True, readonly=True)
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Answer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: a quarter of the dealer is flagged.",
    )
    partner_id = fields.Many2one(related="user_input_id.partner_id", string="Customer")
    channel = fields.Selection(related="user_input_id.satisfaction_channel")
    left_out = fields.Boolean(
        related="user_input_id.satisfaction_excluded", string="Left Out", help="Counts nowhere."
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="cascade")
    region_id = fields.Many2one(related="dealer_id.region_id")
    programme_id = fields.Many2one("crm.satisfaction.programme", readonly=True, ondelete="cascade")
    version_id = fields.Many2one("crm.satisfaction.version", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        string="Of", readonly=True, help="Day of the answer, or first day of the quarter."
    )
    found_on = fields.Date(readonly=True)
    gone_on = fields.Date(
        string="Not Found Since", readonly=True, help="The evidence is no longer there."
    )
    figure = fields.Float(readonly=True, digits=(12, 6), aggregator=None)
    threshold = fields.Float(
        readonly=True, digits=(12, 4), aggregator=None, help="As it was when it was flagged."
    )
    evidence = fields.Json(string="Evidence by Parts", readonly=True, help="Figures and records.")
    words = fields.Text(string="Evidence", compute="_compute_words")
    explanation = fields.Text(related="check_id.explanation")
    customer_ids = fields.Many2many(
        "res.partner", string="Customers Concerned", compute="_compute_records"
    )
    answer_ids = fields.Many2many(
        "survey.user_input", string="Answers Concerned", compute="_compute_records"
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="new", tracking=True, group_expand=True
    )
    reason = fields.Char(string="Decided Because", readonly=True, tracking=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)
    todo_month = fields.Date(
        readonly=True, help="The month whose to-do hangs here; one for each dealer and kind."
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _key_uniq = models.Constraint("UNIQUE(code, key)", "This is flagged already.")
    _todo_uniq = models.UniqueIndex(
        "(code, COALESCE(dealer_id, 0), todo_month) WHERE todo_month IS NOT NULL"
    )

    @api.depends("check_id.name", "dealer_id.name", "user_input_id")
    def _compute_display_name(self):
        for flag in self:
            subject = flag.partner_id.name if flag.user_input_id else False
            parts = [flag.check_id.name, flag.dealer_id.name, subject]
            flag.display_name = " · ".join(filter(None, parts))

    @api.depends("evidence")
    def _compute_records(self):
        """The records that the evidence names, as far as they are still there."""
        for name, key in (("customer_ids", "customers"), ("answer_ids", "answers")):
            model = self.env[self._fields[name].comodel_name]
            named = {flag: (flag.evidence or {}).get(key) or [] for flag in self}
            there = set(model.browse({i for ids in named.values() for i in ids}).exists().ids)
            for flag, ids in named.items():
                flag[name] = model.browse(i for i in ids if i in there)

    @api.depends_context("uid")
    def _compute_may_decide(self):
        self.may_decide = self._is_decider()

    @api.model
    def _open(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_flag_action"
        )
        return {**action, "domain": domain}

    @api.model
    def _faked_domain(self, dealers, date_from, date_to):
        """Confirmed cheating of dealers in ``[date_from, date_to)``: what cancels a bonus (S9)."""
        return (
            Domain("state", "=", "confirmed")
            & Domain("dealer_id", "in", dealers.ids)
            & Domain("date", ">=", date_from)
            & Domain("date", "<", date_to)
        )

    def action_open_answer(self):
        """Open the answer, or the answers of the dealer's quarter."""
        self.ensure_one()
        if not self.user_input_id:
            return self.env["survey.user_input"]._open_answers(self._answers_domain())
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "res_id": self.user_input_id.id,
            "views": [(self.env.ref("crm_dealer_survey.survey_user_input_view_form").id, "form")],
        }

    def _answers_domain(self):
        """Answers about the dealer in the quarter that is flagged."""
        scores = self.env["crm.satisfaction.score"]
        domain = Domain("dealer_id", "=", self.dealer_id.id) & Domain("date", ">=", self.date)
        domain &= Domain("date", "<", fields.Date.add(self.date, months=3))
        if self.version_id:
            domain &= Domain("version_id", "=", self.version_id.id)
        return [("satisfaction_score_ids", "any", domain.optimize(scores))]

    def action_open_customers(self):
        """Open the customers whom the evidence names."""
        self.ensure_one()
        return self.customer_ids._get_records_action(name=self.env._("Customers Concerned"))
