"""Who would get what on a day, told by the code of the run, without writing anything (M5)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.care.crm_care_reminder import REASONS
from ..models.care.crm_care_rule import CHANNELS

_MOST_CUSTOMERS = 1000
OUTCOMES = [
    ("send", "Will Be Sent"),
    ("merged", "Told Together with Another"),
    ("wait", "Waits"),
    ("skip", "Left Out"),
]


class CrmCarePreview(models.TransientModel):
    _name = "crm.care.preview"
    _description = "Preview of Care"

    date = fields.Date(
        string="Day",
        required=True,
        default=lambda self: self.env["crm.care.rule"]._today() + timedelta(days=1),
    )
    rule_ids = fields.Many2many(
        "crm.care.rule",
        string="Rules",
        context={"active_test": False},
        help="Only these, switched on or not. Empty: all that are switched on.",
    )
    line_ids = fields.One2many("crm.care.preview.line", "preview_id")
    is_cut = fields.Boolean(readonly=True)

    def action_show(self):
        """List who would get what."""
        self.ensure_one()
        self.check_access("write")
        # sudo: lines are written by this step alone, so that nobody asks them for names.
        self.sudo().line_ids.unlink()
        values = [self._line_values(line) for line in self._lines()]
        self.env["crm.care.preview.line"].sudo().create(values)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_care_preview_line_action"
        )
        action["domain"] = [("preview_id", "=", self.id)]
        return action

    def _lines(self):
        """What the run would decide, of the customers that the user sees."""
        if self.date < self.env["crm.care.rule"]._today():
            raise UserError(
                self.env._("A preview looks ahead. For past days see the reminders themselves.")
            )
        # sudo: all rules decide together, whoever may see them; lines are narrowed below.
        rules = self.env["crm.care.rule"].sudo()
        chosen = rules.browse(self.rule_ids.ids)
        rules = chosen or rules.search([("active", "=", True)])
        if not rules:
            raise UserError(self.env._("No rule is switched on. Choose the rules to look at."))
        lines, self.is_cut = rules._preview(self.date, self._dealers(), _MOST_CUSTOMERS)
        return lines

    def _dealers(self):
        """Dealers whose customers are shown; None: all."""
        user = self.env.user
        return user._own_dealers().ids if user.dealer_scoped else None

    @api.model
    def _line_values(self, line):
        return {
            "preview_id": self.id,
            "rule_id": line.rule,
            "partner_id": line.person,
            "vehicle_id": line.vehicle,
            "dealer_id": line.dealer,
            "due_date": line.due,
            "channel": line.channel,
            "outcome": line.outcome,
            "reason": line.reason,
            "told_by_id": line.leader.rule if line.leader else False,
            "user_id": line.user if line.channel == "activity" else False,
        }


class CrmCarePreviewLine(models.TransientModel):
    _name = "crm.care.preview.line"
    _description = "Reminder to Come"
    _order = "partner_id, id"
    _rec_name = "partner_id"

    preview_id = fields.Many2one("crm.care.preview", required=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.care.rule", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Recipient", readonly=True, ondelete="cascade"
    )
    vehicle_id = fields.Many2one("crm.vehicle", readonly=True, ondelete="cascade")
    dealer_id = fields.Many2one("crm.dealer", readonly=True, ondelete="cascade")
    due_date = fields.Date(string="Due On", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    outcome = fields.Selection(OUTCOMES, string="What Happens", readonly=True)
    reason = fields.Selection(REASONS, string="Why Not", readonly=True)
    told_by_id = fields.Many2one(
        "crm.care.rule", string="Told by", readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
