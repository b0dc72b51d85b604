from odoo import api, fields, models

SOURCES = [
    ("delivery", "Buyers, after the Delivery"),
    ("visit", "Owners, after a Visit to the Workshop"),
    ("vehicle", "Owners, by the Day of Purchase"),
    ("prospect", "Prospects, by the Day of the Lead"),
    ("lost_lead", "Prospects Who Were Lost"),
    ("lost_owner", "Owners, after Their Last Visit"),
    ("dealer", "Contacts of Dealers"),
]
_BY_SUBJECT = {
    "sale": "delivery",
    "service": "visit",
    "vehicle": "vehicle",
    "prospect": "prospect",
    "lost": "lost_owner",
    "dealer": "dealer",
}


class CrmSatisfactionProgramme(models.Model):
    """Whom a programme asks, and how long it leaves somebody alone who was asked (S2)."""

    _inherit = "crm.satisfaction.programme"

    sample_source = fields.Selection(
        SOURCES,
        string="Who Is Asked",
        compute="_compute_sample_source",
        store=True,
        precompute=True,
        readonly=False,
        help="Samples are drawn from these, with the events of their period.",
    )
    cooling_days = fields.Integer(
        string="Days of Rest",
        default=90,
        tracking=True,
        help="Whoever was asked by any programme is not drawn again for so many days.",
    )

    _cooling_days_check = models.Constraint(
        "CHECK(cooling_days >= 0)", "Days of rest are not below zero."
    )

    @api.depends("subject")
    def _compute_sample_source(self):
        for programme in self:
            programme.sample_source = _BY_SUBJECT.get(programme.subject)
