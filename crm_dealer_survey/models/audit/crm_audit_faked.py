from odoo import api, models


class CrmAudit(models.Model):
    """What verifications confirmed, for the assessment of dealers (S9)."""

    _inherit = "crm.audit"

    @api.model
    @api.private
    def _faked_by_dealer(self, dealers, begin, end):
        """``{dealer id: faked sales}`` that verifications ended in ``[begin, end)`` confirmed.

        Dealers without any are left out. What cancels a bonus; with all rights.
        """
        # sudo: figures of the network, for the manufacturer's assessment.
        groups = self.env["crm.audit.sample.line"].sudo()._read_group(
            self._faked_domain(dealers, begin, end), ["dealer_id"], ["__count"]
        )
        return {dealer.id: count for dealer, count in groups}

    @api.model
    @api.private
    def _faked_domain(self, dealers, begin, end):
        """The sold vehicles behind ``_faked_by_dealer``."""
        return [
            ("dealer_id", "in", dealers.ids),
            ("state", "=", "wrong"),
            ("is_fake", "=", True),
            ("sample_id.state", "=", "done"),
            ("sample_id.done_on", ">=", begin),
            ("sample_id.done_on", "<", end),
        ]
