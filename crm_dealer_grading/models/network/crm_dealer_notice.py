from odoo import api, models


class CrmDealer(models.Model):
    """Hooks between what goes wrong at a dealer and notices of rectification (S4).

    Complaints know what went wrong, satisfaction programmes keep notices; either is installed
    without the other. Without notices nothing happens here.
    """

    _inherit = "crm.dealer"

    @api.private
    def _notice_wanted(self, values):
        """Hook: a complaint about the dealer was closed, and may deserve a notice.

        :param dict values: plain values: ``source_ref`` ("model,ID"), ``source_name``,
            ``problem``, ``cause`` and ``liable`` in words, ``at_dealer`` (whether the dealer is
            liable), ``solution``, ``partner_id``, ``vehicle_id``, ``visit_id``, ``user_id``,
            ``repeat`` and ``reopen_count``
        """

    @api.model
    def _can_give_notice(self):
        """Hook: whether the user may write a notice from something else's form."""
        return False

    @api.private
    def _give_notice(self, values):
        """Hook: the action that opens a notice about ``values``, as in ``_notice_wanted``."""
        return False
