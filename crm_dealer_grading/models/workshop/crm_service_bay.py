from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("mechanical", "Mechanical"),
    ("body", "Body"),
    ("paint", "Paint"),
    ("quick", "Quick Service"),
]


class CrmServiceBay(models.Model):
    """A place in a dealer's workshop that holds one vehicle at a time (C5)."""

    _name = "crm.service.bay"
    _description = "Service Bay"
    _inherit = ["crm.dealer.scope"]
    _order = "dealer_id, sequence, id"
    _rec_names_search = ("name", "dealer_id.name")

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="Kind of Bay", required=True, default="mechanical")
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user._default_dealer(),
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Own Working Hours",
        ondelete="restrict",
        help="Empty: the dealer's workshop hours.",
    )
    visit_ids = fields.One2many("crm.service.visit", "bay_id", string="Visits")

    _name_uniq = models.Constraint(
        "UNIQUE(dealer_id, name)", "The dealer has a bay of this name already."
    )

    @api.depends("name", "dealer_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """With the dealer for whoever sees several: each workshop has a bay of this name."""
        alone = len(self.env.user._own_dealers()) == 1
        for bay in self:
            names = [bay.name] if alone else [bay.name, bay.dealer_id.name]
            bay.display_name = " · ".join(filter(None, names))

    def write(self, vals):
        if "dealer_id" in vals:
            moved = self.filtered(lambda bay: bay.dealer_id.id != vals["dealer_id"])
            # sudo: a visit out of sight holds the bay as well.
            if moved.sudo().with_context(active_test=False).visit_ids:
                raise UserError(
                    self.env._(
                        "A bay with visits stays with its dealer. Archive it, and create "
                        "one at the other dealer."
                    )
                )
        return super().write(vals)
