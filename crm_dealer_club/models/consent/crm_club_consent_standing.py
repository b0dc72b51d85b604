from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..portal.crm_club_consent import CHANNELS

STATES = [
    ("given", "Given"),
    ("outdated", "Given to an Earlier Wording"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class CrmClubConsentStanding(models.Model):
    """What each person allows today: the latest decision on each purpose and channel (P4)."""

    _name = "crm.club.consent.standing"
    _description = "What People Allow"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "purpose_id"
    _depends = {
        "crm.club.consent": [
            "partner_id", "purpose_id", "channel", "given", "date", "source", "how", "text_number",
            "dealer_id", "user_id",
        ],
        "crm.club.consent.purpose": ["fresh_number"],
    }  # fmt: skip

    partner_id = fields.Many2one("res.partner", string="Person", readonly=True)
    purpose_id = fields.Many2one("crm.club.consent.purpose", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    state = fields.Selection(STATES, string="Standing", readonly=True)
    date = fields.Datetime(string="Since", readonly=True)
    source = fields.Selection(
        selection=lambda self: self.env["crm.club.consent"]._choices("source"),
        readonly=True,
    )
    how = fields.Selection(
        selection=lambda self: self.env["crm.club.consent"]._choices("how"),
        string="Learnt by",
        readonly=True,
    )
    text_number = fields.Integer(string="Version", readonly=True, aggregator=None)
    is_old_text = fields.Boolean(
        string="Earlier Wording",
        readonly=True,
        help="Decided on another wording than today's, which may count all the same.",
    )
    user_id = fields.Many2one("res.users", string="Entered by", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    count = fields.Integer(string="Decisions", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """SELECT k.id, k.partner_id, k.purpose_id, k.channel, k.date, k.source, k.how,
                      k.text_number, k.user_id, k.dealer_id, 1 AS count,
                      COALESCE(k.text_number, 0) < newest.number AS is_old_text,
                      CASE WHEN k.given AND COALESCE(k.text_number, 0) < u.fresh_number
                           THEN 'outdated'
                           WHEN k.given THEN 'given'
                           WHEN k.before THEN 'withdrawn'
                           ELSE 'refused' END AS state
                 FROM (SELECT d.*,
                              lag(d.given) OVER decisions AS before,
                              lead(d.id) OVER decisions AS later
                         FROM crm_club_consent d
                       WINDOW decisions AS (PARTITION BY d.partner_id, d.purpose_id, d.channel
                                            ORDER BY d.date, d.id)) k
                 JOIN crm_club_consent_purpose u ON u.id = k.purpose_id
                 LEFT JOIN (SELECT t.purpose_id, max(t.number) AS number
                              FROM crm_club_consent_text t GROUP BY 1) newest
                   ON newest.purpose_id = k.purpose_id
                WHERE k.later IS NULL"""
        )

    def action_open_decisions(self):
        """Open all decisions of the person on this purpose, the latest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_consent_action"
        )
        domain = Domain("partner_id", "=", self.partner_id.id) & Domain(
            "purpose_id", "=", self.purpose_id.id
        )
        return {**action, "domain": list(domain), "context": {}}

    @api.depends("purpose_id", "channel")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for standing in self:
            names = (standing.purpose_id.name, labels.get(standing.channel))
            standing.display_name = " · ".join(filter(None, names))
