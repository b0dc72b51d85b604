from odoo import models


class ResPartner(models.Model):
    """Birthdays by month and day, so that a day's are found among a million people (M5)."""

    _inherit = "res.partner"

    _birthday_index = models.Index(
        "((EXTRACT(month FROM birthdate_date)::int * 100"
        " + EXTRACT(day FROM birthdate_date)::int)) WHERE birthdate_date IS NOT NULL"
    )
