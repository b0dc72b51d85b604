from odoo import fields, models

PROCESSES = [
    ("first", "First Contact"),
    ("showroom", "Showroom"),
    ("needs", "Needs and Advice"),
    ("drive", "Test Drive"),
    ("deal", "Quotation and Deal"),
    ("delivery", "Delivery"),
    ("care", "Care After Delivery"),
    ("booking", "Booking"),
    ("reception", "Reception"),
    ("order", "Work Order"),
    ("waiting", "Waiting"),
    ("work", "Repair"),
    ("quality", "Quality Check"),
    ("handover", "Handing Back"),
    ("followup", "Follow-up"),
]


class CrmImprovementChecklist(models.Model):
    """《SSI提升检查表》《CSI提升检查表》: what a dealer looks through every month (S6)."""

    _name = "crm.improvement.checklist"
    _description = "Improvement Check List"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, index=True, ondelete="restrict"
    )
    item_ids = fields.One2many("crm.improvement.checklist.item", "checklist_id", copy=True)


class CrmImprovementChecklistItem(models.Model):
    """One question of a check list, and what is proposed where the answer is no (S6)."""

    _name = "crm.improvement.checklist.item"
    _description = "Item of a Check List"
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "crm.improvement.checklist", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(string="Question", required=True, translate=True)
    process = fields.Selection(PROCESSES, required=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", index="btree_not_null", ondelete="set null",
        help="Which part of satisfaction it serves.",
    )  # fmt: skip
    advice = fields.Char(
        string="Proposed Measure", translate=True, help="Taken into a plan where it is not so."
    )
