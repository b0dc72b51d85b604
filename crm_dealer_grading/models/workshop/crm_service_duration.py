from odoo import api, fields, models

from .crm_service_bay import KINDS

# Hours of a type that nobody has described.
_FALLBACK = 1.0


class CrmServiceDuration(models.Model):
    """How long a visit of a type takes, and where it is done (C5)."""

    _name = "crm.service.duration"
    _description = "Duration of Visits"
    _rec_name = "visit_type"
    _order = "id"

    visit_type = fields.Selection(
        lambda self: (
            self.env["crm.service.visit"]._fields["visit_type"]._description_selection(self.env)
        ),
        string="Type",
        required=True,
    )
    hours = fields.Float(
        required=True, default=_FALLBACK, help="Time in the bay; each visit can have its own."
    )
    bay_kind = fields.Selection(
        KINDS,
        string="Kind of Bay",
        help="Such bays are proposed; where a dealer has none of them, any of its bays.",
    )

    _visit_type_uniq = models.Constraint(
        "UNIQUE(visit_type)", "This type has a duration already: change that one."
    )
    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "Give the hours of the visit, for instance 1.5."
    )

    @api.model
    def _by_type(self):
        """Return ``{visit type: (hours, kind of bay or False)}``."""
        # sudo: whoever books a visit may know how long it takes.
        return {row.visit_type: (row.hours, row.bay_kind) for row in self.sudo().search([])}

    @api.model
    def _of_type(self, visit_type):
        return self._by_type().get(visit_type, (_FALLBACK, False))
