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
    _inherit = ["crm.credit.subject", "crm.credit.document", "mail.thread"]
    _order = "id desc"
    _rec_name = "partner_id"

    amount = fields.Monetary(
        string="Over the Limit by at Most",
        required=True,
        help="How far the customer may be over the limit, the released document included.",
    )
    valid_until = fields.Date(required=True, default=lambda self: self._default_valid_until())
    reason = fields.Text(required=True)
    order_id = fields.Many2one(string="Only for Order", ondelete="set null")
    move_id = fields.Many2one(string="Only for Invoice", ondelete="set null")
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
        search="_search_state",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Say how far over the limit, above 0."
    )
    _open_idx = models.Index(
        "(partner_id, company_id) WHERE used_on IS NULL AND revoked_on IS NULL"
    )

    @api.model
    def _default_valid_until(self):
        return self.env.company._credit_company()._today_here() + timedelta(days=7)

    @api.depends("used_on", "revoked_on", "valid_until")
    def _compute_state(self):
        for release in self:
            if release.used_on:
                release.state = "used"
            elif release.revoked_on:
                release.state = "revoked"
            elif release.valid_until and release.valid_until < release.company_id._today_here():
                release.state = "expired"
            else:
                release.state = "open"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        free = Domain("used_on", "=", False) & Domain("revoked_on", "=", False)
        ended = self.env["crm.credit.file"]._credit_companies()._over_domain("valid_until")
        domains = {
            "used": Domain("used_on", "!=", False),
            "revoked": Domain("used_on", "=", False) & Domain("revoked_on", "!=", False),
            "expired": free & ended,
            "open": free & ~ended,
        }
        return Domain.OR(domains[state] for state in value if state)

    @api.model_create_multi
    def create(self, vals_list):
        releases = super().create(vals_list)
        for release in releases:
            document = release._document()
            if document and document.sudo()._credit_partner() != release.partner_id:
                raise UserError(
                    self.env._("%(document)s is not invoiced to %(customer)s.",
                               document=document.name, customer=release.partner_id.name)
                )  # fmt: skip
        return releases

    @api.model
    def _own_fields(self):
        return super()._own_fields() | _OWN

    @api.model
    def _whole_vals(self, vals):
        return {**super()._whole_vals(vals), "granted_by_id": self.env.uid}

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
        field = self._document_field(over.document)
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

    @api.model
    def _given_for(self, hold):
        """A release, still open, that was given for the document of ``hold`` and covers it."""
        document = hold._document()
        # sudo: that a release exists is what counts, not who may read it.
        return self.sudo().search(
            [
                (self._document_field(document), "=", document.id),
                ("state", "=", "open"),
                ("amount", ">=", hold.excess),
            ],
            limit=1,
        )

    @api.model
    def _revoke_for(self, hold):
        """Take back what was given for the document of ``hold`` and nobody has used."""
        document = hold._document()
        domain = [(self._document_field(document), "=", document.id), ("state", "=", "open")]
        # sudo: who may refuse the document may take the word for it back.
        self.sudo().search(domain).action_revoke()

    def _use(self, over):
        """Use the release up for a document; the caller holds the customer's turn."""
        document = over.document
        # sudo: what was released is no news, whoever sells.
        file = self.env["crm.credit.file"].sudo()._of(over.partner, over.company).get(over.partner)
        if file and file.overrun_told < over.excess:
            file._know_overrun(over.excess)
        self.with_context(release_step=_STEP).write(
            {
                "used_on": fields.Datetime.now(),
                "used_by_id": self.env.uid,
                f"used_{self._document_field(document)}": document.id,
            }
        )
