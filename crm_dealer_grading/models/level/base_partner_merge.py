from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers who hold manual levels, or of whom one was given up (G13)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._make_way_for_manual_levels(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        # sudo: whether the survivor is given up is not decided by a merge.
        src_partners.sudo().filtered("given_up_on").given_up_on = False
        return super()._update_values(src_partners, dst_partner)

    def _make_way_for_manual_levels(self, src_partners, dst_partner):
        """Where manual levels overlap the survivor's wins, then the older one.

        The others stay as evidence and never hold. Core would delete all of them at the first
        that violates the key.
        """
        self.env.flush_all()
        manuals = self.env["crm.grading.manual"].sudo()
        partners = tuple((src_partners | dst_partner).ids)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, scheme_id, daterange(date_from, date_until) FROM crm_grading_manual"
                " WHERE partner_id IN %s AND date_until IS DISTINCT FROM date_from"
                " ORDER BY partner_id <> %s, id",
                partners,
                dst_partner.id,
            )
        )
        kept, lost = [], manuals
        for manual_id, scheme_id, days in rows:
            if any(scheme_id == scheme and _overlap(days, other) for scheme, other in kept):
                lost |= manuals.browse(manual_id)
            else:
                kept.append((scheme_id, days))
        for manual in lost:
            manual.write(
                {
                    "date_until": manual.date_from,
                    "ended_by_id": self.env.uid,
                    "end_reason": self.env._(
                        "Merged into %(customer)s, whose own manual level holds; it was to end "
                        "on %(date)s.",
                        customer=dst_partner.display_name,
                        date=manual.date_until or "-",
                    ),
                }
            )
        manuals.flush_model()


def _overlap(one, other):
    """Whether two half-open ranges of days share a day; no end means for ever."""
    last = fields.Date.to_date("9999-12-31")
    return one.lower < (other.upper or last) and other.lower < (one.upper or last)
