from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_audit import AUDITOR
from .crm_audit_guard import DEALER_USER, STEP

STATES = [
    ("open", "Open"),
    ("right", "Right"),
    ("wrong", "Wrong"),
    ("unchecked", "Could Not Be Checked"),
]
TICKS = ("wrong_name", "wrong_phone", "wrong_plate", "wrong_date", "is_fake")
# What only the buyer tells.
_OF_BUYER = ("wrong_name", "wrong_phone", "is_fake")
_CHECKERS = {*TICKS, "way", "note"}


class CrmAuditSampleLine(models.Model):
    """A sold vehicle whose data are verified, with what was on file at the draw (S9)."""

    _name = "crm.audit.sample.line"
    _description = "Sold Vehicle to Verify"
    _order = "id"  # as drawn; who checks may not read the sample
    _rec_name = "vehicle_id"

    sample_id = fields.Many2one(
        "crm.audit.sample", string="Verification", required=True, index=True, ondelete="cascade",
        groups=AUDITOR,
    )  # fmt: skip
    dealer_id = fields.Many2one("crm.dealer", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    vehicle_id = fields.Many2one(
        "crm.vehicle", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Buyer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Who Checks", index="btree_not_null", ondelete="set null",
        domain="[('share', '=', False)]",
    )  # fmt: skip
    place = fields.Integer(string="No.", readonly=True, aggregator=None)
    figure = fields.Float(
        readonly=True,
        aggregator=None,
        groups=AUDITOR,
        help="Of seed and vehicle; decides the draw.",
    )
    name_on_file = fields.Char(string="Buyer on File", readonly=True)
    phone_on_file = fields.Char(string="Phone on File", readonly=True)
    vin_on_file = fields.Char(string="VIN on File", readonly=True)
    plate_on_file = fields.Char(string="Plate on File", readonly=True)
    delivered_on_file = fields.Date(string="Handed Over On", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    way = fields.Selection(
        [("phone", "By Phone"), ("papers", "By Papers")],
        string="Checked How",
        help="By phone with the buyer, or by invoice, registration and identity papers.",
    )
    wrong_name = fields.Boolean()
    wrong_phone = fields.Boolean()
    wrong_plate = fields.Boolean(string="Wrong Plate or VIN")
    wrong_date = fields.Boolean(string="Wrong Day of Handover")
    is_fake = fields.Boolean(
        string="Not Sold to This Person", help="Faked: a confirmed one cancels the dealer's bonus."
    )
    note = fields.Text(string="Remark")
    checked_on = fields.Date(readonly=True)
    checked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    is_open = fields.Boolean(
        compute="_compute_is_open", search="_search_is_open", export_string_translation=False
    )

    _vehicle_uniq = models.UniqueIndex(
        "(sample_id, vehicle_id) WHERE vehicle_id IS NOT NULL", "A vehicle is checked once."
    )

    @api.depends("state")
    def _compute_is_open(self):
        """Whether the verification still goes on."""
        for line in self:
            line.is_open = line.sudo().sample_id.state == "drawn"  # sudo: its state alone

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: the state of verifications alone; who checks reads none of them.
        return [("id", "in", self.sudo()._search([("sample_id.state", "=", "drawn")]))]

    def _wrong_words(self):
        """What is wrong, in words."""
        labels = [
            self._fields[name]._description_string(self.env) for name in TICKS if self[name]
        ]
        return " · ".join(filter(None, [*labels, self.note]))

    # ------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("crm_audit_step") is not STEP:
            raise AccessError(self.env._("Vehicles are drawn, not chosen: draw the sample."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("crm_audit_step") is not STEP:
            self._check_may_write(vals.keys())
        return super().write(vals)

    def _check_may_write(self, names):
        """:raise AccessError: what the draw owns, or the call centre assigning work
        :raise UserError: the verification is over, or the vehicle's result is noted"""
        if self.env.su and names <= {"partner_id", "vehicle_id"}:
            return  # merged customers and vehicles
        if names - _CHECKERS - {"user_id"}:
            raise AccessError(self.env._("The list stays as it was drawn. Use the buttons."))
        if "user_id" in names:
            self.env["crm.audit"]._check_audits()
        for line in self.sudo():  # sudo: at which state the sample is
            if line.sample_id.state != "drawn" or (names & _CHECKERS and line.state != "open"):
                raise UserError(
                    self.env._(
                        "The result of “%s” is noted. Press “Check Again” while the verification "
                        "goes on.",
                        line.vin_on_file or line.name_on_file,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The list stays as it was drawn. Note what was found instead."))

    # ------------------------------------------------------------ results

    def action_right(self):
        """All data are right."""
        return self._note("right")

    def action_wrong(self):
        """What is ticked is wrong."""
        return self._note("wrong")

    def action_unchecked(self):
        """Nobody could be reached, and there are no papers."""
        return self._note("unchecked")

    def action_again(self):
        """Take the result back, while the verification goes on."""
        return self._note("open")

    def _note(self, state):
        """Note a result; the one method that does.

        :raise AccessError: neither an auditor nor assigned to the user, or who works at a dealer
        :raise UserError: the verification is over, or the ticks do not fit
        """
        self.check_access("write")
        if self.env.user.has_group(DEALER_USER):
            raise AccessError(self.env._("Who works at a dealer verifies no sold vehicles."))
        lines = self.sudo()  # sudo: the right to the lines was checked
        touch(lines.sample_id)
        lines.sample_id.invalidate_recordset(["state"])
        for line in lines:
            line._check_note(state)
        done = state != "open"
        lines.with_context(crm_audit_step=STEP).write(
            {
                "state": state,
                "checked_on": self.env.company._today_here() if done else False,
                "checked_by_id": self.env.uid if done else False,
            }
        )
        return True

    def _check_note(self, state):
        ticked = any(self[name] for name in TICKS)
        if self.sample_id.state != "drawn":
            raise UserError(self.env._("The verification is over, and its result is kept."))
        if state != "open" and self.state != "open":
            raise UserError(
                self.env._("The result of “%s” is noted already.", self.display_name)
            )
        if state == "wrong" and not self.name_on_file and any(self[name] for name in _OF_BUYER):
            raise UserError(
                self.env._(
                    "The buyer is not on file at %s: name, phone and sale are not judged. Remove "
                    "these ticks, and check VIN and day by papers.",
                    self.dealer_id.name,
                )
            )
        if state == "wrong" and not ticked:
            raise UserError(self.env._("Tick first which of the data are wrong."))
        if state in ("right", "unchecked") and ticked:
            raise UserError(
                self.env._("Something is ticked as wrong. Press “Wrong”, or remove the ticks.")
            )
        if state in ("right", "wrong") and not self.way:
            raise UserError(self.env._("Say first how it was checked: by phone or by papers."))
