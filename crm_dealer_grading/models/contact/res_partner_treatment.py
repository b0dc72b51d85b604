from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner_allowed import KEEP_IN_TOUCH, WAYS_ASKED


class ResPartner(models.Model):
    """Treatment of a customer: minimums, and what happens to due contacts when it changes."""

    _inherit = "res.partner"

    below_min_contacts = fields.Boolean(
        string="Below the Minimum",
        compute="_compute_below_min",
        search="_search_below_min_contacts",
        compute_sudo=True,
        help="Fewer contacts in the present month or quarter than the level asks for.",
    )
    below_min_last_period = fields.Boolean(
        string="Below the Minimum Last Period",
        compute="_compute_below_min",
        search="_search_below_min_last_period",
        compute_sudo=True,
        help="Fewer contacts in the last whole month or quarter than the level asks for.",
    )

    def _compute_below_min(self):
        self._flush_contacts()
        customers = self.commercial_partner_id.ids
        for name, shift in (("below_min_contacts", 0), ("below_min_last_period", -1)):
            sql = self.env["crm.contact.due"]._below_minimum_sql(shift)
            rows = self.env.execute_query(SQL("%s AND r.partner_id = ANY(%s)", sql, customers))
            below = {row[0] for row in rows}
            for partner in self:
                partner[name] = partner.commercial_partner_id.id in below

    def _search_below(self, operator, value, shift):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self._flush_contacts()
        found = self.env["crm.contact.due"]._below_minimum_sql(shift)

        def to_sql(model, alias, query):
            customer = model._field_to_sql(alias, "commercial_partner_id", query)
            return SQL("%s IN (%s)", customer, found)

        return Domain.custom(to_sql=to_sql)

    def _search_below_min_contacts(self, operator, value):
        return self._search_below(operator, value, 0)

    def _search_below_min_last_period(self, operator, value):
        return self._search_below(operator, value, -1)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("contact_opt_out") or vals.get("given_up_on"):
            # sudo: who may note that no contact is wanted cancels what was planned.
            self.env["crm.contact.due"].sudo()._open_of(self)._close("skipped")
        return result

    def _stop_contacts(self, purpose, channel=None):
        """Contacts that are planned by a way that the customer does not want are not made."""
        result = super()._stop_contacts(purpose, channel)
        if purpose == KEEP_IN_TOUCH:
            # sudo: the person decides, whoever may see what is planned.
            dues = self.env["crm.contact.due"].sudo()._open_of(self)
            ways = [channel] if channel else WAYS_ASKED
            dues.filtered(lambda due: due.way in ways)._close("skipped")
        return result

    def _hand_over_open_leads(self, old, new_id):
        """A due contact of a customer who moves is found again for the new dealer's people."""
        result = super()._hand_over_open_leads(old, new_id)
        # sudo: who may hand the customer over may hand over what is to be done.
        dues = self.env["crm.contact.due"].sudo()._open_of(self)
        activities = dues.activity_id
        dues.unlink()
        activities.unlink()
        return result

    @api.model
    def _follows_customer(self):
        return [*super()._follows_customer(), ("crm.contact.log", "commercial_partner_id")]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """The nightly job gives people work, not every message on a thousand customers."""
        if self.env.context.get("contact_no_followers"):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)
