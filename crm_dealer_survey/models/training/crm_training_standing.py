from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .crm_training_due import NOTICE_DAYS

STATUSES = [
    ("missing", "Missing"),
    ("expired", "Expired"),
    ("expiring", "Ends Soon"),
    ("valid", "Valid"),
]


class CrmTrainingStanding(models.Model):
    """Who needs what: each person with each course that the job requires (S7).

    Certificates go with the person, wherever they were earned.
    """

    _name = "crm.training.standing"
    _description = "Required Certificate"
    _auto = False
    _order = "person_id, training_id"
    _rec_name = "training_id"
    _depends = {
        "crm.training.person": ["partner_id", "dealer_id", "region_id", "role_id", "active"],
        "crm.training.role": ["training_ids", "active"],
        "crm.training": ["role_ids", "active"],
        "crm.training.participant": [
            "person_id", "training_id", "certified_on", "valid_until", "state",
        ],
    }  # fmt: skip

    person_id = fields.Many2one("crm.training.person", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    role_id = fields.Many2one("crm.training.role", string="Job", readonly=True)
    training_id = fields.Many2one("crm.training", string="Required Course", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    certified_on = fields.Date(readonly=True)
    valid_until = fields.Date(readonly=True)
    registered_on = fields.Date(
        string="Next Session", readonly=True, help="For which the person is registered."
    )
    required = fields.Integer(readonly=True, aggregator="sum")
    held = fields.Integer(string="Valid Certificates", readonly=True, aggregator="sum")
    held_rate = fields.Float(
        string="Certified (%)", readonly=True, aggregator="avg", help="Valid / required."
    )

    @property
    def _table_query(self):
        today = self.env.company._today_here()
        return SQL(
            """SELECT s.*, (s.status IN ('valid', 'expiring'))::int AS held,
                      100.0 * (s.status IN ('valid', 'expiring'))::int AS held_rate
                 FROM (SELECT (p.id::bigint << 20) | t.id AS id, p.id AS person_id, p.partner_id,
                              p.dealer_id, p.region_id, d.company_id, p.role_id,
                              t.id AS training_id, c.certified_on,
                              CASE WHEN isfinite(c.until) THEN c.until END AS valid_until,
                              n.registered_on, 1 AS required,
                              CASE WHEN c.until IS NULL THEN 'missing'
                                   WHEN c.until < %(today)s THEN 'expired'
                                   WHEN c.until <= %(soon)s THEN 'expiring'
                                   ELSE 'valid' END AS status
                         FROM crm_training_person p
                         JOIN crm_training_role r ON r.id = p.role_id AND r.active
                         JOIN crm_training_role_rel x ON x.role_id = r.id
                         JOIN crm_training t ON t.id = x.training_id AND t.active
                         LEFT JOIN crm_dealer d ON d.id = p.dealer_id
                         LEFT JOIN LATERAL (
                              SELECT max(a.certified_on) AS certified_on,
                                     max(COALESCE(a.valid_until, 'infinity')) AS until
                                FROM crm_training_participant a
                               WHERE a.person_id = p.id AND a.training_id = t.id
                                 AND a.certified_on IS NOT NULL) c ON true
                         LEFT JOIN LATERAL (
                              SELECT min(a.day) AS registered_on
                                FROM crm_training_participant a
                               WHERE a.person_id = p.id AND a.training_id = t.id
                                 AND a.state = 'registered' AND a.day >= %(today)s) n ON true
                        WHERE p.active) s""",
            today=today,
            soon=today + timedelta(NOTICE_DAYS),
        )
