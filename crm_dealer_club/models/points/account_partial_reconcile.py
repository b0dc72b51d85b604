from odoo import api, models


class AccountPartialReconcile(models.Model):
    """A payment came, or went away again: the invoices earn points, or lose them (M3)."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._moves_of_points()._queue_club_points()
        return partials

    def unlink(self):
        moves = self._moves_of_points()
        result = super().unlink()
        moves._queue_club_points()
        return result

    def _moves_of_points(self):
        return (self.debit_move_id | self.credit_move_id).move_id
