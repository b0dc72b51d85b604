from odoo import fields, models
from odoo.tools import SQL


class CrmSatisfactionVoice(models.Model):
    """How satisfied a customer was, told in a call or in an answer to a programme: feeds G6.

    1 to 10. Ids of the two kinds of records do not meet.
    """

    _name = "crm.satisfaction.voice"
    _description = "Told Satisfaction"
    _auto = False
    _log_access = False
    _depends = {
        "crm.contact.log": ["satisfaction", "date", "commercial_partner_id", "dealer_id"],
        "crm.satisfaction.score": ["value", "date", "partner_id"],
    }

    partner_id = fields.Many2one("res.partner", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    date = fields.Datetime(readonly=True)
    satisfaction = fields.Float(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT -l.id AS id, l.commercial_partner_id AS partner_id, l.dealer_id, l.date,
                      l.satisfaction::float8 AS satisfaction
                 FROM crm_contact_log l
                WHERE l.satisfaction > 0
                UNION ALL
               SELECT s.id, s.partner_id, s.dealer_id, i.end_datetime, s.value
                 FROM crm_satisfaction_score s
                 JOIN survey_user_input i ON i.id = s.user_input_id
                WHERE s.kind = 'satisfaction' AND s.factor_id IS NULL
                  AND s.partner_id IS NOT NULL"""
        )
