from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

MANAGERS = ("crm_dealer_grading.group_dealer_manager", "crm_dealer_grading.group_oem_manager")
MANAGER_GROUPS = ",".join(MANAGERS)
_MAILERS = f"mass_mailing.group_mass_mailing_user,{MANAGER_GROUPS}"
# What decides who is contacted and what is measured: fixed once somebody was.
_FIXED = {"is_dealer_campaign", "dealer_id", "control_percent", "control_seed"}
_OWN = _FIXED | {"effect_days", "effect_minimum"}


class UtmCampaign(models.Model):
    """A campaign to the network's customers, or to those of one dealer (M11).

    Campaigns of others, without the mark, are the ERP's own in every respect.
    """

    _inherit = "utm.campaign"

    is_dealer_campaign = fields.Boolean(
        string="Customer Campaign",
        index="btree_not_null",
        help="Its mailings go to customers who allow it, within their limits of contacts, and "
        "leave out a control group.",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self._default_dealer_id(),
        help="Its mailings reach this dealer's customers only. Empty: the whole network's.",
    )
    control_percent = fields.Integer(
        string="Control Group (%)",
        default=10,
        aggregator=None,
        help="So many of a hundred customers, chosen at random in each dealer, get no mailing of "
        "this campaign. 0: none, and no effect can be told.",
    )
    control_seed = fields.Char(
        readonly=True,
        copy=False,
        help="Where the random choice begins: with it the choice can be repeated and checked.",
    )
    effect_days = fields.Integer(
        string="Days of Effect",
        default=30,
        aggregator=None,
        help="Visits, leads and sales count within so many days from the mailing.",
    )
    effect_minimum = fields.Integer(
        string="Fewest Customers",
        default=30,
        aggregator=None,
        help="With fewer contacted or control customers no effect is told.",
    )
    subject_ids = fields.One2many("crm.campaign.subject", "campaign_id", string="Customers")
    # The ERP's own: our managers run campaigns as well, without its right to all mailings.
    mailing_mail_ids = fields.One2many(groups=_MAILERS)
    mailing_mail_count = fields.Integer(groups=_MAILERS)
    mailing_sms_ids = fields.One2many(groups=_MAILERS)
    mailing_sms_count = fields.Integer(groups=_MAILERS)
    contacted_count = fields.Integer(string="Contacted", compute="_compute_subject_counts")
    control_count = fields.Integer(string="Control Group", compute="_compute_subject_counts")
    dealer_mailing_count = fields.Integer(
        string="Mailing Count", compute="_compute_dealer_mailing_count", groups=MANAGER_GROUPS
    )
    manages_campaign = fields.Boolean(compute="_compute_manages_campaign")

    _control_percent_check = models.Constraint(
        "CHECK(control_percent BETWEEN 0 AND 90)",
        "The control group is 0 to 90 of a hundred customers.",
    )
    _effect_positive = models.Constraint(
        "CHECK(effect_days > 0 AND effect_minimum > 1)",
        "The effect needs one day at least, and two customers.",
    )

    @api.model
    def _default_dealer_id(self):
        """For campaigns that are begun as ours; others' campaigns have no dealer."""
        if self.env.context.get("default_is_dealer_campaign"):
            return self.env.user._default_dealer()
        return self.env["crm.dealer"]

    def _compute_subject_counts(self):
        counts = {
            (campaign.id, arm): count
            for campaign, arm, count in self.env["crm.campaign.subject"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id", "arm"], ["__count"]
            )
        } if self.env["crm.campaign.subject"].has_access("read") else {}  # fmt: skip
        for campaign in self:
            campaign.contacted_count = counts.get((campaign.id, "contact"), 0)
            campaign.control_count = counts.get((campaign.id, "control"), 0)

    def _compute_dealer_mailing_count(self):
        counts = dict(
            self.env["mailing.mailing"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.dealer_mailing_count = counts.get(campaign, 0)

    @api.depends("dealer_id")
    @api.depends_context("uid")
    def _compute_manages_campaign(self):
        manager, own = self._is_campaign_manager(), self.env.user._own_dealers()
        for campaign in self:
            campaign.manages_campaign = manager and (not own or campaign.dealer_id in own)

    # -- Who may ---------------------------------------------------------------------------

    @api.model
    def _is_campaign_manager(self):
        return self.env.su or any(map(self.env.user.has_group, MANAGERS))

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        ours = campaigns.filtered("is_dealer_campaign")
        named = any(_FIXED & {name for name, value in vals.items() if value} for vals in vals_list)
        if ours or (named and not self.env.su):
            campaigns._check_campaign_rights()
            ours._give_seed()
        return campaigns

    def write(self, vals):
        ours = self.filtered("is_dealer_campaign")
        touched = self._changed_names(vals)
        if ours or touched:
            (ours if not touched else self)._check_campaign_rights(bool(touched))
        if touched & _FIXED:
            self._check_not_begun()
        result = super().write(vals)
        if touched:
            self._check_campaign_rights()
            self.filtered("is_dealer_campaign")._give_seed()
        return result

    def _changed_names(self, vals):
        """Those of our own fields that ``vals`` really changes: forms send more than that."""
        changed = set()
        for name in _OWN & vals.keys():
            old = (campaign[name] for campaign in self.sudo())
            if self._fields[name].relational:
                old = (record.id for record in old)
            if any((one or False) != (vals[name] or False) for one in old):
                changed.add(name)
        return changed

    def _check_campaign_rights(self, own_fields=True):
        """Managers; a dealer's manager for the own dealers only.

        :param own_fields: what makes it ours is changed; else anything of the ERP's, which
            whoever runs the ERP's mass mailings may do as well
        """
        user = self.env.user
        if self.env.su:
            return
        marketing = user.has_group("mass_mailing.group_mass_mailing_user")
        if not self._is_campaign_manager() and (own_fields or not marketing):
            raise AccessError(
                self.env._("Campaigns to customers are run by managers. Ask yours for one.")
            )
        if user.dealer_scoped and any(c.dealer_id not in user._own_dealers() for c in self):
            raise AccessError(
                self.env._(
                    "You run campaigns of your own dealers only. Choose your dealer for it; "
                    "for the network's ask the manufacturer's manager."
                )
            )

    def _check_not_begun(self):
        # sudo: that somebody was contacted decides, whoever that is.
        begun = self.env["crm.campaign.subject"].sudo().search(
            [("campaign_id", "in", self.ids)], limit=1
        )  # fmt: skip
        if begun:
            raise UserError(
                self.env._(
                    "“%s” has begun: its dealer and its control group stay as they are. "
                    "Begin another campaign instead.",
                    begun.campaign_id.title,
                )
            )

    @api.constrains("is_dealer_campaign", "dealer_id")
    def _check_dealer_of_ours(self):
        if any(campaign.dealer_id and not campaign.is_dealer_campaign for campaign in self):
            raise ValidationError(
                self.env._("Only customer campaigns belong to a dealer. Mark it as one.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        ours = self.filtered("is_dealer_campaign")
        if ours and not self.env.su:
            ours._check_campaign_rights()
            ours._check_not_begun()

    def _give_seed(self):
        for campaign in self.sudo().filtered(lambda c: not c.control_seed):
            # sudo: the field is closed; the number is no secret, and kept with the campaign.
            campaign.with_context(campaign_seed=True).control_seed = f"campaign-{campaign.id}"

    # -- Buttons -----------------------------------------------------------------------------

    def action_open_subjects(self):
        """Open the campaign's customers, contacted and control."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_campaign_subject_action"
        )
        return {**action, "domain": [("campaign_id", "=", self.id)]}

    def action_open_dealer_mailings(self):
        """Open the campaign's mailings, e-mail and SMS."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.mailing_mailing_action_campaign"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": self._new_mailing_context(),
        }

    def _new_mailing_context(self):
        return {
            "default_campaign_id": self.id,
            "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            "default_subject": self.title,
        }

    def _new_mailing(self, mailing_type):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": {**self._new_mailing_context(), "default_mailing_type": mailing_type},
        }

    def action_new_email(self):
        """Begin an e-mail of this campaign."""
        return self._new_mailing("mail")

    def action_new_sms(self):
        """Begin an SMS of this campaign."""
        return self._new_mailing("sms")
