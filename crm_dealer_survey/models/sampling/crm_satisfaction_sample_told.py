from odoo import api, fields, models
from odoo.tools import format_date


class CrmSatisfactionSampleLine(models.Model):
    """What a message may tell the customer, in the language of the context (S2)."""

    _inherit = "crm.satisfaction.sample.line"

    person_name = fields.Char(compute="_compute_told")
    dealer_name = fields.Char(compute="_compute_told")
    vehicle_name = fields.Char(compute="_compute_told")
    programme_name = fields.Char(compute="_compute_told")
    link = fields.Char(compute="_compute_told", groups="base.group_system")
    deadline_text = fields.Char(compute="_compute_told")

    @api.depends("answer_id", "partner_id", "dealer_id", "vehicle_id", "programme_id")
    @api.depends_context("lang")
    def _compute_told(self):
        for line in self:
            # sudo: the message is the customer's own.
            line = line.sudo()
            answer = line.answer_id
            zone = line.company_id._tz_here()
            deadline = answer.deadline and fields.Datetime.context_timestamp(
                line.with_context(tz=zone), answer.deadline
            )
            vehicle = line.vehicle_id
            line.update(
                {
                    "person_name": line.partner_id.name,
                    "dealer_name": line.dealer_id.name,
                    "vehicle_name": vehicle.plate or vehicle.model_id.name or "",
                    "programme_name": line.programme_id.name,
                    "link": line.get_base_url() + answer.get_start_url() if answer else "",
                    "deadline_text": deadline and format_date(self.env, deadline.date()) or "",
                }
            )
