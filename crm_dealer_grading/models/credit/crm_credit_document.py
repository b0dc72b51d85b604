from odoo import api, fields, models

# Which field names a document of this model.
_FIELDS = {"sale.order": "order_id", "account.move": "move_id"}


class CrmCreditDocument(models.AbstractModel):
    """A record about one document that uses credit: an order or an invoice."""

    _name = "crm.credit.document"
    _description = "Record about a Document on Credit"

    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="cascade"
    )

    def _document(self):
        """The order or invoice, of whichever model."""
        self.ensure_one()
        return self.order_id or self.move_id

    @api.model
    def _document_field(self, documents):
        """Name of the field that says one of ``documents``."""
        return _FIELDS[documents._name]

    @api.model
    def _document_of_vals(self, vals):
        """The document that ``vals`` names, if it still exists."""
        for model, name in _FIELDS.items():
            if vals.get(name):
                return self.env[model].browse(vals[name]).exists()
        return None
