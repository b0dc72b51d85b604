from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmDealerRegion(models.Model):
    _name = "crm.dealer.region"
    _description = "Dealer Region"
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "name", "code"]
    _order = "complete_name, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Full Name",
        compute="_compute_complete_name",
        recursive=True,
        store=True,
        help="The region with the regions above it.",
    )
    code = fields.Char(help="Short name of the region; may be left empty.")
    parent_id = fields.Many2one(
        "crm.dealer.region", string="Region Above", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.dealer.region", "parent_id", string="Regions Below")
    dealer_ids = fields.One2many("crm.dealer", "region_id", string="Dealers")
    dealer_count = fields.Integer(
        string="Number of Dealers",
        compute="_compute_dealer_count",
        help="Dealers of this region and of all regions below it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="The manufacturer's person for the region: the cockpit begins with it.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "Another region has this code already.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for region in self:
            above = region.parent_id.complete_name
            region.complete_name = f"{above} / {region.name}" if above else region.name

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Show the path in the user's language; ``complete_name`` is stored in one only."""
        for region in self:
            above = region.parent_id.display_name
            region.display_name = f"{above} / {region.name}" if above else region.name

    @api.depends("dealer_ids", "child_ids.dealer_ids")
    def _compute_dealer_count(self):
        below = self.search([("id", "child_of", self.ids)])
        counts = dict(
            self.env["crm.dealer"]._read_group(
                [("region_id", "in", below.ids)], ["region_id"], ["__count"]
            )
        )
        for region in self:
            path = region.parent_path or ""
            region.dealer_count = (
                sum(count for other, count in counts.items() if other.parent_path.startswith(path))
                if path
                else 0
            )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A region cannot lie below itself: choose another region above it.")
            )

    def action_open_dealers(self):
        """Open the dealers of the region and of the regions below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_dealer_action"
        )
        action["domain"] = [("region_id", "child_of", self.id)]
        action["context"] = {"default_region_id": self.id}
        return action
