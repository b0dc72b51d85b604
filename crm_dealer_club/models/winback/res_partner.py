from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.vehicle.crm_vehicle_lifecycle_stage import LIFECYCLE

ACCESS = "crm_dealer_grading.group_access"
_LAPSED = [code for code, _label in LIFECYCLE].index("lapsed") + 1


class ResPartner(models.Model):
    """Lost customers, and how they are won back (M6)."""

    _inherit = "res.partner"

    is_lost = fields.Boolean(
        string="Lost",
        compute="_compute_is_lost",
        search="_search_is_lost",
        groups=ACCESS,
        help="At a level that means it (no visit, or dissatisfied), or all vehicles lapsed.",
    )
    winback_case_ids = fields.One2many(
        "crm.winback.case", "partner_id", string="Win-Back Cases", groups=ACCESS
    )
    winback_case_count = fields.Integer(
        string="Win-Back Count", compute="_compute_customer_counts", groups=ACCESS
    )

    @api.model
    def _customer_counters(self):
        cases = ("crm.winback.case", "partner_id", [])
        return {**super()._customer_counters(), "winback_case_count": cases}

    @api.model
    def _lost_sql(self, ids=None):
        """SQL of the ids of lost customers, of all or of ``ids``."""
        chosen = SQL("TRUE") if ids is None else SQL("r.partner_id = ANY(%s)", list(ids))
        return SQL(
            """SELECT r.partner_id FROM crm_grading_result r
                 JOIN crm_grading_level l ON l.id = r.level_id AND l.means_lost
                 JOIN crm_grading_scheme s ON s.id = l.scheme_id AND s.active
                WHERE %s
               UNION
               SELECT best.partner_id FROM %s best WHERE best.place = %s""",
            chosen,
            self._lifecycle_of_customers(ids),
            _LAPSED,
        )

    def _check_may_be_won_back(self):
        """:raise UserError: one of these customers does not want such calls"""
        # sudo: that somebody said no is told by name to who may call the customer.
        wanted = self.sudo()._keep_in_touch_sql(SQL("p.id"), "phone", selling=True)
        rows = self.env.execute_query(
            SQL("SELECT p.id FROM res_partner p WHERE p.id = ANY(%s) AND NOT %s", self.ids, wanted)
        )
        if unwilling := self.browse(row[0] for row in rows):
            raise UserError(
                self.env._(
                    "%s does not want to be called to be won back. Choose the others, or note on "
                    "the customer's form that the customer agrees now.",
                    unwilling[0].display_name,
                )
            )

    def _compute_is_lost(self):
        customers = self.commercial_partner_id._origin.ids
        lost = {row[0] for row in self.env.execute_query(self._lost_sql(customers))}
        for partner in self:
            partner.is_lost = partner.commercial_partner_id._origin.id in lost

    @api.model
    def _search_is_lost(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.env.flush_all()
        lost = self._lost_sql()

        def to_sql(model, alias, query):
            customer = model._field_to_sql(alias, "commercial_partner_id", query)
            return SQL("%s IN (%s)", customer, lost)

        return Domain.custom(to_sql=to_sql, predicate=lambda partner: partner.is_lost)

    def _last_visit_days(self):
        """``{customer id: the company's day}`` of the latest visits, in one query."""
        latest = self.env["crm.service.visit"]._read_group(
            [
                ("commercial_partner_id", "in", self.ids),
                ("stage", "not in", ("booked", "cancelled")),
            ],
            ["commercial_partner_id"],
            ["date:max"],
        )
        here = self.with_context(tz=self.env.company._tz_here())
        return {
            customer.id: fields.Datetime.context_timestamp(here, moment).date()
            for customer, moment in latest
        }

    def _hand_over_open_leads(self, old, new_id):
        """Open cases move with the customer; closed ones stay where the work was done."""
        result = super()._hand_over_open_leads(old, new_id)
        # sudo: who may hand the customer over may hand over what is to be done.
        cases = self.env["crm.winback.case"].sudo()
        open_ones = cases.search([("partner_id", "in", self.ids), ("date_closed", "=", False)])
        open_ones.write({"dealer_id": new_id, "user_id": False})
        return result

    def action_win_back(self):
        """Open win-back cases for the chosen customers (server action of the list)."""
        cases = self.env["crm.winback.case"]._open_from(self)
        return cases._get_records_action(name=self.env._("Win-Back Cases"))

    def action_open_winback_cases(self):
        """Open the customer's win-back cases."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_winback_case_action"
        )
        customer = self.commercial_partner_id
        return {
            **action,
            "domain": [("partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }
