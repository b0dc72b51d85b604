from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.tails import HONEST_SHARE

KINDS = [
    ("same_phone", "Same phone for several customers"),
    ("staff_phone", "Phone of the dealer's staff"),
    ("straight_line", "The same figure everywhere"),
    ("fast", "Answered too fast"),
    ("succession", "One answer right after the other"),
    ("changed", "Contact data changed before the draw"),
    ("tens", "Too many tens at a dealer"),
    ("unreachable", "Unhappy customers cannot be asked"),
]
# Kinds about one answer, alone or beside others; the rest is about a dealer in a quarter.
ABOUT_DEALERS = ("tens", "unreachable")
# Kinds that tell by comparing dealers.
COMPARED = (*ABOUT_DEALERS, "straight_line", "changed")
_USUAL = ("threshold", "second_threshold", "min_count", "severity", "explanation")
SEVERITIES = [("1", "Low"), ("2", "Medium"), ("3", "High")]


class CrmSatisfactionCheck(models.Model):
    """A kind of cheating that answers are checked for, with its thresholds (S9).

    One without a programme holds for all; one with a programme in its place there, also when it is
    archived. What a threshold means is said by ``threshold_meaning``, for each kind.
    """

    _name = "crm.satisfaction.check"
    _description = "Check for Cheating"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Selection(KINDS, string="Kind of Check", required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="Archived, nothing more is flagged, and what nobody has decided is withdrawn.",
    )
    programme_id = fields.Many2one(
        "crm.satisfaction.programme",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all programmes that have no check of this kind of their own.",
    )
    severity = fields.Selection(SEVERITIES, required=True, default="2", tracking=True)
    threshold = fields.Float(required=True, default=0.0, digits=(12, 4), tracking=True)
    second_threshold = fields.Float(default=0.0, digits=(12, 4), tracking=True)
    min_count = fields.Integer(string="At Least", default=0, tracking=True)
    threshold_meaning = fields.Text(
        string="What the Thresholds Mean", compute="_compute_threshold_meaning"
    )
    explanation = fields.Text(
        translate=True, help="What honest reasons there may be, and how to find out."
    )
    user_id = fields.Many2one(
        "res.users",
        string="To-Dos For",
        ondelete="set null",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("crm_dealer_grading.group_oem_manager").ids),
        ],
        help="Empty: the manufacturer's first manager.",
    )
    flag_count = fields.Integer(string="Open Flags", compute="_compute_flag_count")

    _kind_uniq = models.UniqueIndex(
        "(code, COALESCE(programme_id, 0))",
        "There is a check of this kind for the programme already. Change that one.",
    )
    _thresholds_positive = models.Constraint(
        "CHECK(threshold >= 0 AND second_threshold >= 0 AND min_count >= 0)",
        "Thresholds are not below zero.",
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_threshold_meaning(self):
        words, chance = self._threshold_words(), self._chance_words()
        for check in self:
            parts = [words.get(check.code), check.code in COMPARED and chance]
            check.threshold_meaning = " ".join(filter(None, parts)) or False

    @api.model
    def _chance_words(self):
        return self.env._(
            "The more dealers are compared, the less probable it must be: of all flagged at most "
            "%(share)s %% are by chance.",
            share=round(100 * HONEST_SHARE),
        )

    @api.model
    def _threshold_words(self):
        return {
            "same_phone": self.env._(
                "Threshold: from so many customers with the same phone on. Second: the same for a "
                "phone that a company has as well, its switchboard. At least: so many of them "
                "have answered."
            ),
            "staff_phone": self.env._("Threshold: from so many people of the dealer on."),
            "straight_line": self.env._(
                "Threshold: up to this standard deviation of the figures. Second: where all are "
                "tens, only answers that took less than so many seconds a question. At least: so "
                "many figures. Flagged where a dealer has so many in a quarter that an honest one "
                "hardly ever has (1 in 1,000)."
            ),
            "fast": self.env._(
                "Threshold: less than so many seconds a question on the page. Second: the same in "
                "a call. At least: so many questions answered."
            ),
            "succession": self.env._(
                "Threshold: from so many answers on. Second: each opened at most so many seconds "
                "after the one before was sent."
            ),
            "changed": self.env._(
                "Threshold: at most so many days before the link was made. Flagged where a dealer "
                "has so many in a quarter that an honest one hardly ever has (1 in 1,000)."
            ),
            "tens": self.env._(
                "Threshold: the probability of so many tens at an honest dealer of the network, "
                "or less. At least: so many answers in the quarter."
            ),
            "unreachable": self.env._(
                "Threshold: the probability of so many by chance, or less. At least: so many "
                "unhappy customers in the quarter."
            ),
        }

    @api.depends_context("uid")
    def _compute_flag_count(self):
        flags = self.env["crm.satisfaction.flag"]
        domain = [("check_id", "in", self.ids), ("state", "=", "new")]
        counts = dict(flags._read_group(domain, ["check_id"], ["__count"]))
        for check in self:
            check.flag_count = counts.get(check._origin, 0)

    @api.depends("name", "programme_id.code")
    def _compute_display_name(self):
        for check in self:
            parts = [check.name, check.programme_id.code]
            check.display_name = " · ".join(filter(None, parts))

    @api.onchange("code")
    def _onchange_code(self):
        self.update(self._usual(self.code))

    @api.model_create_multi
    def create(self, vals_list):
        """What is not given is as for all programmes."""
        return super().create([{**self._usual(vals.get("code")), **vals} for vals in vals_list])

    def write(self, vals):
        """Archived, what nobody has decided is withdrawn, however old it is."""
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: nobody writes flags by hand; who archives a check takes its suspicions back.
            flags = self.env["crm.satisfaction.flag"].sudo().with_context(tracking_disable=True)
            open_ones = flags.search([("check_id", "in", self.ids), ("state", "=", "new")])
            open_ones.write(
                {"state": "withdrawn", "gone_on": self.env.company._today_here()}
            )
        return result

    @api.model
    def _usual(self, code):
        """Thresholds and words of the check of the kind that holds for all programmes."""
        general = self.with_context(active_test=False).search(
            [("code", "=", code), ("programme_id", "=", False)], limit=1
        )
        return {name: general[name] for name in _USUAL} if general else {}

    def copy_data(self, default=None):
        """A copy is for a programme of its own; the kind is there already."""
        raise UserError(
            self.env._(
                "Each kind is there once, and once more for a programme. Create a check, and "
                "choose kind and programme."
            )
        )

    @api.constrains("code", "programme_id")
    def _check_programme(self):
        for check in self:
            if check.code == "unreachable" and check.programme_id:
                raise UserError(
                    self.env._(
                        "Who cannot be asked is the same for all programmes: leave it empty."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_flagged(self):
        flags = self.env["crm.satisfaction.flag"].sudo()
        if flags.search_count([("check_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("The check has flagged something: archive it, so that this stays known.")
            )

    def action_open_flags(self):
        """Open what the check has flagged."""
        return self.env["crm.satisfaction.flag"]._open([("check_id", "in", self.ids)])
