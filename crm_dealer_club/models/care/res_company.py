from odoo import fields, models


class ResCompany(models.Model):
    """When customers are left in peace (M5)."""

    _inherit = "res.company"

    care_quiet_from = fields.Float(
        string="Quiet from",
        default=21.0,
        help="From this hour on nothing is sent to customers; it waits. In the customer's time "
        "zone, else the company's.",
    )
    care_quiet_to = fields.Float(
        string="Quiet until", default=8.0, help="The same hour as the first: no quiet hours."
    )

    _care_quiet_hours = models.Constraint(
        "CHECK(care_quiet_from >= 0 AND care_quiet_from < 24"
        " AND care_quiet_to >= 0 AND care_quiet_to < 24)",
        "Hours of the day are from 0:00 to 23:59.",
    )
