"""How customers become members: set-based, once each (M1)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.card_number import with_check_digit

_OEM = "crm_dealer_grading.group_oem_manager"

# The unique key makes the second of two who enrol a customer at once wait; PostgreSQL then
# refuses its older snapshot, and the server repeats it.
_INSERT = """
    WITH ladder AS (
        SELECT id, level_id, validity_months FROM crm_club_tier
         WHERE active AND by_invitation IS NOT TRUE),
    joined AS (
        INSERT INTO crm_club_membership (partner_id, number, tier_id, state, join_date, valid_from,
               valid_until, dealer_id, enrolled_by_dealer_id, create_uid, write_uid, create_date,
               write_date%(also)s)
        SELECT p.id, n.number, t.id, 'active', %(today)s, %(today)s,
               (%(today)s + make_interval(months => t.validity_months) - interval '1 day')::date,
               p.dealer_id, COALESCE(%(dealer)s, p.dealer_id), %(uid)s, %(uid)s, %(now)s, %(now)s
               %(values)s
          FROM unnest(%(partners)s::int[], %(numbers)s::varchar[]) AS n(partner_id, number)
          JOIN res_partner p ON p.id = n.partner_id
          LEFT JOIN crm_grading_result r ON r.partner_id = p.id AND r.scheme_id = %(scheme)s
          LEFT JOIN ladder e ON e.level_id = r.level_id
          JOIN ladder t ON t.id = COALESCE(e.id, %(lowest)s)
         ORDER BY n.number
            ON CONFLICT (partner_id) DO NOTHING
        RETURNING *)
    INSERT INTO crm_club_membership_change (membership_id, partner_id, dealer_id, date, kind,
           to_tier_id, to_state, valid_until, reason, user_id, count, create_uid, write_uid,
           create_date, write_date)
    SELECT id, partner_id, dealer_id, %(today)s, 'enrolled', tier_id, state, valid_until,
           %(reason)s, %(uid)s, 1, %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM joined ORDER BY id
    RETURNING membership_id"""


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    @api.model
    def enrol(self, partners, dealer=None):
        """Make customers members, at the tier they have earned (M1). Idempotent.

        A constant number of queries, however many customers. Who left is not taken back here:
        see ``action_return``.

        :param partners: records of ``res.partner``; their commercial entities become members
        :param dealer: the dealer that enrols; default the user's own, else each customer's
        :return: the memberships of all of them, those that were there before included
        :raise AccessError: the user may not create memberships, or not of these customers
        :raise UserError: a customer is archived or was given up
        """
        customers = partners.commercial_partner_id
        new = self._without_members(customers)
        if new:
            self._check_may_enrol(new, dealer)
            self._enrol(new, dealer)
        return self.search([("partner_id", "in", customers.ids)])

    @api.model
    def _enrol(self, customers, dealer=None, reason=None):
        """``enrol`` after the checks; return the new memberships."""
        ids = customers.ids
        if not ids:
            return self.browse()
        self.env.flush_all()
        dealer = dealer or self.env.user._default_dealer()
        also = self._also_stored_sql(SQL("p.id"), SQL("t.id"))
        rows = self.env.execute_query(
            SQL(
                _INSERT,
                also=SQL().join(SQL(", %s", SQL.identifier(name)) for name in also),
                values=SQL().join(SQL(", %s", value) for value in also.values()),
                today=self._today(),
                dealer=dealer.id or None,
                partners=ids,
                numbers=self._next_numbers(len(ids)),
                scheme=self._scheme_id(),
                lowest=self.env["crm.club.tier"]._lowest().id,
                reason=reason,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self._forget()
        members = self.browse(row[0] for row in rows)
        members._after_enrol()
        return members

    @api.model
    def _also_stored_sql(self, partner, tier, alias=None):
        """``{column: SQL}`` that enrolment and run write with the rest; extend.

        A second statement would write each row, and all of its indexes, twice.

        :param partner: SQL of the member's customer
        :param tier: SQL of the tier whose card the member may use then, NULL without one
        :param alias: of the membership as it was, None for a new one
        """
        return {}

    def _after_enrol(self):
        """Called on new memberships, which are inserted behind the ORM's back; extend.

        An exception undoes the enrolment. Set-based: there may be thousands.
        """

    @api.model
    def _forget(self):
        """Statements wrote behind the ORM's back."""
        for name in ("crm.club.membership", "crm.club.membership.change"):
            self.env[name].invalidate_model()
        self.env["res.partner"]._forget_club()

    @api.model
    def _scheme_id(self):
        """Id of the scheme whose levels earn the tiers, 0 if there is none.

        While it is archived, the levels of its last computation count.
        """
        return self.env["crm.grading.scheme"]._id_by_code("contribution") or 0

    # ------------------------------------------------------------ conditions

    @api.model
    def _check_may_enrol(self, customers, dealer=None):
        if not self.env.su:
            self.browse().check_access("create")
            customers.check_access("read")
            self._check_own_customers(customers, dealer)
        # sudo: whether the customer was given up is said only as the reason.
        for customer in customers.sudo():
            if not customer.active:
                raise UserError(
                    self.env._(
                        "%s is archived. Restore the customer, then enrol.", customer.display_name
                    )
                )
            if customer.given_up_on:
                raise UserError(
                    self.env._(
                        "%s was given up. Take the customer up again, then enrol.",
                        customer.display_name,
                    )
                )

    @api.model
    def _check_own_customers(self, customers, dealer=None):
        # sudo: whose customer it is decides, also where the dealer's company is not selected.
        homes = [customer.dealer_id for customer in customers.sudo()]
        if self._acts_for_dealers():
            own = self.env.user._own_dealers()
            if any(not home & own for home in homes) or (dealer and not dealer & own):
                raise AccessError(
                    self.env._(
                        "Only a customer's home dealer enrols the customer. Ask that dealer, or "
                        "the manufacturer's manager."
                    )
                )
        elif not all(homes) and not self.env.user.has_group(_OEM):
            raise AccessError(
                self.env._(
                    "Customers without a dealer are enrolled by the manufacturer's manager. "
                    "Give the customer a dealer, or ask there."
                )
            )

    @api.model
    def _may_enrol(self, customers):
        """Those of ``customers`` whom the user may enrol now and who are no members yet."""
        return self._may_be_enrolled(self._without_members(customers.commercial_partner_id))

    @api.model
    def _without_members(self, customers):
        # sudo: who is a member already decides, whoever may see the card.
        known = self.sudo().search_fetch([("partner_id", "in", customers.ids)], ["partner_id"])
        return customers - known.partner_id.sudo(self.env.su)

    @api.model
    def _may_be_enrolled(self, customers):
        """Those of ``customers``, who are no members, whom the user may enrol now."""
        new = customers.filtered("active")
        new = new.filtered(lambda customer: not customer.sudo().given_up_on)
        if not new:
            return new
        if not self.env.su:
            if not self.browse().has_access("create"):
                return new.browse()
            new = new._filtered_access("read")
        own = self.env.user._own_dealers()
        if self._acts_for_dealers():
            return new.filtered(lambda customer: customer.sudo().dealer_id & own)
        if self.env.su or self.env.user.has_group(_OEM):
            return new
        return new.filtered("dealer_id")

    @api.model
    def _enrol_by_request(self, partner):
        """Enrol a person who asks for it, or take back who left (portal).

        The caller has made sure that it is the customer's own wish.

        :return: the membership
        :raise UserError: the customer is archived or was given up
        """
        # sudo: the customer's wish, which the caller has checked, stands in for a right.
        member = self.sudo().enrol(partner)
        if member.state == "left":
            member.action_return()
        return member

    # ------------------------------------------------------------ numbers

    @api.model
    def _next_numbers(self, count):
        """Draw ``count`` card numbers that nobody has or had; without a promise of no gaps."""
        # sudo: whoever may enrol may draw a number.
        sequence = self.env.ref("crm_dealer_club.sequence_membership").sudo()
        numbers = []
        while len(numbers) < count:
            drawn = self._draw(sequence, count - len(numbers))
            taken = self._taken_numbers(drawn)
            numbers += [number for number in drawn if number not in taken]
        return numbers

    @api.model
    def _draw(self, sequence, count):
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [with_check_digit(sequence.next_by_id()) for _index in range(count)]
        drawn = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        prefix, suffix = sequence._get_prefix_suffix()
        numbers = (f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in drawn)
        return [with_check_digit(number) for number in numbers]

    @api.model
    def _taken_numbers(self, numbers):
        """Those of ``numbers`` that a card bears or bore, imported ones too."""
        if not numbers:
            return set()
        self.env["crm.club.card"].flush_model(["number"])
        self.flush_model(["number"])
        rows = self.env.execute_query(
            SQL(
                "SELECT number FROM crm_club_membership WHERE number = ANY(%(numbers)s)"
                " UNION SELECT number FROM crm_club_card WHERE number = ANY(%(numbers)s)",
                numbers=list(numbers),
            )
        )
        return {number for (number,) in rows}
