from odoo import api, fields, models

DEALER_USER = "crm_dealer_grading.group_dealer_user"
AUDITOR = "crm_dealer_grading.group_oem_auditor"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"
# Any role of the suite.
ROLE = "crm_dealer_grading.group_access"
# Who may edit a dealer's customer data although the auditor's role is among theirs.
EDITORS = (
    OEM_MANAGER,
    "crm_dealer_grading.group_call_centre",
    DEALER_USER,
)


class ResUsers(models.Model):
    _inherit = "res.users"

    dealer_ids = fields.Many2many(
        "crm.dealer",
        "crm_dealer_user_rel",
        "user_id",
        "dealer_id",
        string="Dealers",
        help="A user with a dealer role sees the customers of these dealers and no others. "
        "It has no effect on other users.",
    )
    dealer_scoped = fields.Boolean(
        string="Own Dealers Only",
        compute="_compute_dealer_scope",
        help="The user has a dealer role: sees the own dealers' customers only, "
        "whatever other rights the user has.",
    )
    dealer_read_only = fields.Boolean(
        string="Dealer Data Read-Only",
        compute="_compute_dealer_scope",
        help="The user audits dealers: reads every dealer's customer data and edits none.",
    )

    @api.depends("all_group_ids")
    def _compute_dealer_scope(self):
        """Roles as the record rules ask for them (spec §0)."""
        # Rules ask for this on every first search of a user: answered without a query.
        ref = self.env["res.groups"]._get_group_definitions().get_id
        dealer, auditor = ref(DEALER_USER), ref(AUDITOR)
        editors = {ref(group) for group in EDITORS}
        for user in self:
            mine = user.id == self.env.uid  # whose groups are kept from request to request
            # sudo: of others' roles it is only told whether they are these.
            groups = set(user._get_group_ids() if mine else user.sudo().all_group_ids.ids)
            user.dealer_scoped = dealer in groups
            user.dealer_read_only = auditor in groups and not editors & groups

    def _default_dealer(self):
        """The dealer that new records of the user belong to; none for users without a scope."""
        return self._own_dealers()[:1]

    def _own_dealers(self):
        """The dealers of a scoped user, those of the current company first; else none."""
        if not self or not self.has_group(DEALER_USER):
            return self.env["crm.dealer"]
        # The user's own list, needed even while the dealer's company is not selected.
        dealers = self.sudo().with_context(active_test=True).dealer_ids
        shared = dealers.filtered(lambda d: not d.company_id)
        here = dealers.filtered(lambda d: d.company_id == self.env.company)
        return (here | shared | dealers).sudo(False)

    def _get_invalidation_fields(self):
        return super()._get_invalidation_fields() | {"dealer_ids"}

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "dealer_ids", "dealer_scoped"]
