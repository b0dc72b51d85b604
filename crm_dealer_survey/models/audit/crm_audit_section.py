from odoo import fields, models


class CrmAuditSection(models.Model):
    """A section of a checklist, e.g. reception (S9)."""

    _name = "crm.audit.section"
    _description = "Section of an Audit Checklist"
    _inherit = ["crm.audit.part"]
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "crm.audit.checklist", required=True, index=True, ondelete="cascade"
    )
    item_ids = fields.One2many("crm.audit.item", "section_id", string="Items", copy=True)

    _weight_check = models.Constraint(
        "CHECK(weight > 0)", "A section has a weight above zero. Delete it if it counts nothing."
    )
