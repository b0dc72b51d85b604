from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..portal.crm_club_consent import CHANNELS

MANAGERS = (
    "crm_dealer_grading.group_dealer_manager",
    "crm_dealer_grading.group_oem_manager",
)


class CrmClubConsent(models.Model):
    """Which wording was decided on, and how staff learnt of the decision (P4)."""

    _inherit = "crm.club.consent"

    how = fields.Selection(
        [
            ("form", "Signed Form"),
            ("counter", "Said at the Counter"),
            ("phone", "Said on the Phone"),
            ("written", "E-Mail, SMS or WeChat of the Person"),
            ("other", "Otherwise"),
        ],
        string="Learnt by",
        help="How staff learnt of the decision.",
    )
    text_id = fields.Many2one(
        "crm.club.consent.text",
        string="Wording Decided on",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    text_number = fields.Integer(
        string="Version",
        readonly=True,
        aggregator=None,
        help="Of the wording. None: from before wordings were numbered.",
    )

    # -- Entering ------------------------------------------------------------------------------

    @api.model
    def _as_entered(self, vals):
        """What a user may say of a decision: when, by whom and from where follows."""
        vals = {**vals, "user_id": self.env.uid, "wording": False}
        vals.pop("text_id", None)
        vals.pop("text_number", None)
        if vals.get("source") == "import" or self.env.context.get("import_file"):
            self._check_may_import()
            vals["source"] = "import"
            vals["date"] = fields.Datetime.to_datetime(vals.get("date")) or fields.Datetime.now()
            if vals["date"] > fields.Datetime.now():
                raise UserError(self._future_words())
            return vals
        if not vals.get("how") and not (vals.get("note") or "").strip():
            raise UserError(
                self.env._("Say how you learnt of the decision, for instance by a signed form.")
            )
        return vals | {"source": "staff", "date": fields.Datetime.now()}

    @api.model
    def _check_may_import(self):
        if not any(self.env.user.has_group(group) for group in MANAGERS):
            raise UserError(
                self.env._(
                    "Managers import decisions of before. Enter what a customer tells you on the "
                    "customer's form."
                )
            )

    @api.model
    def _with_texts(self, vals_list):
        """``vals_list`` with the version of the wording that held when it was decided."""
        default = self.env.context.get("default_purpose_id")
        ids = {vals.get("purpose_id") or default for vals in vals_list} - {None, False}
        # sudo: the wording is no secret, and keeping it is no right of the one who decides.
        purposes = self.env["crm.club.consent.purpose"].sudo().browse(ids).exists()
        purposes._settle_texts()
        texts = purposes.text_ids.sorted("number").grouped("purpose_id")
        now = fields.Datetime.now()
        for vals in vals_list:
            purpose = purposes.browse(vals.get("purpose_id") or default or ())
            moment = fields.Datetime.to_datetime(vals.get("date")) or now
            held = texts.get(purpose, self.env["crm.club.consent.text"].sudo())
            held = held.filtered(lambda text, moment=moment: text.date <= moment)[-1:]
            vals.update({"text_id": held.id, "text_number": held.number})
        return vals_list

    @api.model
    def _channels(self, purpose):
        """On what a person decides for the purpose: its channels, or False for all at once."""
        return [code for code, _label in CHANNELS] if purpose.by_channel else [False]

    # -- What holds ----------------------------------------------------------------------------

    @api.model
    def _holds_sql(self):
        """What a decision ``k`` on the purpose ``purpose`` comes to today, as a condition."""
        return SQL(
            """CASE WHEN k.given IS NOT TRUE THEN FALSE
                    WHEN COALESCE(k.text_number, 0) < COALESCE(purpose.fresh_number, 0)
                    THEN purpose.given_by_default IS TRUE
                    ELSE TRUE END"""
        )

    @api.model
    def _declined_sql(self, codes):
        """``partner_id, channel`` of who said no, by the latest decision on each channel.

        :param codes: of purposes; one that is no matter of channels is declined on each
        """
        self.flush_model()
        self.env["crm.club.consent.purpose"].flush_model()
        return SQL(
            """SELECT latest.partner_id, way.channel
                 FROM (SELECT DISTINCT ON (k.partner_id, k.purpose_id, k.channel)
                              k.partner_id, k.channel, k.given
                         FROM crm_club_consent k
                         JOIN crm_club_consent_purpose u ON u.id = k.purpose_id
                        WHERE u.code = ANY(%s) AND (k.channel IS NOT NULL) = (u.by_channel IS TRUE)
                        ORDER BY k.partner_id, k.purpose_id, k.channel, k.date DESC, k.id DESC
                      ) latest
                 JOIN (VALUES ('phone'), ('sms'), ('email'), ('wechat')) way (channel)
                   ON way.channel = latest.channel OR latest.channel IS NULL
                WHERE latest.given IS NOT TRUE""",
            list(codes),
        )

    @api.model
    def _outdated(self, partner):
        """What a person agreed to in a wording that does not count any more.

        :return: ``{(purpose id, channel or False)}``
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT latest.purpose_id, latest.channel
                     FROM (SELECT DISTINCT ON (k.purpose_id, k.channel) k.*
                             FROM crm_club_consent k WHERE k.partner_id = %s
                            ORDER BY k.purpose_id, k.channel, k.date DESC, k.id DESC) latest
                     JOIN crm_club_consent_purpose u ON u.id = latest.purpose_id
                    WHERE latest.given AND COALESCE(latest.text_number, 0) < u.fresh_number""",
                partner.id,
            )
        )
        return {(purpose, way or False) for purpose, way in rows}

    @api.model
    def _decide_by_staff(self, person, decisions, how, note=None):
        """Record what a person told staff; what holds already is not said again.

        :param decisions: ``[(purpose, channel or False, given)]``
        :raise AccessError: no right to enter decisions, or not for this person
        :raise UserError: it is not said how staff learnt of it
        :return: the new decisions
        """
        latest = self.sudo()._latest(person)
        outdated = self.sudo()._outdated(person)
        values = []
        for purpose, way, given in decisions:
            known = latest.get((person.id, purpose.id, way or False))
            if known != given or (given and (purpose.id, way or False) in outdated):
                said = {"partner_id": person.id, "purpose_id": purpose.id, "channel": way}
                values.append({**said, "given": given, "how": how, "note": note})
        return self.create(values)
