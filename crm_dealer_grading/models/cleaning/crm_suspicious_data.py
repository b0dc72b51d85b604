from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..network.res_users import DEALER_USER
from .crm_duplicate_candidate import DECIDERS

KINDS = [
    ("phone", "Invalid Phone"),
    ("shared_phone", "Phone Shared by Many"),
    ("email", "Malformed E-Mail"),
    ("shared_email", "E-Mail Shared by Many"),
    ("id_number", "Invalid ID Number"),
    ("shared_id_number", "ID Number Shared by Many"),
    ("birth_future", "Birth Date in the Future"),
    ("birth_old", "Birth Date Too Long Ago"),
    ("vin_characters", "VIN with Wrong Characters"),
    ("vin_length", "VIN of Wrong Length"),
    ("vin_check_digit", "VIN Check Digit Wrong"),
    ("plate", "Implausible Plate"),
    ("delivery", "Delivery before Purchase"),
]
SECRET = {"id_number", "shared_id_number"}


class CrmSuspiciousData(models.Model):
    """A value that can hardly be right, to be corrected or accepted with a reason (C3)."""

    _name = "crm.suspicious.data"
    _description = "Suspicious Data"
    _order = "state desc, kind, id"
    _rec_name = "kind"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="cascade"
    )
    vehicle_id = fields.Many2one("crm.vehicle", readonly=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    reason = fields.Char(string="What Is Wrong", compute="_compute_reason")
    value = fields.Char(string="Stored Value", readonly=True)
    value_shown = fields.Char(string="Value", compute="_compute_value_shown")
    fingerprint = fields.Char(
        groups=fields.NO_ACCESS, help="What was judged; accepted until this changes."
    )
    shared_count = fields.Integer(
        string="Customers", readonly=True, aggregator=None, help="Customers with the same value."
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        index=True,
        ondelete="set null",
        help="The dealer that corrects it.",
    )
    found_on = fields.Date(readonly=True)
    state = fields.Selection(
        [("open", "To Correct"), ("accepted", "Accepted")],
        required=True,
        readonly=True,
        default="open",
    )
    accept_reason = fields.Char(string="Accepted Because", readonly=True)
    accepted_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    accepted_on = fields.Datetime(readonly=True)

    _one_record = models.Constraint(
        "CHECK(num_nonnulls(partner_id, vehicle_id) = 1)",
        "A fault belongs to one customer or to one vehicle.",
    )
    _partner_kind_uniq = models.UniqueIndex("(partner_id, kind) WHERE partner_id IS NOT NULL")
    _vehicle_kind_uniq = models.UniqueIndex("(vehicle_id, kind) WHERE vehicle_id IS NOT NULL")

    @api.depends("partner_id.dealer_id", "vehicle_id.dealer_id")
    def _compute_dealer_id(self):
        for row in self:
            row.dealer_id = row.partner_id.dealer_id or row.vehicle_id.dealer_id

    @api.depends("kind", "value", "shared_count")
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        words = self._reason_words()
        if self.env.user.has_group(DEALER_USER):
            words |= self._reason_words_for_dealers()
        # sudo: the words of a dealer leave the number out.
        for row, counted in zip(self, self.sudo(), strict=True):
            text = words.get(row.kind) or ""
            row.reason = text % {"count": counted.shared_count, "length": len(row.value or "")}

    @api.model
    def _has_field_access(self, field, operation):
        """How many customers the whole network has with a value is not a dealer's business."""
        if field.name == "shared_count" and not self.env.su:
            return not self.env.user.has_group(DEALER_USER)
        return super()._has_field_access(field, operation)

    @api.model
    def _reason_words_for_dealers(self):
        return {
            "shared_phone": self.env._("Many customers have this phone."),
            "shared_email": self.env._("Many customers have this e-mail address."),
            "shared_id_number": self.env._("Many customers have this ID number."),
        }

    @api.model
    def _reason_words(self):
        """``{kind: sentence}`` in the user's language; extend with the kinds."""
        return {
            "phone": self.env._("No telephone number looks like this."),
            "shared_phone": self.env._("%(count)s customers have this phone."),
            "email": self.env._("No e-mail address looks like this."),
            "shared_email": self.env._("%(count)s customers have this e-mail address."),
            "id_number": self.env._("The number fails the check of resident identity cards."),
            "shared_id_number": self.env._("%(count)s customers have this ID number."),
            "birth_future": self.env._("The birth date lies in the future."),
            "birth_old": self.env._("The customer would be over 110 years old."),
            "vin_characters": self.env._("A VIN never has the letters I, O and Q, nor signs."),
            "vin_length": self.env._("A VIN has 17 characters, this one has %(length)s."),
            "vin_check_digit": self.env._(
                "The check digit does not fit; some imported vehicles have none."
            ),
            "plate": self.env._("No Chinese number plate looks like this."),
            "delivery": self.env._("The vehicle was delivered before it was bought."),
        }

    @api.depends("kind", "value")
    def _compute_value_shown(self):
        hidden = self.filtered(lambda row: row.kind in SECRET).partner_id
        # sudo: only to mask it; one query for all.
        hidden.sudo().fetch(["id_number_encrypted"])
        for row in self:
            secret = row.kind in SECRET
            row.value_shown = row.partner_id._id_number_masked() if secret else row.value

    @api.depends("partner_id", "vehicle_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            record = row.partner_id or row.vehicle_id
            row.display_name = f"{record.display_name}: {words.get(row.kind)}"

    def action_open_record(self):
        """Open the customer or vehicle to correct it."""
        self.ensure_one()
        record = self.partner_id or self.vehicle_id
        return record._get_records_action()

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.user.has_groups(DECIDERS):
            raise AccessError(
                self.env._(
                    "You read the suspicious data only. Ask the dealer or the call centre to "
                    "correct or accept it."
                )
            )

    def accept(self, reason):
        """Take the values as right although they look wrong, until they change.

        :param str reason: why, for whoever looks at it later
        :raise UserError: without a reason
        """
        self._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the value is right, for whoever sees it later."))
        # sudo: nobody writes the list by hand; the right to decide has been checked.
        self.sudo().write(
            {
                "state": "accepted",
                "accept_reason": reason.strip(),
                "accepted_by_id": self.env.uid,
                "accepted_on": fields.Datetime.now(),
            }
        )

    def action_reopen(self):
        """Put accepted values back on the list."""
        self._check_may_decide()
        # sudo: as above.
        self.sudo().write(
            {
                "state": "open",
                "accept_reason": False,
                "accepted_by_id": False,
                "accepted_on": False,
            }
        )

    @api.model
    def action_refresh(self):
        """Check all data now; see ``crm.duplicate.candidate``."""
        return self.env["crm.duplicate.candidate"].action_refresh()
