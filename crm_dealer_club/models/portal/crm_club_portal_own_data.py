from odoo import api, models


class CrmClubPortal(models.AbstractModel):
    """What leaving costs: points, seats, the link for friends (M10)."""

    _inherit = "crm.club.portal"

    @api.model
    def _losses(self, customer, membership):
        losses = super()._losses(customer, membership)
        if balance := membership.points_balance:
            points = membership._points_in_words(balance)
            if membership._program().forfeit_on_leaving:
                losses.append(self.env._("You lose %s.", points))
            else:
                losses.append(
                    self.env._("You cannot use your %s; they expire on their last days.", points)
                )
        names = membership._seats_to_give_back().event_id.mapped("name")
        losses += [self.env._("Your registration for “%s” is cancelled.", name) for name in names]
        losses.append(self.env._("Your link for friends stops working."))
        return losses
