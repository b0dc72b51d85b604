from odoo import api, fields, models
from odoo.tools import SQL

# What an advisor calls for unasked: allowed until somebody says no.
KEEP_IN_TOUCH = "advisor"
ADVERTISING = "offer"
# On these ways people are asked whether they agree; a visit or a letter is no matter of it.
WAYS_ASKED = ("phone", "sms", "email", "wechat")
_REFUSED = """
    SELECT p.id AS partner_id
      FROM (%(people)s) asked
      JOIN res_partner p ON p.id = asked.partner_id
      JOIN res_partner c ON c.id = p.commercial_partner_id
     WHERE p.active IS NOT TRUE OR p.contact_opt_out IS TRUE OR c.contact_opt_out IS TRUE
        OR c.id IN %(given_up)s
        OR %(blacklisted)s"""


_DECLINED = """
    SELECT p.id, way.channel FROM res_partner p
      JOIN res_partner c ON c.id = p.commercial_partner_id
      JOIN (VALUES ('phone'), ('sms'), ('email'), ('wechat')) way (channel) ON TRUE
     WHERE p.id = ANY(%(ids)s) AND (
           p.contact_opt_out IS TRUE OR c.contact_opt_out IS TRUE
        OR way.channel = 'email' AND %(mail)s
        OR way.channel IN ('phone', 'sms') AND %(phone)s)
     UNION
    SELECT said.partner_id, said.channel FROM (%(said)s) said
     WHERE said.partner_id = ANY(%(ids)s)"""


class ResPartner(models.Model):
    """Whether a person may be contacted: addons ask it that do not know each other."""

    _inherit = "res.partner"

    no_advertising = fields.Char(
        string="No Advertising by",
        compute="_compute_no_advertising",
        groups="crm_dealer_grading.group_access",
        help="On these ways the person does not want offers.",
    )

    def _compute_no_advertising(self):
        # sudo: the people who write to customers are told what the customers do not want.
        declined = self.sudo()._origin._declined_ways(ADVERTISING)
        labels = dict(self.env["crm.contact.log"]._fields["way"]._description_selection(self.env))
        for partner in self:
            ways = declined.get(partner._origin.id, ())
            partner.no_advertising = ", ".join(labels[way] for way in WAYS_ASKED if way in ways)

    @api.model
    def _contact_refused_sql(self, people, purpose, channel):
        """Those who must not be contacted; extend where more is known, e.g. consents.

        :param SQL people: a query with a column ``partner_id``, each person once
        :param str purpose: what for, e.g. ``followup``
        :param str channel: ``phone``, ``sms``, ``email`` or ``wechat``
        :return: :class:`SQL` of the refused ``partner_id``
        """
        self.flush_model()
        self.env["phone.blacklist"].flush_model()
        self.env["mail.blacklist"].flush_model()
        return SQL(
            _REFUSED,
            people=people,
            given_up=self._given_up_sql(),
            blacklisted=self._blacklisted_sql(channel),
        )

    @api.model
    def _contact_declined_sql(self, purposes):
        """Who said no to one of the purposes: ``partner_id, channel``; extend by ``UNION ALL``.

        Those who were not asked are not in it, other than in :meth:`_contact_refused_sql`.

        :param purposes: codes, e.g. ``["offer"]``
        """
        return SQL("SELECT NULL::int AS partner_id, NULL::varchar AS channel WHERE FALSE")

    def _declined_ways(self, purpose):
        """``{person id: set of channels}`` on which persons of ``self`` said no to a purpose.

        No contact at all, and the ERP's blacklists, are a no to every purpose. One query.
        """
        ids = self.ids
        if not ids:
            return {}
        self.flush_model()
        self.env["phone.blacklist"].flush_model()
        self.env["mail.blacklist"].flush_model()
        rows = self.env.execute_query(
            SQL(
                _DECLINED,
                ids=ids,
                said=self._contact_declined_sql([purpose]),
                mail=self._blacklisted_sql("email"),
                phone=self._blacklisted_sql("phone"),
            )
        )
        ways = {}
        for person, channel in rows:
            ways.setdefault(person, set()).add(channel)
        return ways

    def _stop_contacts(self, purpose, channel=None):
        """A person said no: take back what waits to go out for the purpose; extend.

        Called as superuser in the transaction of the decision.

        :param str purpose: code, e.g. ``survey``
        :param channel: as above; None: each
        """

    @api.model
    def _given_up_sql(self):
        """Customers with whom no contact is planned, as a subquery of ids, archived ones too."""
        # sudo: who was given up is no secret of the user's.
        partners = self.sudo().with_context(active_test=False)
        return partners._search(partners._no_planned_contacts_domain()).subselect()

    @api.model
    def _blacklisted_sql(self, channel):
        """Condition on the person ``p``: the ERP's blacklist of the channel names them."""
        if channel == "email":
            return SQL(
                "EXISTS (SELECT FROM mail_blacklist b"
                " WHERE b.email = p.email_normalized AND b.active)"
            )
        if channel in ("sms", "phone"):
            return SQL(
                "EXISTS (SELECT FROM phone_blacklist b"
                " WHERE b.number = p.phone_sanitized AND b.active)"
            )
        return SQL("FALSE")

    @api.model
    def _contacts_apart_sql(self, customer, start, end):
        """Contacts of a customer that the log does not tell of yet, but limits count (G12).

        :param SQL customer: the commercial entity
        :param start, end: naive UTC, half-open
        :return: :class:`SQL` of a number; extend by adding
        """
        return SQL("0")

    @api.model
    def _keep_in_touch_sql(self, customer, channel, selling=False):
        """Condition that an advisor may turn to a customer unasked.

        It is a join: with ``NOT IN`` a list of refusals that outgrows the memory is read for each
        customer anew.

        :param SQL customer: the customer's id
        :param channel: as above, or SQL of it
        :param bool selling: it is to sell something, so that a no to offers counts as well
        """
        purposes = [KEEP_IN_TOUCH, *([ADVERTISING] if selling else [])]
        return SQL(
            """NOT EXISTS (SELECT FROM (%s) said
                            WHERE said.partner_id = %s AND said.channel = %s)""",
            self._contact_declined_sql(purposes),
            customer,
            channel,
        )

    def _contact_allowed(self, purpose, channel):
        """Those of ``self`` who may be contacted; see :meth:`_contact_refused_sql`."""
        if not self:
            return self
        people = SQL("SELECT unnest(%s::int[]) AS partner_id", self.ids)
        rows = self.env.execute_query(self._contact_refused_sql(people, purpose, channel))
        return self - self.browse(row[0] for row in rows)
