from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

_SCOPE = "crm_dealer_club.referral"


class CrmClubReferral(models.Model):
    """Recommending in the portal or by a member's own link (M9, M10)."""

    _inherit = "crm.club.referral"

    told_name = fields.Char(
        string="Name as Told",
        readonly=True,
        copy=False,
        help="What the member typed; what the dealer learns since is not shown to the member.",
    )
    told_phone = fields.Char(string="Phone as Told", readonly=True, copy=False)

    @api.model
    def _refer(self, membership, name, phone, model=None, consent=False, email=None,
               source="portal"):  # fmt: skip
        """A member recommends a person; the member's dealer gets a prospect card.

        The caller has made sure that it acts for the member, and limits how often. Whether the
        person is known already is never told: such a referral is kept as refused, for the
        dealer's eyes, and the same words are returned.

        :param membership: one record of ``crm.club.membership``
        :param model: record of ``fleet.vehicle.model``, may be empty
        :param consent: the person agreed that the dealer gets in touch
        :param source: ``portal``, or ``link`` where the person came by the member's link
        :return: a sentence of thanks for the member
        :raise UserError: for what the member can put right: name, number, consent, membership
        """
        member = membership.sudo()
        name, phone = (name or "").strip(), (phone or "").strip()
        self._check_told(member, name, phone, consent)
        # sudo: the member has no rights on cards; this method is what it may do.
        referral = self.sudo().with_context(tracking_disable=True)
        told = {"told_name": name, "told_phone": phone} if source == "portal" else {}
        referral = referral._new_by_member(
            {
                **told,
                "recommender_id": member.partner_id.id,
                "person_name": name,
                "phone": phone,
                "email": (email or "").strip() or False,
                "vehicle_model_id": model.id if model else False,
                "dealer_id": (member.dealer_id or member.partner_id.dealer_id).id,
                "consent": True,
                "consent_date": fields.Datetime.now(),
                "source": source,
            }
        )
        return self.env._("Thank you! The dealer gets in touch with %s.", name)

    @api.model
    def _check_told(self, member, name, phone, consent):
        """What the member can put right is said at once."""
        key = self._phone_key(phone)
        if member.state != "active":
            raise UserError(self.env._("The membership is not active. Renew it first."))
        if not name:
            raise UserError(self.env._("Give the name of the person."))
        if not key or len(key) < 7:
            raise UserError(self.env._("Give a phone number under which the person is reached."))
        if not consent:
            raise UserError(
                self.env._("Ask the person first: we only call people who agreed to it.")
            )

    @api.model
    def _new_by_member(self, vals):
        """A referral that is kept whatever speaks against it; a card only if nothing does."""
        referral = self.create({**vals, "refusal": "withdrawn"})
        refusal = referral._find_refusal()
        referral.refusal = refusal
        if not refusal:
            referral._open_card()
            referral._tell_dealer()
        return referral

    def _tell_dealer(self):
        user = self.lead_id.user_id or self.dealer_id.manager_id
        if user:
            self.lead_id.activity_schedule(
                "mail.mail_activity_data_call",
                summary=self.with_context(lang=user.lang).env._("Recommended: get in touch"),
                user_id=user.id,
            )

    @api.model
    def _token(self, membership):
        """The secret part of a member's own link, signed by the database; not guessable."""
        member = membership.sudo()
        signature = hmac(self.env(su=True), _SCOPE, (member.id, member.number))
        return f"{member.id}-{signature[:32]}"

    @api.model
    def _from_token(self, token):
        """The active membership whose link it is, as superuser; empty for any other token."""
        members = self.env["crm.club.membership"].sudo()
        token = str(token or "")
        number, _dash, _signature = token.partition("-")
        if not (token.isascii() and number.isdigit() and len(number) < 10):
            return members
        member = members.browse(int(number)).exists()
        if not member or member.state != "active":
            return members
        return member if consteq(self._token(member), token) else members
