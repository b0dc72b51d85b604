from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_rectification import SEVERITIES

ABOUT = [
    ("total", "Answer: total below"),
    ("factor", "Answer: a factor below"),
    ("question", "Answer: a question at or below"),
    ("compliance", "Answer: so many steps not done"),
    ("nps", "Answer: recommendation at or below, with words"),
    ("call", "Follow-up call: customer not satisfied"),
    ("complaint", "Complaint closed: repeated or reopened"),
]
# Those that look at the answers to a programme.
OF_ANSWERS = ("total", "factor", "question", "compliance", "nps")


class CrmRectificationRule(models.Model):
    """What makes a notice by itself (S4): a bad answer, a call, a complaint."""

    _name = "crm.rectification.rule"
    _description = "Rule of Rectification Notices"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    about = fields.Selection(ABOUT, string="Occasion", required=True, default="total")
    programme_id = fields.Many2one(
        "crm.satisfaction.programme", index="btree_not_null", ondelete="cascade"
    )
    factor_id = fields.Many2one(
        "crm.satisfaction.factor",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('programme_id', '=', programme_id)]",
        help="Empty: any. Factors of the same name in other versions count as well.",
    )
    threshold = fields.Float(
        digits=(4, 1),
        help="On the scale of the question: 1 to 10, recommendation 0 to 10; of steps their "
        "number.",
    )
    action = fields.Selection(
        [("draft", "Write a Draft"), ("issue", "Issue the Notice")],
        string="Then",
        required=True,
        default="draft",
    )
    issuer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="In whose name notices are issued, and who closes them.",
    )
    severity = fields.Selection(SEVERITIES, required=True, default="major")
    working_days = fields.Integer(default=5, required=True)
    start_on = fields.Date(
        string="In Force From", required=True, default=fields.Date.context_today,
        help="What was said or closed earlier makes no notice.",
    )  # fmt: skip

    _programme_check = models.Constraint(
        "CHECK(programme_id IS NOT NULL OR about IN ('call', 'complaint'))",
        "Choose the programme whose answers the rule looks at.",
    )
    _issuer_check = models.Constraint(
        "CHECK(issuer_id IS NOT NULL OR action = 'draft')",
        "Choose who issues these notices.",
    )
    _days_check = models.Constraint(
        "CHECK(working_days > 0)", "A dealer has one working day at least."
    )

    @api.constrains("issuer_id")
    def _check_issuer(self):
        for rule in self.filtered("issuer_id"):
            if not self.env["crm.rectification"]._issues(rule.issuer_id):
                raise ValidationError(
                    self.env._(
                        "%s cannot issue notices. Choose an auditor or manager of the "
                        "manufacturer.",
                        rule.issuer_id.name,
                    )
                )

    @api.onchange("about", "programme_id")
    def _onchange_about(self):
        if self.about not in OF_ANSWERS:
            self.programme_id = False
        if self.about not in ("factor", "question") or self.factor_id.programme_id != (
            self.programme_id
        ):
            self.factor_id = False

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for rule, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", rule.name)
        return vals_list

    def _issues(self):
        """Whether the notice goes out at once: its issuer may have left meanwhile."""
        issuer, notices = self.issuer_id, self.env["crm.rectification"]
        return self.action == "issue" and issuer.active and notices._issues(issuer)

    def _strictest(self):
        """Of several rules that meet the one that decides."""
        order = [key for key, _label in SEVERITIES]
        return self.sorted(lambda r: (r._issues(), order.index(r.severity), -r.sequence))[-1:]

    @api.model
    def _first_about(self, about):
        """The first active rule about calls or complaints; may be empty."""
        today = self.env.company._today_here()
        return self.search([("about", "=", about), ("start_on", "<=", today)], limit=1)
