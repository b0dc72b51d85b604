"""The same cause again within some days, of the same customer or vehicle (M7)."""

from odoo import api, fields, models
from odoo.tools import SQL

_FOUND = """
    WITH these AS (
        SELECT DISTINCT n.id
          FROM helpdesk_ticket t
          JOIN helpdesk_ticket n ON n.crm_kind = 'complaint'
           AND (n.commercial_partner_id = t.commercial_partner_id OR n.vehicle_id = t.vehicle_id
                OR n.id = t.id OR n.repeat_of_id = t.id)
         WHERE t.id IN %(ids)s)
    SELECT n.id, max(o.id)
      FROM these
      JOIN helpdesk_ticket n ON n.id = these.id
      JOIN res_company c ON c.id = n.company_id
      LEFT JOIN helpdesk_ticket o ON o.crm_kind = 'complaint' AND o.category_id = n.category_id
       AND (o.commercial_partner_id = n.commercial_partner_id OR o.vehicle_id = n.vehicle_id)
       AND (o.date_received, o.id) < (n.date_received, n.id)
       AND o.date_received > n.date_received - make_interval(days => c.complaint_repeat_days)
     GROUP BY n.id, n.is_repeat, n.repeat_of_id
    HAVING COALESCE(n.is_repeat, FALSE) <> (max(o.id) IS NOT NULL)
        OR n.repeat_of_id IS DISTINCT FROM max(o.id)"""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    is_repeat = fields.Boolean(
        string="Repeat",
        readonly=True,
        copy=False,
        help="The same customer or vehicle complained of the same cause within the days that "
        "the settings say.",
    )
    repeat_of_id = fields.Many2one(
        "helpdesk.ticket",
        string="Repeats",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="crm_dealer_grading.group_call_centre,crm_dealer_grading.group_oem_auditor",
        help="The complaint before; it may be another dealer's.",
    )

    @api.model
    def _step_fields(self):
        return super()._step_fields() | {"is_repeat", "repeat_of_id"}

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("category_id")._flag_repeats()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if {"category_id", "partner_id", "vehicle_id", "visit_id"} & vals.keys():
            self._flag_repeats()
        return result

    def unlink(self):
        # sudo: what repeats these may be another dealer's, or archived.
        tickets = self.sudo().with_context(active_test=False)
        after = tickets.search([("repeat_of_id", "in", self.ids)]) - tickets
        result = super().unlink()
        after._flag_repeats()
        return result

    def _flag_repeats(self):
        """Mark these, the others of the same customers and vehicles, and what repeated these
        before; changed ones only."""
        ours = self.filtered(lambda ticket: ticket.sudo().crm_kind == "complaint")
        if not ours:
            return
        self.env.flush_all()
        rows = self.env.execute_query(SQL(_FOUND, ids=tuple(ours.ids)))
        for number, earlier in rows:
            # sudo: found in the database, whoever sees the complaint before.
            self.browse(number)._store({"is_repeat": bool(earlier), "repeat_of_id": earlier})
