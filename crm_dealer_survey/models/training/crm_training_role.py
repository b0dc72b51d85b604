from odoo import fields, models

LAYERS = [
    ("call_centre", "Call Centre"),
    ("branch", "Branch"),
    ("front", "Front Line"),
]


class CrmTrainingRole(models.Model):
    """A job at a dealer, a branch or the call centre, and what it must be trained in (S7)."""

    _name = "crm.training.role"
    _description = "Job in Training"
    _order = "sequence, id"

    name = fields.Char(string="Job", required=True, translate=True)
    sequence = fields.Integer(default=10)
    layer = fields.Selection(
        LAYERS,
        required=True,
        default="front",
        help="Training goes from the call centre to the branches, from these to the dealers.",
    )
    training_ids = fields.Many2many(
        "crm.training",
        "crm_training_role_rel",
        "role_id",
        "training_id",
        string="Required Courses",
        help="Everybody with this job needs a valid certificate of these courses.",
    )
    person_ids = fields.One2many("crm.training.person", "role_id", string="People")
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE(name)", "Another job has this name already.")
