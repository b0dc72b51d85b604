from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_dealer_grading.tools.notification import notification

from .crm_purchase_rule import EXPECTED_TYPES

WORKERS = (
    "crm_dealer_grading.group_dealer_user",
    "crm_dealer_grading.group_call_centre",
    "crm_dealer_grading.group_oem_manager",
)


class CrmPurchaseCandidate(models.Model):
    """A customer who is likely to replace or add a vehicle (M11).

    One row for each customer, vehicle and kind of purchase; it becomes one prospect card, once.
    Rows are written by the steps of this model alone.
    """

    _name = "crm.purchase.candidate"
    _description = "Expected Purchase"
    _order = "found_on desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    vehicle_id = fields.Many2one(
        "crm.vehicle",
        string="Present Vehicle",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    purchase_type = fields.Selection(
        EXPECTED_TYPES, string="Expected Purchase", required=True, readonly=True
    )
    rule_id = fields.Many2one(
        "crm.purchase.rule", readonly=True, index="btree_not_null", ondelete="set null"
    )
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    found_on = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("open", "To Do"), ("card", "Lead Made"), ("dismissed", "Not Interested")],
        required=True,
        readonly=True,
        default="open",
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    dismissed_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    phone = fields.Char(related="partner_id.phone")
    model_id = fields.Many2one(related="vehicle_id.model_id", string="Model")
    purchase_date = fields.Date(related="vehicle_id.purchase_date", string="Bought on")
    mileage = fields.Integer(related="vehicle_id.mileage")
    warranty_end = fields.Date(related="vehicle_id.warranty_end")
    value_level_id = fields.Many2one(related="partner_id.value_level_id", string="Value")

    _candidate_uniq = models.Constraint(
        "UNIQUE(partner_id, vehicle_id, purchase_type)", "This customer is on the list already."
    )
    _open_index = models.Index("(rule_id, dealer_id) WHERE state = 'open'")

    @api.model
    def _check_may_work(self):
        """Whoever calls customers of a dealer, or all of them."""
        if not self.env.su and not any(map(self.env.user.has_group, WORKERS)):
            raise AccessError(
                self.env._("Expected purchases are worked on by the dealer's staff. Ask there.")
            )

    def action_dismiss(self):
        """The customer wants nothing: off the list, for good."""
        self._check_may_work()
        self.check_access("read")
        # sudo: rows are closed to all; who may is checked above, whose they are by the rule.
        open_ones = self.sudo().filtered(lambda c: c.state == "open")
        open_ones.write({"state": "dismissed", "dismissed_by_id": self.env.uid})
        return True

    def action_make_cards(self):
        """Make prospect cards for the chosen customers (server action of the list)."""
        self._check_may_work()
        self.check_access("read")
        leads = self._make_cards()
        skipped = len(self) - len(leads)
        message = self.env._(
            "%(made)s leads made; %(skipped)s left as they are: done already, dismissed, not "
            "expected to buy any more, or the customer has a lead.",
            made=len(leads),
            skipped=skipped,
        )
        return notification(message, "success" if leads else "warning")

    def action_open_lead(self):
        """Open the prospect card that was made."""
        self.ensure_one()
        return self.lead_id.sudo(False)._get_records_action()
