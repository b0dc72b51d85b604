import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ...tools.dialog import ask
from ...tools.steps import take
from .crm_credit_guard import Overdrawn

_logger = logging.getLogger(__name__)
# In the context of the writes of the credit check; no caller from outside can forge it.
_STEP = object()
HELD = "crm_dealer_grading.mail_activity_type_credit_hold"


class CrmCreditHold(models.Model):
    """A document that waits for a credit controller (K4): what stopped it, and what became of it.

    Written by the credit check; amounts are in the company's currency, as on the day it stopped.
    """

    _name = "crm.credit.hold"
    _description = "Held Document"
    _inherit = ["crm.credit.subject", "crm.credit.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    credit_mode = fields.Selection(related="company_id.credit_mode")
    asked_by_id = fields.Many2one("res.users", string="Stopped For", ondelete="set null")
    is_waiting = fields.Boolean(compute="_compute_is_waiting", compute_sudo=True)
    reason = fields.Text(compute="_compute_reason")
    limit = fields.Monetary(string="Credit Limit")
    amount = fields.Monetary(string="Document Amount")
    excess = fields.Monetary(string="Over the Limit by")
    state = fields.Selection(
        [
            ("open", "Held"),
            ("done", "Gone Through"),
            ("refused", "Refused"),
            ("dropped", "Given Up"),
        ],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )

    _one_document = models.Constraint(
        "CHECK((order_id IS NULL) <> (move_id IS NULL))", "A hold is about one document."
    )
    _open_order_uniq = models.UniqueIndex("(order_id) WHERE state = 'open'")
    _open_move_uniq = models.UniqueIndex("(move_id) WHERE state = 'open'")

    @api.depends("order_id", "move_id")
    def _compute_display_name(self):
        for hold in self:
            document = hold.sudo()._document()  # its number, to who may read the hold
            hold.display_name = document.name or self.env._("Draft Invoice")

    @api.depends("order_id.state", "move_id.state")
    def _compute_is_waiting(self):
        """Whether the document waits as a whole, and not a change of one that is confirmed."""
        for hold in self:
            hold.is_waiting = hold._document().state in ("draft", "sent")

    @api.depends_context("lang")
    @api.depends("limit", "amount", "excess")
    def _compute_reason(self):
        """In the reader's language, not in that of whoever was stopped."""
        for hold in self:
            hold.reason = self.env["crm.credit.guard"]._in_words(hold._overdrawn())

    def _overdrawn(self):
        """The document and its figures, as the check stopped it."""
        self.ensure_one()
        return Overdrawn(
            document=self._document(),
            partner=self.partner_id,
            company=self.company_id,
            limit=self.limit,
            amount=self.amount,
            excess=self.excess,
        )

    def write(self, vals):
        """What stopped a document is told by the check alone; people plan and talk about it."""
        told = {name for name in vals if not name.startswith(("message_", "activity_"))}
        if told and self.env.context.get("credit_hold_step") is not _STEP:
            raise AccessError(
                self.env._("Held documents are written by the credit check. Release or retry them.")
            )
        return super().write(vals)

    # -- Recording -------------------------------------------------------------------------

    @api.model
    def _record_after_rollback(self, refused):
        """Record the holds once the refused change is undone, in a transaction of their own.

        Where the refusal is caught and the work goes on, the catcher records them itself.
        """
        registry, uid = self.env.registry, self.env.uid
        lang = self.env.context.get("lang")
        found = [self._vals(over) for over in refused if isinstance(over.document.id, int)]

        def record():
            try:
                with registry.cursor() as cursor:
                    env = api.Environment(cursor, uid, {"lang": lang})
                    env[self._name].sudo()._record(found)
            except Exception:
                # The refusal itself stands; the caller must get it and nothing else.
                _logger.exception("A held document could not be recorded")

        self.env.cr.postrollback.add(record)

    @api.model
    def _record_refusal(self, refusal):
        """Record what a caught refusal is about; the caller's work goes on."""
        # sudo: a customer who signed, or a job, keeps no list of held documents itself.
        self.sudo()._record([self._vals(over) for over in refusal.overdrawn])

    @api.model
    def _vals(self, over):
        document = over.document.sudo()
        return {
            self._document_field(document): document.id,
            "partner_id": over.partner.id,
            "company_id": over.company.id,
            "dealer_id": document.dealer_id.id,
            "asked_by_id": self.env.uid,
            "limit": over.limit,
            "amount": over.amount,
            "excess": over.excess,
        }

    @api.model
    def _whole_vals(self, vals):
        """The dealer is the document's: the one that waits, who may serve another's customer."""
        return {**super()._whole_vals(vals), "dealer_id": vals.get("dealer_id")}

    @api.model
    def _record(self, vals_list):
        """Open a hold, or renew the open one, for each document that still exists."""
        for vals in vals_list:
            document = self._document_of_vals(vals)
            if not document:
                continue
            field = self._document_field(document)
            hold = self.search([(field, "=", document.id), ("state", "=", "open")])
            if hold:
                hold.with_context(credit_hold_step=_STEP).write(vals)
                continue
            hold = self.create(vals)
            document.message_post(
                body=hold.reason + " " + self.env["crm.credit.guard"]._way_out(hold.company_id),
                subtype_xmlid="mail.mt_note",
            )
            hold._ask_controller()

    def _ask_controller(self):
        """A to-do for the credit controller; unassigned where nobody is named."""
        file = self.env["crm.credit.file"]._of(self.partner_id, self.company_id)
        file = file.get(self.partner_id, self.env["crm.credit.file"])
        controller = file._controller() or self.company_id.credit_controller_id
        summary = f"{self.display_name} {self.partner_id.name}"
        self.activity_schedule(HELD, user_id=controller.id, summary=summary)

    @api.model
    def _close(self, documents, state):
        """The documents went through, or were given up."""
        field = self._document_field(documents)
        self.flush_model(["state", field])
        # Every document that is confirmed asks, and hardly one is held.
        query = SQL(
            "SELECT id FROM crm_credit_hold WHERE %s = ANY(%s) AND state = 'open'",
            SQL.identifier(field),
            documents.ids,
        )
        if found := self.env.execute_query(query):
            # sudo: whoever moves the document on; the hold follows it.
            holds = self.sudo().browse(number for [number] in found)
            holds.activity_unlink([HELD])
            holds.with_context(credit_hold_step=_STEP).write({"state": state})

    # -- What a controller does ------------------------------------------------------------

    def action_release(self):
        """Ask how far and why; then the document goes through (``crm.credit.release.wizard``)."""
        self.ensure_one()
        self._check_release_counts()
        return ask("crm.credit.release.wizard", self.env._("Release"), hold_id=self.id)

    def action_retry(self):
        """Try once more, e.g. after a payment came in."""
        self._check_controller()
        for hold in self.filtered(lambda hold: hold.state == "open"):
            hold._move_on()

    def _move_on(self):
        """Confirm or post the document; the credit check has the last word."""
        if not self.is_waiting:
            raise UserError(
                self.env._(
                    "%(document)s is confirmed already; a change of it was stopped. Release it, "
                    "or make room, and ask %(user)s to make the change again.",
                    document=self.display_name,
                    user=self.asked_by_id.sudo().name or self.env._("the salesperson"),
                )
            )
        # sudo: a controller sells nothing, but lets go on what waited only for the credit.
        document = self.sudo()._document()
        if document._name == "sale.order":
            # A customer who ordered without us is told by e-mail, as the ERP does then.
            by_customer = self.sudo().asked_by_id.share
            document.with_context(send_email=by_customer).action_confirm()
        else:
            document.action_post()

    def _check_release_counts(self):
        """:raise UserError: the company lets no release through, or the document waits no more"""
        if self.state != "open" or self.credit_mode != "release":
            raise UserError(
                self.env._(
                    "%(document)s is not let through by a release: try it again, have receivables "
                    "paid, or file a credit application for a higher limit.",
                    document=self.display_name,
                )
            )
        self._check_not_released()

    def _check_not_released(self):
        """:raise UserError: a release that covers it was given, and nobody has used it yet"""
        for hold in self.filtered(lambda hold: hold.credit_mode == "release"):
            release = self.env["crm.credit.release"]._given_for(hold)
            if release:
                raise UserError(
                    self.env._(
                        "%(document)s was released already by %(user)s, until %(date)s. Try it "
                        "again, or revoke that release and decide anew.",
                        document=hold.display_name,
                        user=release.granted_by_id.name,
                        date=format_date(self.env, release.valid_until),
                    )
                )

    def _take(self):
        """Let no other decision on these be made until the transaction ends.

        The credit first, as whoever confirms a document does: one waits for the other, not both.
        """
        self.env["crm.credit.turn"]._take_of(self)
        take(self)

    def _check_controller(self):
        if not self.env.user.has_group("crm_dealer_grading.group_credit_controller"):
            raise AccessError(
                self.env._("Only a credit controller decides on held documents. Ask one of them.")
            )
        self.check_access("write")

    def action_open_document(self):
        self.ensure_one()
        document = self._document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
