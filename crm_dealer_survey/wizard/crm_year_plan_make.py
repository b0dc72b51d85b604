from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmYearPlanMake(models.TransientModel):
    """Makes the plans of a year for all dealers of a region (S8)."""

    _name = "crm.year.plan.make"
    _description = "Create Year Plans"
    _rec_name = "year"

    year = fields.Integer(
        required=True, default=lambda self: self.env.company._today_here().year + 1
    )
    region_id = fields.Many2one(
        "crm.dealer.region", help="With the regions below it. Empty: the whole network."
    )
    dealer_count = fields.Integer(string="Dealers without a Plan", compute="_compute_dealer_count")

    @api.depends("year", "region_id")
    def _compute_dealer_count(self):
        for dialog in self:
            dialog.dealer_count = len(dialog._dealers())

    def _dealers(self):
        """Active dealers of the region that have no plan of the year."""
        domain = [("region_id", "child_of", self.region_id.id)] if self.region_id else []
        plans = self.env["crm.year.plan"].with_context(active_test=False)
        there = plans.search([("year", "=", self.year), ("dealer_id", "!=", False)]).dealer_id
        return self.env["crm.dealer"].search([*domain, ("id", "not in", there.ids)])

    def action_make(self):
        """Make them, with proposed targets, and open them.

        :raise UserError: every dealer has one
        """
        self.ensure_one()
        made = self.env["crm.year.plan"]._make_for(self._dealers(), self.year)
        if not made:
            raise UserError(self.env._("Every dealer has a plan of %s already.", self.year))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_year_plan_action"
        )
        return {**action, "domain": [("id", "in", made.ids)], "context": {}}
