from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

CHANNELS = [("phone", "Phone"), ("sms", "SMS"), ("email", "E-Mail"), ("wechat", "WeChat")]


class CrmClubConsent(models.Model):
    """A decision of a person on the use of the own data: append-only (P4).

    The latest decision on a purpose and channel holds. A consent is a person's, so contacts of a
    company decide for themselves.
    """

    _name = "crm.club.consent"
    _description = "Consent"
    _inherit = ["crm.dealer.scope"]
    _order = "date desc, id desc"
    _rec_name = "purpose_id"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    purpose_id = fields.Many2one(
        "crm.club.consent.purpose", required=True, index=True, ondelete="restrict"
    )
    channel = fields.Selection(CHANNELS, help="Empty: the purpose is no matter of channels.")
    given = fields.Boolean(help="Given, or else refused or withdrawn.")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    source = fields.Selection(
        [("portal", "Member's Page"), ("staff", "Entered by Staff"), ("import", "Import")],
        required=True,
        default="staff",
    )
    wording = fields.Text(readonly=True, help="What the person read before deciding.")
    note = fields.Char(help="How staff learnt of it, for instance a signed form.")
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="set null",
    )

    _latest_index = models.Index("(partner_id, purpose_id, channel, date, id)")

    @api.depends("partner_id")
    def _compute_dealer_id(self):
        for consent in self:
            # sudo: the person's dealer decides who sees the line; it is not shown to others.
            consent.dealer_id = consent.partner_id.sudo().dealer_id

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        # When, by whom and from where is not the user's to say.
        entered = [dict(vals) if self.env.su else self._as_entered(vals) for vals in vals_list]
        decisions = super().create(self._with_texts(entered))
        decisions.filtered(lambda decision: not decision.given)._stop_waiting()
        return decisions

    def write(self, vals):
        if vals:
            raise UserError(
                self.env._("A decision stays as it was. Enter a new one; the latest one holds.")
            )
        return super().write(vals)

    @api.model
    def _choices(self, name):
        """Return ``[(value, label)]`` of one of the selections, in the user's language."""
        return self._fields[name]._description_selection(self.env)

    @api.model
    def _latest(self, partners):
        """Return ``{(partner id, purpose id, channel or False): what holds}`` of all decisions.

        A consent to a wording that was changed in substance since holds no more: what holds then
        is what holds without a decision.
        """
        self.flush_model()
        self.env["crm.club.consent.purpose"].flush_model()
        if not partners:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (k.partner_id, k.purpose_id, k.channel)
                          k.partner_id, k.purpose_id, k.channel, %s
                     FROM crm_club_consent k
                     JOIN crm_club_consent_purpose purpose ON purpose.id = k.purpose_id
                    WHERE k.partner_id IN %s
                    ORDER BY k.partner_id, k.purpose_id, k.channel, k.date DESC, k.id DESC""",
                self._holds_sql(),
                tuple(partners.ids),
            )
        )
        return {(person, purpose, way or False): given for person, purpose, way, given in rows}

    @api.model
    def _allowed(self, partners, code, channel=False):
        """Those of ``partners`` whose data may be used for the purpose on the channel (P4).

        :param str code: of a purpose; one that does not exist allows nobody
        :param channel: one of phone, sms, email, wechat; False where channels do not matter
        """
        # sudo: the answer narrows whom the caller contacts; no decision is shown.
        purpose = self.env["crm.club.consent.purpose"].sudo().search([("code", "=", code)])
        if not purpose:
            return partners.browse()
        channel = channel if purpose.by_channel else False
        latest = self.sudo()._latest(partners)
        default = purpose.given_by_default
        return partners.filtered(lambda p: latest.get((p.id, purpose.id, channel), default))

    @api.model
    def _asked(self, partner):
        """What the member's page asks: ``[{"purpose", "choices": [(key, label, given)], "anew"}]``.

        ``anew``: the person agreed to an earlier wording, which does not count any more.
        """
        latest = self.sudo()._latest(partner)
        outdated = {purpose for purpose, _way in self._outdated(partner)}
        labels = dict(self._fields["channel"]._description_selection(self.env))
        asked = []
        for purpose in self.env["crm.club.consent.purpose"].search([("on_profile", "=", True)]):
            ways = labels.items() if purpose.by_channel else [(False, self.env._("I agree"))]
            choices = [
                (
                    f"consent_{purpose.id}_{way or 'any'}",
                    label,
                    latest.get((partner.id, purpose.id, way), purpose.given_by_default),
                )
                for way, label in ways
            ]
            anew = purpose.id in outdated
            asked.append({"purpose": purpose, "choices": choices, "anew": anew})
        return asked

    @api.model
    def _decide(self, partner, given_keys):
        """Record what changed: of the choices of :meth:`_asked` those in ``given_keys`` are given.

        Who agreed to an earlier wording that does not count any more agrees to the present one,
        also where the same is allowed without a decision. Called as superuser for the person who
        decides.

        :return: how many decisions were new
        """
        values = []
        outdated = self._outdated(partner)
        for question in self._asked(partner):
            purpose = question["purpose"]
            for key, _label, before in question["choices"]:
                given, way = key in given_keys, key.rpartition("_")[2]
                way = False if way == "any" else way
                if given != before or (given and (purpose.id, way) in outdated):
                    values.append(self._decision(partner, purpose, given) | {"channel": way})
        return len(self.create(values))

    @api.model
    def _decision(self, partner, purpose, given):
        return {
            "partner_id": partner.id,
            "purpose_id": purpose.id,
            "given": given,
            "source": "portal",
            "wording": purpose.description,
        }
