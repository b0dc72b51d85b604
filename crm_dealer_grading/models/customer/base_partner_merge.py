from odoo import models
from odoo.exceptions import AccessError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The ERP's merge wizard keeps one customer number and the ID number."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        target = dst_partner or self.dst_partner_id
        partners = self.env["res.partner"].browse(partner_ids) | target
        if partners._acts_for_dealers() and partners.exists()._of_other_dealers():
            raise AccessError(
                self.env._(
                    "You can merge customers of your own dealers only. For another dealer's, "
                    "ask the manufacturer's manager."
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _update_values(self, src_partners, dst_partner):
        sources = src_partners.filtered("customer_number")
        number = dst_partner.customer_number or sources[-1:].customer_number
        dst_partner._store_customer_numbers(dict.fromkeys(sources.ids))
        if number:
            dst_partner._store_customer_numbers({dst_partner.id: number})
        dealers = src_partners.sudo().dealer_id
        result = super()._update_values(src_partners, dst_partner)
        # sudo: the stored ID number is closed to all; it stays with the same customer.
        target = dst_partner.sudo()
        source = src_partners.sudo().filtered("id_number_encrypted")[-1:]
        if source and not target.id_number_encrypted:
            target.write(
                {
                    "id_number_encrypted": source.id_number_encrypted,
                    "id_number_hash": source.id_number_hash,
                }
            )
        # sudo: who may merge the customers may merge what hangs on them.
        target._take_over_vehicles(dealers)
        dst_partner._after_merge()
        return result
