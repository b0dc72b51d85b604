from odoo import fields, models

from odoo.addons.crm_dealer_grading.models.customer.crm_lead import PURCHASE_TYPES

EXPECTED_TYPES = [(code, label) for code, label in PURCHASE_TYPES if code != "new"]


class CrmPurchaseRule(models.Model):
    """Whom we expect to replace or add a vehicle (M11); what is filled in must all hold."""

    _name = "crm.purchase.rule"
    _description = "Rule for Expected Purchases"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purchase_type = fields.Selection(
        EXPECTED_TYPES, string="Expected Purchase", required=True, default="replace_same"
    )
    age_months = fields.Integer(
        string="Vehicle Older Than (Months)", help="Since it was bought or delivered. 0: any age."
    )
    age_months_most = fields.Integer(
        string="But Not Older Than (Months)", help="0: there is no limit."
    )
    mileage_km = fields.Integer(
        string="Driven More Than (km)",
        help="As of today, carried on at the vehicle's own pace. 0: any mileage.",
    )
    warranty = fields.Selection(
        [("ending", "Ends soon, or over"), ("over", "Over")],
        help="Only vehicles whose warranty date is known count. Empty: does not matter.",
    )
    warranty_months = fields.Integer(string="Ends Within (Months)", default=3)
    vehicles_least = fields.Integer(
        string="Vehicles in the Household: From", help="Those we know of. 0: does not matter."
    )
    vehicles_most = fields.Integer(string="To", help="0: there is no limit.")
    with_family = fields.Boolean(
        string="Household Is Known", help="Only customers of whom family members are noted."
    )
    usage_private = fields.Boolean(
        string="Private Use Only", help="Only vehicles in private use, or whose use is not noted."
    )
    model_ids = fields.Many2many("fleet.vehicle.model", string="Models", help="Empty: all.")
    dealer_ids = fields.Many2many("crm.dealer", string="Dealers", help="Empty: all.")
    quiet_months = fields.Integer(
        string="No Lead Within (Months)",
        default=6,
        help="An open lead, or one that was won or lost within so many months, keeps its customer "
        "off the list.",
    )
    automatic = fields.Boolean(
        string="Make Leads by Itself",
        help="The nightly job makes the leads. Otherwise staff choose them from the list.",
    )
    most_per_dealer = fields.Integer(
        string="Leads per Dealer and Night",
        default=5,
        help="So that salespeople can call them all. 0: no limit.",
    )
    candidate_ids = fields.One2many("crm.purchase.candidate", "rule_id")
    open_count = fields.Integer(string="On the List", compute="_compute_open_count")

    _numbers_check = models.Constraint(
        "CHECK(age_months >= 0 AND age_months_most >= 0 AND mileage_km >= 0"
        " AND warranty_months >= 0 AND vehicles_least >= 0 AND vehicles_most >= 0"
        " AND quiet_months > 0 AND most_per_dealer >= 0)",
        "Numbers of a rule are not below 0, and leads count for one month at least.",
    )

    def _compute_open_count(self):
        counts = dict(
            self.env["crm.purchase.candidate"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "open")], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.open_count = counts.get(rule, 0)

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: the list is written by its own steps alone.
            self.env["crm.purchase.candidate"].sudo()._drop_without_rule()
        return result

    def unlink(self):
        result = super().unlink()
        # sudo: as above.
        self.env["crm.purchase.candidate"].sudo()._drop_without_rule()
        return result

    def action_find(self):
        """Bring the list up to date with these rules now; by who may edit them."""
        self.check_access("write")
        # sudo: the list is written by this step alone.
        self.env["crm.purchase.candidate"].sudo()._find(self)
        return self.action_open_candidates()

    def action_open_candidates(self):
        """Open the customers whom these rules found."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_purchase_candidate_action"
        )
        return {**action, "domain": [("rule_id", "in", self.ids)]}
