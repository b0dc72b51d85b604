"""A customer's completeness is right at once when the own data change (C2).

Collected per transaction and done once before the commit, for customers of a dealer only.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ...tools.at_commit import collect
from .crm_customer_required_field import CHECKABLE

KEY = "crm_quality_partner_ids"
# A stored field whose name differs from that of the required field.
_STORED_AS = {"id_number_hash": "id_number"}
_ALWAYS = {"dealer_id", "is_company", "parent_id", "active", "user_id"}


def refresh(cr, partner_ids):
    """Compute the rows of these customers anew."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.customer.quality"]._refresh_now(partner_ids)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _queue_quality(self):
        # sudo: completeness counts for the customer, whoever wrote the record.
        customers = self.sudo().commercial_partner_id
        collect(self.env.cr, KEY, customers.filtered("dealer_id").ids, refresh)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._queue_quality()
        return partners

    def write(self, vals):
        names = {_STORED_AS.get(name, name) for name in vals} & set(CHECKABLE)
        if not names and _ALWAYS.isdisjoint(vals):
            return super().write(vals)
        before = self._values_to_verify(names)
        self._queue_quality()
        result = super().write(vals)
        self._queue_quality()
        self._forget_verdicts(before)
        return result

    def unlink(self):
        self._queue_quality()
        return super().unlink()

    def _after_merge(self):
        result = super()._after_merge()
        self._queue_quality()
        return result

    def _values_to_verify(self, names):
        """Return ``{(customer, name): value}`` of the verified data among ``names``."""
        required = self.env["crm.customer.required.field"]._names()
        names = names & {name for _all, keys in required.values() for name in keys}
        # sudo: compared only, to see whether a value is still the one that was verified.
        customers = self.sudo().filtered("dealer_id") if names else self.browse()
        return {
            # Encrypted with another key it is still the same number.
            (c.id, name): c._id_number_plain_or_none() if name == "id_number" else c[name]
            for c in customers
            for name in names
        }

    def _forget_verdicts(self, before):
        """A verdict on a value that changed does not stand any more."""
        if not before:
            return
        now = self._values_to_verify({name for _customer, name in before})
        changed = tuple(key for key, value in before.items() if now.get(key) != value)
        if changed:
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_customer_verification_line SET stands = FALSE
                        WHERE stands AND (partner_id, field_name) IN %s""",
                    changed,
                )
            )
            self.env["crm.customer.verification.line"].invalidate_model(["stands"])


class CrmVehicle(models.Model):
    _inherit = "crm.vehicle"

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        vehicles.partner_id._queue_quality()
        return vehicles

    def write(self, vals):
        matters = not {"partner_id", "active"}.isdisjoint(vals)
        if matters:
            self.partner_id._queue_quality()
        result = super().write(vals)
        if matters:
            self.partner_id._queue_quality()
        return result

    def unlink(self):
        self.partner_id._queue_quality()
        return super().unlink()
