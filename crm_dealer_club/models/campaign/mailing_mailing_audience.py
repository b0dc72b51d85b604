from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PURPOSE = "offer"
_CHANNELS = {"mail": "email", "sms": "sms"}

# Whom the filter finds, and who of them is refused: each is asked once.
_ASKED = """
WITH audience AS MATERIALIZED (%(audience)s),
refused AS MATERIALIZED (%(refused)s)"""
# One person for each customer: the customer itself where it is among them, else the first contact.
_CHOSEN = """
SELECT DISTINCT ON (p.commercial_partner_id) p.id AS person, p.commercial_partner_id AS customer
  FROM res_partner p
 WHERE p.id IN (SELECT audience.id FROM audience)
   AND NOT EXISTS (SELECT FROM refused WHERE refused.partner_id = p.id)
 ORDER BY p.commercial_partner_id, p.id = p.commercial_partner_id DESC, p.id"""
_REACHED = f"{_ASKED}{_CHOSEN}"
_COUNTED = f"""{_ASKED},
reached AS ({_CHOSEN}),
placed AS (
    SELECT CASE WHEN refused.reason IS NOT NULL THEN refused.reason
                WHEN reached.person IS NULL THEN 'same_customer'
                WHEN s.arm = 'control' THEN 'control'
                WHEN s.arm = 'contact' THEN 'reached'
                ELSE 'fresh' END AS reason
      FROM audience
      LEFT JOIN refused ON refused.partner_id = audience.id
      LEFT JOIN reached ON reached.person = audience.id
      LEFT JOIN crm_campaign_subject s ON s.partner_id = reached.customer
       AND s.campaign_id = %(campaign)s)
SELECT reason, count(*) FROM placed GROUP BY 1"""


class MailingMailing(models.Model):
    """Whom a mailing of a customer campaign reaches (M11), set-based.

    The filter is read with the rights of who chose it, cut to the campaign's dealer, and then
    through the gate of consents, blacklists and limits. Of those who pass, the control group
    stays out. The search of the ERP gets the rest by ``_get_recipients_domain``.
    """

    _inherit = "mailing.mailing"

    def _audience_user(self):
        """Whose eyes read the filter."""
        self.ensure_one()
        if not self.env.su:
            return self.env.user
        return self.launched_by_id or self.create_uid

    def _audience_query(self, only=None):
        """SQL of the ids that the filter finds; ``only`` these, if given.

        :raise AccessError: the filter asks what its author may not read
        :raise ValueError: it names what does not exist
        """
        partners = self.env["res.partner"].with_user(self._audience_user())
        partners = partners.with_context(active_test=True)
        domain = Domain(self._parse_mailing_domain())
        if self.dealer_id:
            domain &= Domain("dealer_id", "=", self.dealer_id.id)
        if only is not None:
            domain &= Domain("id", "in", list(only))
        partners.env.flush_all()
        return partners._search(domain).select()

    def _refused_sql(self):
        """SQL of ``partner_id, reason`` of those of the audience who are not to be contacted."""
        # sudo: limits and consents hold whoever may see them; only who is left out is told.
        gate = self.env["crm.care.gate"].sudo()
        people = SQL("SELECT audience.id AS partner_id FROM audience")
        return gate._refused_sql(people, PURPOSE, _CHANNELS[self.mailing_type])

    def _asked_sql(self, statement, only=None, **values):
        """One of the statements above, for this mailing."""
        audience = self._audience_query(only)
        return SQL(statement, audience=audience, refused=self._refused_sql(), **values)

    def _reached_sql(self, only=None):
        """SQL of ``person, customer`` who may get this mailing, control group included."""
        return self._asked_sql(_REACHED, only)

    def _recipients_sql(self, only=None):
        """SQL of the ids of those who get it: they are in the campaign, and not as a control."""
        return SQL(
            """SELECT reached.person FROM (%s) reached
                 JOIN crm_campaign_subject s ON s.partner_id = reached.customer
                  AND s.campaign_id = %s AND s.arm = 'contact'""",
            self._reached_sql(only),
            self.campaign_id.id,
        )

    def _assign_subjects(self, only=None):
        """Freeze who is contacted and who is a control: before each sending, again is harmless."""
        for mailing in self:
            # sudo: subjects are written by this step alone; who may send was checked.
            subjects = self.env["crm.campaign.subject"].sudo()
            subjects._assign(mailing.sudo(self.env.su), mailing._reached_sql(only))

    def _get_recipients_domain(self):
        if not self.is_dealer_mailing:
            return super()._get_recipients_domain()
        recipients = self._recipients_sql()
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), recipients
            )
        )

    def _compute_total(self):
        """Before the sending nobody is chosen yet: those who may get it, control included."""
        ours = self.filtered("is_dealer_mailing")
        result = super(MailingMailing, self - ours)._compute_total()
        for mailing in ours:
            [[mailing.total]] = self.env.execute_query(
                SQL("SELECT count(*) FROM (%s) reached", mailing._reached_sql())
            )
        return result

    @api.model
    def _allowed_among(self, mailing, res_ids):
        """Those of ``res_ids``, in their order, whom the mailing may be sent to."""
        if not res_ids:
            return []
        mailing._assign_subjects(only=res_ids)
        rows = self.env.execute_query(mailing._recipients_sql(only=res_ids))
        allowed = {row[0] for row in rows}
        return [res_id for res_id in res_ids if res_id in allowed]

    # -- Preview -----------------------------------------------------------------------------

    def _audience_counts(self):
        """How many the filter finds, and how many are left out for which reason.

        :return: ``{reason: number of persons}``; reasons are those of the gate, ``found`` for all,
            ``same_customer`` for further contacts of a customer, ``control`` for those who are
            in the control group already, ``reached`` for those who were contacted, ``fresh`` for
            those whose group is not chosen yet
        """
        self.ensure_one()
        rows = self.env.execute_query(
            self._asked_sql(_COUNTED, campaign=self.campaign_id.id)
        )
        counts = dict(rows)
        return {"found": sum(counts.values()), **counts}

    def _audience_sample(self, limit):
        """Ids of the first few who may get the mailing."""
        rows = self.env.execute_query(
            SQL(
                "SELECT reached.person FROM (%s) reached ORDER BY 1 LIMIT %s",
                self._reached_sql(),
                limit,
            )
        )
        return [row[0] for row in rows]
