from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# The surest first: the first one that holds is the reason that a pair is listed under.
REASONS = [
    ("id_number", "Same ID Number"),
    ("phone", "Same Phone"),
    ("vin", "Same VIN but for the Spelling"),
    ("plate", "Same Plate"),
    ("email", "Same E-Mail"),
    ("name", "Same Name at the Same Dealer"),
]
# What by itself says little about two customers being one.
WEAK = {"name"}
DECIDERS = (
    "crm_dealer_grading.group_dealer_user,crm_dealer_grading.group_call_centre,"
    "crm_dealer_grading.group_oem_manager"
)
REFRESHERS = (
    "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_call_centre,"
    "crm_dealer_grading.group_oem_manager"
)
_MOST_MERGED = 3


class CrmDuplicateCandidate(models.Model):
    """Two customers who may be one (C3). Found by SQL; decided once and for all by people."""

    _name = "crm.duplicate.candidate"
    _description = "Possible Duplicate"
    _order = "state, reason, value, id"
    _rec_name = "partner_a_id"
    _log_access = False

    partner_a_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    partner_b_id = fields.Many2one(
        "res.partner",
        string="Possibly the Same",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # Stored and not by the path: the record rule compares them on every read.
    dealer_a_id = fields.Many2one(
        "crm.dealer", related="partner_a_id.dealer_id", string="Dealer", store=True, index=True
    )
    dealer_b_id = fields.Many2one(
        "crm.dealer",
        related="partner_b_id.dealer_id",
        string="Dealer of the Other",
        store=True,
        index=True,
    )
    reason = fields.Selection(
        REASONS, required=True, readonly=True, help="The surest sign that both are one."
    )
    codes = fields.Char(readonly=True, help="All signs, the surest first.")
    reasons = fields.Char(string="All Signs", compute="_compute_reasons")
    value = fields.Char(readonly=True)
    match = fields.Char(
        string="Matching Value", compute="_compute_match", help="What both have in common."
    )
    found_on = fields.Date(readonly=True)
    state = fields.Selection(
        [("open", "To Decide"), ("rejected", "Not a Duplicate")],
        required=True,
        readonly=True,
        default="open",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)

    # It also serves the search by partner_a_id.
    _pair_uniq = models.Constraint(
        "UNIQUE(partner_a_id, partner_b_id)", "These two customers are listed already."
    )
    _pair_order = models.Constraint(
        "CHECK(partner_a_id < partner_b_id)", "A pair names the older customer first."
    )

    @api.depends("codes")
    @api.depends_context("lang")
    def _compute_reasons(self):
        words = dict(self._fields["reason"]._description_selection(self.env))
        for pair in self:
            codes = (pair.codes or "").split(",")
            pair.reasons = ", ".join(words[code] for code in codes if code in words)

    @api.depends("reason", "value")
    def _compute_match(self):
        hidden = self.filtered(lambda pair: pair.reason == "id_number").partner_a_id
        # sudo: only to mask it; one query for all.
        hidden.sudo().fetch(["id_number_encrypted"])
        for pair in self:
            secret = pair.reason == "id_number"
            pair.match = pair.partner_a_id._id_number_masked() if secret else pair.value

    @api.depends("partner_a_id", "partner_b_id")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = " / ".join(
                partner.display_name or "" for partner in (pair.partner_a_id, pair.partner_b_id)
            )

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.user.has_groups(DECIDERS):
            raise AccessError(
                self.env._(
                    "You read the possible duplicates only. Ask the customers' dealer or the "
                    "call centre to decide."
                )
            )

    def action_merge(self):
        """Open the merge wizard with the customers of these pairs.

        :raise UserError: when they are more than the wizard merges at once
        """
        self._check_may_decide()
        partners = self.partner_a_id | self.partner_b_id
        if len(partners) > _MOST_MERGED:
            raise UserError(
                self.env._(
                    "At most %s customers are merged at once. Choose fewer pairs.", _MOST_MERGED
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge"),
            "res_model": "base.partner.merge.automatic.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                **self.env.context,
                "active_model": "res.partner",
                "active_ids": partners.ids,
            },
        }

    def action_not_duplicate(self):
        """Remember for good that these are different customers."""
        self._decide("rejected")

    def action_reopen(self):
        """Take the decision back."""
        self._decide("open")

    def _decide(self, state):
        self._check_may_decide()
        rejected = state == "rejected"
        # sudo: nobody writes the list by hand; the right to decide has been checked.
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": rejected and self.env.uid,
                "decided_on": rejected and fields.Datetime.now(),
            }
        )

    @api.model
    def _prove(self, partners):
        """Whether each of ``partners`` is held together with the others by an open, strong pair.

        None of them may belong to a user, whose rights a merge would hand over.
        """
        # sudo: whether there is a user decides, not whether it is in sight.
        if partners.sudo().with_context(active_test=False).user_ids:
            return False
        pairs = self.search(
            [
                ("partner_a_id", "in", partners.ids),
                ("partner_b_id", "in", partners.ids),
                ("state", "=", "open"),
                ("reason", "not in", list(WEAK)),
            ]
        )
        return len(partners) > 1 and pairs.partner_a_id | pairs.partner_b_id == partners

    @api.model
    def action_refresh(self):
        """Search for duplicates and suspicious data now.

        :raise AccessError: for whoever may not; the nightly job does it for them
        :raise UserError: when another search is under way
        """
        if not self.env.su and not self.env.user.has_groups(REFRESHERS):
            raise AccessError(
                self.env._(
                    "The list is renewed every night. To have it renewed now, ask the dealer's "
                    "manager or the call centre."
                )
            )
        # sudo: the list is the same for all; what each sees of it the rules say.
        candidates = self.sudo()
        if not candidates._lock_search():
            raise UserError(
                self.env._("A search is under way. Look again in a minute; nothing else is needed.")
            )
        candidates._refresh()
        self.env["crm.suspicious.data"].sudo()._refresh()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
