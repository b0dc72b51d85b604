from odoo import api, models

_WATCHED = {
    "phone", "country_id", "email", "birthdate_date", "active", "id_type", "id_number",
    "id_number_hash",
}  # fmt: skip


class ResPartner(models.Model):
    """A corrected customer leaves the list of suspicious data at once (C3)."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if not _WATCHED.isdisjoint(vals):
            self.env["crm.suspicious.data"]._recheck(self)
        return result

    @api.model
    def _follows_customer(self):
        return [*super()._follows_customer(), ("crm.suspicious.data", "dealer_id")]

    def _after_merge(self):
        """What came by SQL belongs to this customer's dealer, and may be right or wrong now."""
        result = super()._after_merge()
        # sudo: who may merge the customers may merge what hangs on them.
        pairs = self.env["crm.duplicate.candidate"].sudo()
        pairs = pairs.search(
            ["|", ("partner_a_id", "in", self.ids), ("partner_b_id", "in", self.ids)]
        )
        for name in ("dealer_a_id", "dealer_b_id"):
            self.env.add_to_compute(pairs._fields[name], pairs)
        self.env.flush_all()
        self.env["crm.suspicious.data"]._recheck(self)
        return result
