from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# States of reports that were approved once.
_APPROVED = ("approved", "given_up", "resumed")


class ResPartner(models.Model):
    """Customers who were given up, and how they are taken up again (G13)."""

    _inherit = "res.partner"

    given_up_on = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="crm_dealer_grading.group_access",
        help="Since then no contact with the customer is planned.",
    )
    give_up_report_ids = fields.One2many(
        "crm.give.up.report", "partner_id", groups="crm_dealer_grading.group_access"
    )
    give_up_report_count = fields.Integer(
        compute="_compute_customer_counts", groups="crm_dealer_grading.group_access"
    )

    @api.model
    def _customer_counters(self):
        reports = ("crm.give.up.report", "partner_id", [])
        return {**super()._customer_counters(), "give_up_report_count": reports}

    @api.model
    def _no_planned_contacts_domain(self):
        """Domain of the customers with whom no contact is planned; extend to add others.

        Customers are commercial entities.
        """
        return Domain("given_up_on", "!=", False)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if not self.env.su and partners.sudo().filtered("given_up_on"):
            raise AccessError(self._give_up_refusal())
        return partners

    def write(self, vals):
        if "given_up_on" in vals and not self.env.su:
            day = fields.Date.to_date(vals["given_up_on"]) or False
            if any(partner.given_up_on != day for partner in self.sudo()):
                raise AccessError(self._give_up_refusal())
        return super().write(vals)

    @api.model
    def _give_up_refusal(self):
        return self.env._(
            "Customers are given up, and taken up again, with the action of that name: it asks "
            "for the report that is needed."
        )

    def _store_given_up(self, day):
        # sudo: callers have checked who may; nobody writes the field directly.
        self.commercial_partner_id.sudo().write({"given_up_on": day})

    def _check_may_give_up(self):
        """:raise AccessError: the user is no manager of the customers' dealers"""
        customers = self.commercial_partner_id
        customers.check_access("write")
        reports = self.env["crm.give.up.report"]
        reports._check_manager()
        others = customers._of_other_dealers() if customers._acts_for_dealers() else None
        if others:
            raise AccessError(
                self.env._(
                    "Only the manager of a customer's own dealer decides on giving the customer "
                    "up. Ask that dealer."
                )
            )
        return customers

    def action_give_up(self):
        """Give customers up; those at certain levels only after a report that says so (G13).

        :raise UserError: the report approved last does not recommend it, or there is none
        """
        customers = self._check_may_give_up()
        reports = customers._last_approved_reports().filtered(
            lambda r: r.recommendation == "give_up"
        )
        for customer in customers - reports.partner_id.sudo(False):
            levels = customer.sudo().grading_result_ids.level_id
            strict = levels.filtered("requires_give_up_report")
            if strict:
                raise UserError(
                    self.env._(
                        "%(customer)s is at “%(level)s”: file a give-up report that recommends it "
                        "and have it approved first.",
                        customer=customer.display_name,
                        level=strict[0].name,
                    )
                )
        reports.sudo(self.env.su).action_give_up()
        customers._store_given_up(self.env.company._today_here())
        return True

    def _last_approved_reports(self):
        """The report of each customer that was approved last, unless it was used; older ones say
        nothing any more.
        """
        # sudo: which reports and levels there are decides, whoever may see them.
        reports = self.sudo().give_up_report_ids.filtered(lambda report: report.state in _APPROVED)
        last = {report.partner_id: report for report in reports.sorted("decided_on, id")}
        reports = reports.browse(report.id for report in last.values())
        return reports.filtered(lambda report: report.state == "approved")

    def action_resume(self):
        """Take given-up customers up again: contacts are planned as before."""
        customers = self._check_may_give_up()
        reports = customers.sudo().give_up_report_ids.filtered(lambda r: r.state == "given_up")
        reports.sudo(self.env.su)._change_state("resumed")
        customers._store_given_up(False)
        return True

    def action_open_give_up_reports(self):
        """Open the give-up reports of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_give_up_report_action"
        )
        customer = self.commercial_partner_id
        action.update(
            domain=[("partner_id", "=", customer.id)],
            context={"default_partner_id": customer.id},
        )
        return action
