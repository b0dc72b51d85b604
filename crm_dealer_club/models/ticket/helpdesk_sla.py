from odoo import api, fields, models


class HelpdeskSla(models.Model):
    """A clock of our tickets: what it measures, and within how many hours."""

    _name = "helpdesk.sla"
    _inherit = ["helpdesk.sla", "crm.ticket.setting"]

    crm_clock = fields.Selection(
        [("answer", "First Answer"), ("solution", "Solution")],
        string="Clock",
        help="Runs from receipt to the first answer of a person, or to the solution.",
    )

    _crm_clock_check = models.Constraint(
        "CHECK((crm_kind IS NULL) = (crm_clock IS NULL))",
        "Say what the clock measures: the first answer or the solution.",
    )
    _crm_hours_check = models.Constraint(
        "CHECK(crm_kind IS NULL OR (days >= 0 AND hours >= 0 AND days + hours > 0))",
        "A clock runs for an hour at least.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        slas = super().create(
            [{"name": "-", **vals} if vals.get("crm_clock") else vals for vals in vals_list]
        )
        for sla in slas.filtered(lambda one: one.crm_clock and one.name == "-"):
            sla.name = sla.display_name
        return slas

    @api.depends("name", "crm_kind", "crm_clock")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """OCA does not translate these names: ours are called by what they measure."""
        result = super()._compute_display_name()
        kinds, clocks = (
            dict(self._fields[name]._description_selection(self.env))
            for name in ("crm_kind", "crm_clock")
        )
        for sla in self.filtered("crm_clock"):
            sla.display_name = f"{kinds[sla.crm_kind]}: {clocks[sla.crm_clock]}"
        return result
