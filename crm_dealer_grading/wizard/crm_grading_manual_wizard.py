from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.notification import notification


class CrmGradingManualSet(models.TransientModel):
    """Gives chosen customers a level by hand (G13)."""

    _name = "crm.grading.manual.set"
    _description = "Set Manual Level"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("partner_ids",)

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    scheme_id = fields.Many2one(
        "crm.grading.scheme",
        required=True,
        ondelete="cascade",
        domain=[("applies_to", "=", "customer")],
    )
    scheme_method = fields.Selection(related="scheme_id.method")
    level_id = fields.Many2one(
        "crm.grading.level",
        required=True,
        ondelete="cascade",
        domain="[('scheme_id', '=', scheme_id)]",
    )
    reason = fields.Text(required=True)
    date_from = fields.Date(
        string="Valid From", required=True, default=lambda self: self.env.company._today_here()
    )
    date_until = fields.Date(
        string="Until", help="From this day on the computed level holds again."
    )

    @api.onchange("scheme_id")
    def _onchange_scheme_id(self):
        if self.level_id.scheme_id != self.scheme_id:
            self.level_id = False

    def action_set(self):
        """Give the level; one that the customers hold by hand already ends on the first day.

        The rights are those on ``crm.grading.manual``.
        """
        self.ensure_one()
        customers = self.partner_ids.commercial_partner_id
        if not customers:
            raise UserError(self.env._("Choose records that have a customer."))
        if self.date_from < self.scheme_id._today_here():
            raise UserError(self.env._("A manual level begins today or later."))
        manuals = self.env["crm.grading.manual"]
        domain = [("partner_id", "in", customers.ids), ("scheme_id", "=", self.scheme_id.id)]
        if self.date_until:
            domain.append(("date_from", "<", self.date_until))
        earlier = _holding_on_or_after(manuals, domain, self.date_from)
        if earlier:
            earlier.action_end(self.date_from, self.reason)
        given = {
            "scheme_id": self.scheme_id.id,
            "level_id": self.level_id.id,
            "reason": self.reason,
            "date_from": self.date_from,
            "date_until": self.date_until,
        }
        manuals.create([{"partner_id": customer.id, **given} for customer in customers])
        return notification(
            self.env._(
                "%(count)s customers at “%(level)s” by hand; %(ended)s earlier manual levels "
                "ended.",
                count=len(customers),
                level=self.level_id.name,
                ended=len(earlier),
            )
        )


class CrmGradingManualEnd(models.TransientModel):
    """Ends manual levels of chosen customers (G13)."""

    _name = "crm.grading.manual.end"
    _description = "End Manual Level"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("partner_ids",)

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    scheme_id = fields.Many2one(
        "crm.grading.scheme",
        ondelete="cascade",
        domain=[("applies_to", "=", "customer")],
        help="Empty: in all schemes.",
    )
    reason = fields.Text(required=True)
    date = fields.Date(
        string="First Day Without",
        required=True,
        default=lambda self: self.env.company._today_here(),
        help="From this day on the computed level holds.",
    )

    def action_end(self):
        """End them; the rights are those on ``crm.grading.manual``."""
        self.ensure_one()
        domain = [("partner_id", "in", self.partner_ids.commercial_partner_id.ids)]
        if self.scheme_id:
            domain.append(("scheme_id", "=", self.scheme_id.id))
        manuals = _holding_on_or_after(self.env["crm.grading.manual"], domain, self.date)
        if not manuals:
            raise UserError(
                self.env._("None of these customers has a manual level that holds on that day.")
            )
        manuals.action_end(self.date, self.reason)
        return notification(self.env._("%s manual levels ended.", len(manuals)))


def _holding_on_or_after(manuals, domain, day):
    """Manual levels that match and are not over by then."""
    open_end = Domain("date_until", "=", False) | Domain("date_until", ">", day)
    return manuals.search(Domain(domain) & open_end).filtered(lambda m: not m._is_void())
