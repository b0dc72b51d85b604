from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCreditPaper(models.Model):
    """A stamped copy that is filed with an application (K2)."""

    _name = "crm.credit.paper"
    _description = "Credit Paper"
    _order = "application_id, type_id, id"
    _rec_name = "type_id"

    application_id = fields.Many2one(
        "crm.credit.application", required=True, index=True, ondelete="cascade"
    )
    # The rules on papers compare these, also where an attachment is read or replaced.
    dealer_id = fields.Many2one(related="application_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="application_id.company_id", store=True, index=True)
    state = fields.Selection(
        related="application_id.state", store=True, string="State of Application"
    )
    partner_id = fields.Many2one(related="application_id.partner_id")
    type_id = fields.Many2one(
        "crm.credit.paper.type", string="Paper", required=True, index=True, ondelete="restrict"
    )
    document = fields.Binary(string="Copy", attachment=True)
    document_name = fields.Char(string="File Name")
    stamped = fields.Boolean(help="The copy bears the company's seal.")
    valid_until = fields.Date(
        string="Inspected/Valid Until", help="Last day on which the paper counts."
    )
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue")
    remark = fields.Char()

    @api.depends("valid_until")
    def _compute_is_overdue(self):
        for paper in self:
            until = paper.valid_until
            paper.is_overdue = bool(until and until < paper.application_id._today())

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers._check_editable()
        return papers

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        self._check_editable()
        return result

    def unlink(self):
        self._check_editable()
        return super().unlink()

    def _check_editable(self):
        """Papers change with the draft they belong to, by those who may write it."""
        applications = self.application_id
        applications.check_access("write")
        if any(application.state != "draft" for application in applications):
            raise UserError(
                self.env._(
                    "The papers of a submitted application stay as they are. Have it refused, or "
                    "recall it, then change them."
                )
            )
        applications._note_editor()

    def _faults(self):
        """What keeps the paper from counting, in words; empty when it counts."""
        self.ensure_one()
        kind, faults = self.type_id, []
        if not self.document:
            faults.append(self.env._("attach the copy"))
        if kind.needs_stamp and not self.stamped:
            faults.append(self.env._("have it stamped"))
        if kind.needs_date and not self.valid_until:
            faults.append(self.env._("enter until when it was inspected or is valid"))
        elif self.is_overdue:
            faults.append(self.env._("it is overdue: attach a current one"))
        return faults
