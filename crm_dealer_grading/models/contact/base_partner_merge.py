from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merged customer keeps one open due contact; core would drop all lines of one side."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: who may merge the customers may merge what hangs on them.
        lines = self.env["crm.contact.due"].sudo()._open_of(src_partners | dst_partner)
        kept = lines.filtered(lambda line: line.partner_id == dst_partner) or lines
        doubles = lines - kept[:1]
        activities = doubles.activity_id
        doubles.unlink()
        activities.unlink()
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
