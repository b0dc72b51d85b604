"""A customer is graded at once when the own documents change (G15).

Who changes a document only notes its customer, once per transaction and just before the commit; a
job grades a moment later, so that nobody waits for it. The customers are not loaded: the statement
that notes them finds their companies and leaves out those that no dealer has.
"""

from odoo import SUPERUSER_ID, api, models

from ...tools.at_commit import collect

_KEY = "crm_grading_partner_ids"


def note(cr, partner_ids):
    """Let the job grade these customers anew."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    if env["crm.grading.scheme"]._at_once_ids():
        env["crm.grading.pending"]._push(partner_ids)


class CrmGradingTrigger(models.AbstractModel):
    """Mixin: ``create``, ``write`` and ``unlink`` regrade the customers of the records.

    ``_grading_customers`` says who they are, ``_grading_fields`` which fields matter.
    """

    _name = "crm.grading.trigger"
    _description = "Regrade When Records Change"
    _grading_on_create = True

    def _grading_fields(self):
        """Override to name the fields whose change can change a figure."""
        return set()

    def _grading_customers(self):
        """Override to return the partners, or contacts of theirs, that the records count for."""
        return self.env["res.partner"]

    def _queue_regrade(self):
        # sudo: a figure counts for the customer whoever wrote the record.
        collect(self.env.cr, _KEY, self.sudo()._grading_customers().ids, note)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._grading_on_create:
            records._queue_regrade()
        return records

    def write(self, vals):
        matters = not self._grading_fields().isdisjoint(vals)
        if matters:
            self._queue_regrade()
        result = super().write(vals)
        if matters:
            self._queue_regrade()
        return result

    def unlink(self):
        self._queue_regrade()
        return super().unlink()


# What schemes look at on the customer itself.
_OWN_FIGURES = {
    "agreement_until",
    "credit_standing",
    "is_reseller",
    "payment_habit",
    "sells_online",
    "stated_potential",
}


class ResPartner(models.Model):
    """A customer that moves, joins a company, is archived or gets a dealer."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.grading.trigger"]
    _grading_on_create = False  # a new customer has no record yet that could count

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(not _OWN_FIGURES.isdisjoint(vals) for vals in vals_list):
            partners._queue_regrade()
        return partners

    def _grading_fields(self):
        return {"parent_id", "is_company", "dealer_id", "active", *_OWN_FIGURES}

    def _grading_customers(self):
        return self | self.commercial_partner_id  # the company that a contact leaves, too


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.grading.trigger"]

    def _grading_fields(self):
        return {"state", "partner_id", "date_order", "currency_id", "company_id"}

    def _grading_customers(self):
        orders = self.filtered(lambda order: order.state in ("sale", "cancel"))
        # What a visit cost counts through the order or by itself. sudo: whoever confirms it.
        return orders.partner_id | orders.sudo().service_visit_ids.partner_id


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.grading.trigger"]

    def _grading_fields(self):
        return {"product_uom_qty", "price_unit", "discount", "tax_ids"}

    def _grading_customers(self):
        return self.order_id.filtered(lambda order: order.state == "sale").partner_id


class AccountMove(models.Model):
    """A credit note takes back revenue of its orders, a new invoice gives it again."""

    _name = "account.move"
    _inherit = ["account.move", "crm.grading.trigger"]
    _grading_on_create = False  # a draft takes nothing back

    def _grading_fields(self):
        return {"state"}

    def _grading_customers(self):
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        orders = invoices.line_ids.sale_line_ids.order_id
        credited = orders.filtered(lambda order: order._credit_notes())
        return (notes.line_ids.sale_line_ids.order_id | credited).partner_id


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.grading.trigger"]

    def _grading_fields(self):
        return {
            "stage",
            "partner_id",
            "vehicle_id",
            "date",
            "labour_amount",
            "parts_amount",
            "order_id",
            "active",
        }

    def _grading_customers(self):
        return self.partner_id


class CrmVehicleOwnership(models.Model):
    _name = "crm.vehicle.ownership"
    _inherit = ["crm.vehicle.ownership", "crm.grading.trigger"]

    def _grading_fields(self):
        return {"partner_id", "date_from", "date_to"}

    def _grading_customers(self):
        return self.partner_id


class CrmVehicle(models.Model):
    """The age of a vehicle, and how many there are; owners change by their ownerships."""

    _name = "crm.vehicle"
    _inherit = ["crm.vehicle", "crm.grading.trigger"]

    def _grading_fields(self):
        return {"purchase_date", "partner_id", "active"}

    def _grading_customers(self):
        return self.partner_id


class CrmLead(models.Model):
    """Open leads: what is expected of them, and when."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.grading.trigger"]

    def _grading_fields(self):
        return {
            "partner_id",
            "date_deadline",
            "expected_revenue",
            "stage_id",
            "probability",
            "active",
            "company_id",
        }

    def _grading_customers(self):
        # A customer's lead has the customer's dealer; whose lead has none is nobody's to grade.
        return self.filtered("dealer_id").partner_id
