"""Whether, and when, a customer may be contacted (M5, G12, P4): one answer for all who send."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.contact.crm_contact_log import BY_US

# Channels as rules name them, and as consents and the contact log do.
CONSENT_CHANNEL = {"activity": "phone"}
_JUDGED = """
    SELECT partner_id, reason FROM (
        SELECT p.id AS partner_id, CASE
                 WHEN p.active IS NOT TRUE OR c.active IS NOT TRUE OR c.id IN %(given_up)s
                     THEN 'given_up'
                 WHEN p.contact_opt_out IS TRUE OR c.contact_opt_out IS TRUE OR NOT %(consent)s
                     THEN 'consent'
                 WHEN %(blacklisted)s THEN 'blacklist'
                 WHEN %(unreachable)s THEN 'no_address'
                 WHEN full_up.partner_id IS NOT NULL THEN 'cap'
               END AS reason
          FROM (%(people)s) asked
          JOIN res_partner p ON p.id = asked.partner_id
          JOIN res_partner c ON c.id = p.commercial_partner_id
          LEFT JOIN (%(full)s) full_up ON full_up.partner_id = c.id) judged
     WHERE reason IS NOT NULL"""


class CrmCareGate(models.AbstractModel):
    """What is asked before a message goes out: consents, blacklists, limits, quiet hours.

    Channels are ``sms``, ``email``, ``phone``, ``wechat``, and ``activity`` (a to-do for staff,
    which is judged as a call).
    """

    _name = "crm.care.gate"
    _description = "Gate before Contacting Customers"

    # -- Whether ------------------------------------------------------------------------------

    @api.model
    def _refused(self, partners, purpose_code, channel, date=None):
        """Those of ``partners`` who must not be contacted, and why.

        :param partners: persons (``res.partner``); a limit counts for their customer
        :param str purpose_code: of a ``crm.club.consent.purpose``; unknown: nobody allows it
        :param date: the day of the message; default today at the company
        :return: ``{partner id: reason}``; reason is ``given_up``, ``consent``, ``blacklist``,
            ``no_address`` or ``cap``, the first that holds; who is not in it may be contacted
        """
        if not partners:
            return {}
        people = SQL("SELECT unnest(%s::int[]) AS partner_id", partners.ids)
        return dict(
            self.env.execute_query(self._refused_sql(people, purpose_code, channel, date))
        )

    @api.model
    def _refused_sql(self, people, purpose_code, channel, date=None):
        """As :meth:`_refused`, for many: SQL of ``partner_id, reason`` of the refused ones.

        :param SQL people: a query with a column ``partner_id``, each person once
        """
        self._flush()
        return SQL(
            _JUDGED,
            people=people,
            given_up=self.env["res.partner"]._given_up_sql(),
            consent=self._consent_sql(purpose_code, channel),
            blacklisted=self.env["res.partner"]._blacklisted_sql(
                CONSENT_CHANNEL.get(channel, channel)
            ),
            unreachable=self._unreachable_sql(channel),
            full=self._full_sql(people, date),
        )

    @api.model
    def _flush(self):
        for name in (
            "res.partner",
            "crm.club.consent",
            "crm.club.consent.purpose",
            "crm.contact.log",
            "crm.contact.due",
            "crm.grading.result",
            "crm.grading.level",
            "crm.care.reminder",
            "mail.blacklist",
            "phone.blacklist",
        ):
            self.env[name].flush_model()

    @api.model
    def _consent_sql(self, purpose_code, channel):
        """Condition on person ``p``: the latest decision, else what holds without one."""
        # sudo: the answer narrows whom the caller contacts; no decision is shown.
        purposes = self.env["crm.club.consent.purpose"].sudo().with_context(active_test=False)
        purpose = purposes.search([("code", "=", purpose_code)])
        if not purpose:
            return SQL("FALSE")
        way = self._consent_way_sql(purpose, channel)
        return SQL(
            """COALESCE((SELECT %s FROM crm_club_consent k
                           JOIN crm_club_consent_purpose purpose ON purpose.id = k.purpose_id
                          WHERE k.partner_id = p.id AND k.purpose_id = %s AND %s
                          ORDER BY k.date DESC, k.id DESC LIMIT 1), %s)""",
            self.env["crm.club.consent"]._holds_sql(),
            purpose.id,
            way,
            purpose.given_by_default,
        )

    @api.model
    def _consent_way_sql(self, purpose, channel):
        """Condition on a consent ``k``: it is about the channel, or the purpose knows none."""
        if purpose.by_channel:
            return SQL("k.channel = %s", CONSENT_CHANNEL.get(channel, channel))
        return SQL("k.channel IS NULL")

    @api.model
    def _latest_consents_sql(self, purpose, channel, people):
        """``partner_id, given`` of the latest decision of each of ``people`` who decided.

        :param SQL people: a query with a column ``partner_id``
        """
        return SQL(
            """SELECT DISTINCT ON (k.partner_id) k.partner_id, %s AS given
                 FROM (%s) who JOIN crm_club_consent k ON k.partner_id = who.partner_id
                 JOIN crm_club_consent_purpose purpose ON purpose.id = k.purpose_id
                WHERE k.purpose_id = %s AND %s
                ORDER BY k.partner_id, k.date DESC, k.id DESC""",
            self.env["crm.club.consent"]._holds_sql(),
            people,
            purpose.id,
            self._consent_way_sql(purpose, channel),
        )

    @api.model
    def _unreachable_sql(self, channel):
        if channel == "email":
            return SQL("COALESCE(p.email_normalized, '') = ''")
        if channel in ("sms", "phone"):
            return SQL("COALESCE(p.phone_sanitized, '') = ''")
        return SQL("FALSE")

    @api.model
    def _full_sql(self, people, date=None):
        """Customers of ``people`` who were contacted as often this month as a level allows (G12).

        Contacts of all kinds count, whoever made them, and those that are planned for the day.
        """
        dues = self.env["crm.contact.due"]
        day = fields.Date.to_date(date) or dues._today()
        return SQL(
            """SELECT r.partner_id
                 FROM crm_grading_result r
                 JOIN crm_grading_level l ON l.id = r.level_id AND l.max_contacts_month > 0
                 JOIN crm_grading_scheme s ON s.id = l.scheme_id AND s.active
                WHERE r.partner_id IN (
                      SELECT q.commercial_partner_id FROM (%(people)s) a
                        JOIN res_partner q ON q.id = a.partner_id)
                GROUP BY r.partner_id
               HAVING min(l.max_contacts_month) <= %(contacts)s""",
            people=people,
            contacts=self._contacts_sql(SQL("r.partner_id"), day),
        )

    @api.model
    def _room(self, customers, date=None):
        """``{customer id: contacts that are still allowed this month}`` of those with a limit.

        :param customers: commercial entities
        :param date: the day of the contact; default today at the company
        """
        self._flush()
        day = fields.Date.to_date(date) or self.env["crm.contact.due"]._today()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.partner_id, min(l.max_contacts_month) - %s
                     FROM crm_grading_result r
                     JOIN crm_grading_level l ON l.id = r.level_id AND l.max_contacts_month > 0
                     JOIN crm_grading_scheme s ON s.id = l.scheme_id AND s.active
                    WHERE r.partner_id = ANY(%s) GROUP BY r.partner_id""",
                self._contacts_sql(SQL("r.partner_id"), day),
                customers.ids,
            )
        )
        return dict(rows)

    @api.model
    def _contacts_sql(self, customer, day):
        """How many contacts a customer had in the month of ``day``, and has on that day."""
        dues = self.env["crm.contact.due"]
        month = dues._period("month", day)
        return SQL(
            """((SELECT count(*) FROM crm_contact_log c
                  WHERE c.commercial_partner_id = %(customer)s AND c.date >= %(start)s
                    AND c.date < %(end)s AND %(by_us)s)
              + (SELECT count(*) FROM crm_contact_due o
                  WHERE o.partner_id = %(customer)s AND o.date = %(day)s
                    AND o.state IN ('found', 'planned'))
              + (SELECT count(DISTINCT t.activity_id) FROM crm_care_reminder t
                   JOIN mail_activity a ON a.id = t.activity_id AND a.active
                  WHERE t.commercial_partner_id = %(customer)s AND t.state = 'sent')
              + %(apart)s)""",
            by_us=BY_US,
            apart=self.env["res.partner"]._contacts_apart_sql(customer, month.start, month.end),
            customer=customer,
            start=month.start,
            end=month.end,
            day=day,
        )

    # -- When ---------------------------------------------------------------------------------

    @api.model
    def _quiet_until(self, moment, company, tz=None):
        """When sending is allowed again, or None where it is allowed at ``moment``.

        :param datetime moment: naive UTC
        :param company: whose quiet hours hold
        :param tz: name of the time zone that they are meant in; default the company's
        :return: naive UTC
        """
        start, end = company.care_quiet_from, company.care_quiet_to
        if start == end:
            return None
        zone = self._zone(tz, company)
        local = pytz.utc.localize(moment).astimezone(zone)
        hour = local.hour + local.minute / 60 + local.second / 3600
        quiet = start <= hour < end if start < end else hour >= start or hour < end
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if start > end and hour >= start else 0)
        minutes = round(end * 60)
        until = datetime.combine(day + timedelta(days=minutes // 1440), time()) + timedelta(
            minutes=minutes % 1440
        )
        return zone.localize(until).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _zone(self, name, company):
        """The time zone of that name; what an import left there is none, and the company's."""
        try:
            return pytz.timezone(name or company._tz_here())
        except pytz.UnknownTimeZoneError:
            return pytz.timezone(company._tz_here())
