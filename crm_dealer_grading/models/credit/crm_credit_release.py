from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# In the context of the writes that use or revoke a release; no caller from outside can forge it.
_STEP = object()
_OWN = {"granted_by_id", "used_on", "used_by_id", "used_order_id", "used_move_id", "revoked_on"}


class CrmCreditRelease(models.Model):
    """A credit controller's word for one document over the limit (K4), used up once."""

    _name = "crm.credit.release"
    _description = "Credit Release"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company._credit_company(),
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="set null")
    amount = fields.Monetary(
        string="Over the Limit by at Most",
        required=True,
        help="How far the customer may be over the limit, the released document included.",
    )
    valid_until = fields.Date(required=True, default=lambda self: self._default_valid_until())
    reason = fields.Text(required=True)
    order_id = fields.Many2one(
        "sale.order", string="Only for Order", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Only for Invoice", index="btree_not_null", ondelete="set null"
    )
    granted_by_id = fields.Many2one(
        "res.users", string="Released By", readonly=True, ondelete="restrict"
    )
    used_on = fields.Datetime(readonly=True, copy=False)
    used_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    used_order_id = fields.Many2one(
        "sale.order", string="Used for Order", readonly=True, ondelete="restrict"
    )
    used_move_id = fields.Many2one(
        "account.move", string="Used for Invoice", readonly=True, ondelete="restrict"
    )
    revoked_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("used", "Used"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Say how far over the limit, above 0."
    )
    _open_idx = models.Index(
        "(partner_id, company_id) WHERE used_on IS NULL AND revoked_on IS NULL"
    )

    @api.model
    def _default_valid_until(self):
        return fields.Date.context_today(self) + timedelta(days=7)

    @api.depends("used_on", "revoked_on", "valid_until")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for release in self:
            if release.used_on:
                release.state = "used"
            elif release.revoked_on:
                release.state = "revoked"
            elif release.valid_until and release.valid_until < today:
                release.state = "expired"
            else:
                release.state = "open"

    @api.model_create_multi
    def create(self, vals_list):
        releases = super().create([self._whole_vals(vals) for vals in vals_list])
        for release in releases:
            document = release.order_id or release.move_id
            if document and document.sudo()._credit_partner() != release.partner_id:
                raise UserError(
                    self.env._("%(document)s is not invoiced to %(customer)s.",
                               document=document.name, customer=release.partner_id.name)
                )  # fmt: skip
        return releases

    @api.model
    def _whole_vals(self, vals):
        partner = self.env["res.partner"].browse(vals.get("partner_id")).commercial_partner_id
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        return {
            **{name: value for name, value in vals.items() if name not in _OWN},
            **dict.fromkeys(_OWN, False),
            "partner_id": partner.id,
            "company_id": company._credit_company().id,
            "dealer_id": partner.sudo().dealer_id.id,  # who may read it, not what it says
            "granted_by_id": self.env.uid,
        }

    def write(self, vals):
        """A word once given stands as it is: it is used, it ends, or it is revoked."""
        message_fields = {name for name in vals if name.startswith(("message_", "activity_"))}
        if vals.keys() - message_fields and self.env.context.get("release_step") is not _STEP:
            raise UserError(
                self.env._("A release is not changed. Revoke it and give another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Releases are kept. Revoke one that shall not be used."))

    def action_revoke(self):
        """Take the word back, as long as nobody has used it."""
        self.check_access("write")
        self.env["crm.credit.turn"]._take_of(self)
        used = self.filtered("used_on")
        if used:
            raise UserError(
                self.env._(
                    "The release for %(customer)s was used already; cancel the document instead.",
                    customer=used[0].partner_id.name,
                )
            )
        self.with_context(release_step=_STEP).write({"revoked_on": fields.Datetime.now()})

    @api.model
    def _find(self, over, taken):
        """The release, not one of ``taken``, for ``over``: its own first, then the smallest."""
        company = over.company
        field = "order_id" if over.document._name == "sale.order" else "move_id"
        domain = (
            Domain("partner_id", "=", over.partner.id)
            & Domain("company_id", "=", company.id)
            & Domain("used_on", "=", False)
            & Domain("revoked_on", "=", False)
            & Domain("valid_until", ">=", company._today_here())
            & Domain("amount", ">=", over.excess)
            & Domain("id", "not in", taken.ids)
            & (
                Domain(field, "=", over.document.id)
                | (Domain("order_id", "=", False) & Domain("move_id", "=", False))
            )
        )
        # sudo: that a release exists is what counts, not who may read it.
        found = self.sudo().search(domain)
        return found.sorted(lambda release: (not release[field], release.amount, release.id))[:1]

    def _use(self, document):
        """Use the release up for ``document``; the caller holds the customer's turn."""
        field = "used_order_id" if document._name == "sale.order" else "used_move_id"
        self.with_context(release_step=_STEP).write(
            {
                "used_on": fields.Datetime.now(),
                "used_by_id": self.env.uid,
                field: document.id,
            }
        )
