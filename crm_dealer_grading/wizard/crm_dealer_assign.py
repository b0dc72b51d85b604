from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.notification import CLOSE, notification

ASSIGNED = ("res.partner", "crm.lead", "crm.vehicle")
_MAY_ASSIGN = "crm_dealer_grading.group_dealer_manager,crm_dealer_grading.group_oem_manager"


class CrmDealerAssign(models.TransientModel):
    """Gives chosen customers, leads or vehicles to a dealer, all or none (P2)."""

    _name = "crm.dealer.assign"
    _description = "Assign Dealer"

    dealer_id = fields.Many2one("crm.dealer", required=True, ondelete="cascade")
    allowed_dealer_ids = fields.Many2many("crm.dealer", compute="_compute_allowed_dealer_ids")
    reason = fields.Char(required=True, help="Kept in the chatter of each record.")
    res_model = fields.Selection("_select_models", string="Records", required=True)
    res_ids = fields.Json(string="Chosen Records")
    record_count = fields.Integer(compute="_compute_record_count")

    @api.model
    def _select_models(self):
        models_ = self.env["ir.model"].sudo()  # for the names, in the user's language
        return [(name, models_._get(name).name) for name in ASSIGNED]

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if "res_ids" in fields_list and context.get("active_model") in ASSIGNED:
            values["res_model"] = context["active_model"]
            values["res_ids"] = context.get("active_ids") or []
        return values

    @api.depends_context("uid")
    def _compute_allowed_dealer_ids(self):
        user = self.env.user
        everybody = self.env["crm.dealer"].search([("id", "!=", False)])
        dealers = user._own_dealers() if user.dealer_scoped else everybody
        self.allowed_dealer_ids = dealers

    @api.depends("res_ids")
    def _compute_record_count(self):
        for assign in self:
            assign.record_count = len(assign.res_ids or [])

    def _records(self):
        ids = [number for number in self.res_ids or [] if isinstance(number, int)]
        return self.env[self.res_model].browse(ids).exists()

    def action_assign(self):
        """Move what may be moved and tell how many, and which were left and why.

        A customer's open leads and vehicles move along. Either every record that passes the
        checks is moved or, where the ERP refuses one of them, none is.
        """
        self.ensure_one()
        if not self.env.user.has_groups(_MAY_ASSIGN):
            raise AccessError(
                self.env._("Ask your manager or the manufacturer's manager to assign dealers.")
            )
        records = self._records()
        if not records:
            raise UserError(self.env._("Choose the records in the list first."))
        refused = self._refusals(records)
        moved = records.browse(record.id for record in records if record.id not in refused)
        if moved:
            self._move(moved)
        return self._tell(moved, refused)

    def _refusals(self, records):
        """``{record id: why it stays}``; extend to refuse more."""
        refused = {}
        writable = records._filtered_access("write")
        own = self.env.user._own_dealers() if self.env.user.dealer_scoped else None
        for record in records:
            # sudo: whose record it is decides, also where that dealer is out of sight.
            dealer = record.sudo().dealer_id
            if record not in writable:
                refused[record.id] = self.env._("not yours to change")
            elif dealer == self.dealer_id:
                refused[record.id] = self.env._("is this dealer's already")
            elif own is not None and dealer and dealer not in own:
                refused[record.id] = self.env._("is another dealer's")
            elif record._name == "res.partner" and record.commercial_partner_id != record:
                refused[record.id] = self.env._("is a contact of a company: assign the company")
        return refused

    def _move(self, records):
        records.write({"dealer_id": self.dealer_id.id})
        body = self.env._(
            "Assigned to %(dealer)s: %(reason)s", dealer=self.dealer_id.name, reason=self.reason
        )
        # After handing a record over the user may not see it any more; the move itself was
        # checked, and the note is part of it.
        records.sudo()._message_log_batch(
            bodies=dict.fromkeys(records.ids, body),
            author_id=self.env.user.partner_id.id,
        )

    def _tell(self, moved, refused):
        lines = [
            self.env._(
                "%(count)s assigned to %(dealer)s.", count=len(moved), dealer=self.dealer_id.name
            )
        ]
        by_reason = {}
        for record_id, why in refused.items():
            by_reason.setdefault(why, []).append(record_id)
        for why, ids in by_reason.items():
            lines.append(self.env._("%(count)s left: %(why)s.", count=len(ids), why=why))
        kind = "warning" if refused else "success"
        return notification(" ".join(lines), kind, then=CLOSE, sticky=bool(refused))
