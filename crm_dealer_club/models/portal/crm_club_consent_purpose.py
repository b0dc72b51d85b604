from odoo import fields, models


class CrmClubConsentPurpose(models.Model):
    """What personal data may be used for, and whether people are asked first (P4)."""

    _name = "crm.club.consent.purpose"
    _description = "Purpose of a Consent"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark by which programs ask for the consent.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True,
        required=True,
        help="What the member reads before deciding; it is kept with each decision.",
    )
    by_channel = fields.Boolean(
        default=True, help="Members decide for each channel: phone, SMS, e-mail, WeChat."
    )
    given_by_default = fields.Boolean(
        string="Allowed until Withdrawn",
        help="For what the contract needs, for instance reminders of due services. "
        "Anything else is allowed only after the member said so.",
    )
    on_profile = fields.Boolean(
        string="Shown on the Member's Page",
        default=True,
        help="Off for the consent that is given by joining and withdrawn by leaving the club.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is a purpose with this code already.")
