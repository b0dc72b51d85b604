from odoo import api, fields, models
from odoo.tools import SQL


class CrmCreditTurn(models.Model):
    """Where two who sell to one customer at the same instant meet (K4).

    Whoever uses credit of a customer changes this row. The second one waits, then PostgreSQL
    refuses its outdated view of the data, and the server repeats the request with a new one.
    """

    _name = "crm.credit.turn"
    _description = "Credit Turn"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    turn = fields.Integer()

    _partner_company_uniq = models.Constraint("UNIQUE(partner_id, company_id)")

    @api.model
    def _take(self, pairs):
        """Hold the credit of ``(partner id, company id)`` until the transaction ends."""
        pairs = sorted(set(pairs))
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_credit_turn (partner_id, company_id, turn)
                   SELECT partner_id, company_id, 1
                     FROM unnest(%s::int[], %s::int[]) AS asked(partner_id, company_id)
                   ON CONFLICT (partner_id, company_id)
                   DO UPDATE SET turn = crm_credit_turn.turn + 1""",
                [partner for partner, _company in pairs],
                [company for _partner, company in pairs],
            )
        )

    @api.model
    def _taken_with_sql(self, limits, company):
        """The query ``limits`` of the guard, which holds the credit of whom it finds a limit for.

        Holding it after other figures were read is as good as before: the transaction sees one
        state of the data, and is refused if somebody has changed the row since.

        :return: a query for the same columns, and for whether drafts are matched with anything
        """
        return SQL(
            """WITH found AS MATERIALIZED (%(limits)s),
               taken AS (
                   INSERT INTO crm_credit_turn (partner_id, company_id, turn)
                   SELECT partner_id, %(company)s, 1 FROM found
                    WHERE file_id IS NOT NULL OR credit_limit > 0 OR %(required)s
                    ORDER BY partner_id
                   ON CONFLICT (partner_id, company_id)
                   DO UPDATE SET turn = crm_credit_turn.turn + 1)
               SELECT partner_id, file_id, credit_limit, EXISTS (
                      SELECT FROM account_move_line
                       WHERE parent_state = 'draft' AND matching_number IS NOT NULL)
                 FROM found""",
            limits=limits,
            company=company.id,
            required=bool(company.credit_file_required),
        )

    @api.model
    def _take_of(self, records):
        """Hold the credit that ``records`` (files, releases) are about."""
        self._take((record.partner_id.id, record.company_id.id) for record in records)
