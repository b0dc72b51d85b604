from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.res_users import ROLE

PURPOSE = "offer"
# Models whose recipients are customers, and the field that says which.
_CUSTOMER = {"res.partner": "id", "crm.lead": "partner_id"}
_ADDRESS = {"email": "email_normalized", "sms": "phone_sanitized"}


class MailingMailing(models.Model):
    """Ordinary mailings by people with a role of ours leave out who did not agree (P4).

    Customers and leads are written to with their consent to offers; other recipients, such as
    the contacts of a list, are left out where a customer with that address said no. Mailings of
    customer campaigns have a gate of their own; those of people without a role of ours are the
    ERP's in every respect.
    """

    _inherit = "mailing.mailing"

    asks_consents = fields.Boolean(compute="_compute_asks_consents", compute_sudo=True)

    @api.depends("create_uid", "user_id", "is_dealer_mailing")
    @api.depends_context("uid")
    def _compute_asks_consents(self):
        users = self.env["res.users"]
        for mailing in self:
            # The queue's job sends for who made it.
            people = mailing.create_uid | mailing.user_id | users.browse(self.env.uid)
            ours = any(user.has_group(ROLE) for user in people if user.id != SUPERUSER_ID)
            mailing.asks_consents = ours and not mailing.is_dealer_mailing

    @api.model
    def _refused_among(self, model, res_ids, channel):
        """Those of the records ``res_ids`` of ``model`` who must not be written to.

        :param str channel: ``email`` or ``sms``
        :return: set of ids
        """
        self.env.flush_all()
        # sudo: the answer narrows who is written to; no decision is shown.
        records = self.env[model].sudo().browse(res_ids)
        found = self._refused_customers(records, channel)
        address = records._fields.get(_ADDRESS[channel])
        return found | self._declined_addresses(records, address, channel)

    @api.model
    def _refused_customers(self, records, channel):
        customer = _CUSTOMER.get(records._name)
        if not customer:
            return set()
        asked = SQL(
            "SELECT t.id, t.%s AS partner_id FROM %s t WHERE t.id = ANY(%s)",
            SQL.identifier(customer),
            SQL.identifier(records._table),
            records.ids,
        )
        people = SQL("SELECT DISTINCT a.partner_id FROM (%s) a WHERE a.partner_id > 0", asked)
        partners = self.env["res.partner"].sudo()
        refused = partners._contact_refused_sql(people, PURPOSE, channel)
        rows = self.env.execute_query(
            SQL("SELECT a.id FROM (%s) a WHERE a.partner_id IN (%s)", asked, refused)
        )
        return {row[0] for row in rows}

    @api.model
    def _declined_addresses(self, records, address, channel):
        """Records whose address is that of a customer who said no."""
        if not address or not address.store:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id FROM %(table)s t JOIN res_partner p ON p.%(name)s = t.%(name)s
                    WHERE t.id = ANY(%(ids)s) AND t.%(name)s <> '' AND p.id IN (
                          SELECT d.partner_id FROM (%(declined)s) d WHERE d.channel = %(way)s)""",
                table=SQL.identifier(records._table),
                name=SQL.identifier(address.name),
                ids=records.ids,
                declined=self.env["res.partner"].sudo()._contact_declined_sql([PURPOSE]),
                way=channel,
            )
        )
        return {row[0] for row in rows}
