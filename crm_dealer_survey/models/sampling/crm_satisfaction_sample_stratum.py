from odoo import fields, models

from ..followup.crm_followup_rule import EVENTS

STRATA = [
    *EVENTS,
    ("vehicle", "Owner of a Vehicle"),
    ("prospect", "Prospect"),
    ("lost_lead", "Lost Lead"),
    ("lost_owner", "Lost Owner"),
    ("dealer", "Contact of the Dealer"),
    ("other", "Other"),
]


class CrmSatisfactionSampleStratum(models.Model):
    """A group of a draw: a dealer's customers with one type of service, in figures (S2).

    Written by the draw alone and kept, so that anybody can check it:
    ``frame = unreachable + refused + resting + double + able``.
    """

    _name = "crm.satisfaction.sample.stratum"
    _description = "Group of a Sample"
    _log_access = False
    _order = "sample_id, dealer_id, stratum"
    _rec_name = "stratum"

    sample_id = fields.Many2one(
        "crm.satisfaction.sample", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    stratum = fields.Selection(STRATA, string="Group", required=True, readonly=True)
    frame = fields.Integer(string="Events", readonly=True, help="All of the period.")
    unreachable = fields.Integer(
        string="No Address", readonly=True, help="None of the ways leads to the customer."
    )
    refused = fields.Integer(
        string="Not Allowed",
        readonly=True,
        help="The customer does not want to be asked or, where consents are kept, gave none.",
    )
    resting = fields.Integer(
        string="Asked Lately", readonly=True, help="Within the days of rest, or about to be."
    )
    double = fields.Integer(
        string="Same Customer",
        readonly=True,
        help="A customer with several events is asked about the latest one.",
    )
    able = fields.Integer(string="Customers to Draw From", readonly=True)
    quota = fields.Integer(readonly=True)
    digest = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="Of the events that could be drawn: it shows whether they are still the same.",
    )

    _stratum_uniq = models.UniqueIndex("(sample_id, dealer_id, stratum)")
