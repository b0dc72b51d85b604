from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# In the context of a write that the file makes itself; no caller from outside can forge it.
_STEP = object()
# What only granting, lowering and expiring write.
_OWN = {
    "limit", "valid_until", "class_id", "assessment_id", "application_id", "granted_on",
    "overrun_told",
}  # fmt: skip
# What a limit stands on: it goes with it.
_GROUNDS = ["valid_until", "class_id", "assessment_id", "application_id", "granted_on"]
REVIEW = "crm_dealer_grading.mail_activity_type_credit_review"


class CrmCreditFile(models.Model):
    """What a customer may owe a company, until when, and on what grounds (K3).

    Amounts are in the company's currency. One file a customer and company; branches share that
    of their company. The limit is the ERP's own ``credit_limit`` too: both are written together.
    """

    _name = "crm.credit.file"
    _description = "Credit File"
    _inherit = [
        "crm.credit.subject", "crm.dealer.scope", "mail.thread", "mail.activity.mixin",
    ]  # fmt: skip
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    limit = fields.Monetary(string="Credit Limit", readonly=True, tracking=True, copy=False)
    valid_until = fields.Date(
        readonly=True,
        tracking=True,
        copy=False,
        help="The last day; then the limit falls to the company's default.",
    )
    granted_on = fields.Date(readonly=True, copy=False)
    class_id = fields.Many2one(
        "crm.credit.class", string="Credit Class", readonly=True, copy=False, ondelete="restrict"
    )
    policy = fields.Text(related="class_id.policy")
    assessment_id = fields.Many2one(
        "crm.credit.assessment",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The score behind the limit.",
    )
    application_id = fields.Many2one(
        "crm.credit.application",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The papers and signatures behind the limit.",
    )
    controller_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        tracking=True,
        ondelete="set null",
        help="Gets the to-dos of this customer.",
    )
    note = fields.Text()
    active = fields.Boolean(default=True)
    change_ids = fields.One2many("crm.credit.limit.change", "file_id", string="History")

    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "The customer has a credit file with this company."
    )
    _valid_until_idx = models.Index("(valid_until) WHERE valid_until IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        """A new file holds what the ERP holds for the customer: the limit comes by a grant."""
        files = super().create(vals_list)
        for company, ours in files.grouped("company_id").items():
            for file in ours.with_company(company).sudo():  # the file's own figure
                if limit := file.partner_id.credit_limit:
                    reason = self.env._("Held by the ERP when the file was opened.")
                    file._change_limit(limit, "erp", reason)
        return files

    @api.model
    def _own_fields(self):
        return super()._own_fields() | _OWN

    def write(self, vals):
        if self.env.context.get("credit_file_step") is not _STEP:
            self.check_access("write")
            if (_OWN | {"partner_id", "company_id", "dealer_id", "change_ids"}) & vals.keys():
                raise UserError(
                    self.env._(
                        "A limit is not written: file a credit application, or lower it with the "
                        "button on the credit file."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_granted(self):
        if self.sudo().change_ids:
            raise UserError(
                self.env._("A credit file with a history is kept. Archive it instead.")
            )

    @api.model
    def _open(self, partners, company):
        """Return the files of the customers ``partners`` at ``company``, opened where missing."""
        partners, company = partners.commercial_partner_id, company._credit_company()
        files = self.with_context(active_test=False).search(
            [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        )
        files = files.with_env(self.env)  # of their to-dos, the open ones
        missing = partners - files.partner_id
        return files | self.create(
            [{"partner_id": partner.id, "company_id": company.id} for partner in missing]
        )

    def _grant(self, amount, valid_until, reason, application=None, assessment=None):
        """Give the customer a limit of ``amount`` (company currency) until ``valid_until`` (K3).

        The caller has checked papers, score and signatures.
        """
        self.ensure_one()
        vals = {"valid_until": valid_until, "granted_on": self._today(), "active": True}
        if application:
            vals["application_id"] = application.id
        if assessment:
            vals.update(class_id=assessment.class_id.id, assessment_id=assessment.id)
        self._change_limit(amount, "application", reason, vals)
        self._plan_review()

    def _change_limit(self, amount, source, reason, vals=None):
        """The one place where a limit changes: file, ERP and history together."""
        self.env["crm.credit.turn"]._take_of(self)
        for file in self:
            old = file.limit
            file.sudo().with_context(credit_file_step=_STEP).write(
                {**(vals or {}), "limit": amount}
            )
            file._write_limit_of_erp()
            self.env["crm.credit.limit.change"].sudo().create(
                {
                    "file_id": file.id,
                    "partner_id": file.partner_id.id,
                    "dealer_id": file.dealer_id.id,
                    "company_id": file.company_id.id,
                    "old_limit": old,
                    "new_limit": amount,
                    "valid_until": file.valid_until,
                    "source": source,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
            )

    def _write_limit_of_erp(self):
        """The ERP holds the file's limit as well, for its own screens."""
        # sudo: the right to the step replaces that to accounting's fields.
        partner = self.sudo().partner_id.with_company(self.company_id)
        partner.with_context(credit_file_step=_STEP).credit_limit = self.limit

    def _plan_review(self):
        """A to-do before the limit ends; the former one goes."""
        self.activity_unlink([REVIEW])
        for file in self.filtered("valid_until"):
            days = relativedelta(days=file.company_id.credit_review_days)
            file.activity_schedule(
                REVIEW,
                date_deadline=max(file.valid_until - days, file._today()),
                user_id=file._controller().id,
            )

    @api.model
    def _of(self, partners, company):
        """``{customer: file}`` of the customers that have one at ``company``."""
        # An archived file is out of the lists, not out of force.
        files = self.with_context(active_test=False).search_fetch(
            [("partner_id", "in", partners.ids), ("company_id", "=", company._credit_company().id)],
            ["partner_id", "limit", "valid_until", "company_id", "class_id", "controller_id"],
        )
        return {file.partner_id: file for file in files.with_env(self.env)}

    def _take_over(self, others, partner):
        """The histories of ``others`` join this file, which is ``partner``'s from now on.

        So does a limit that was granted, where this file was only opened.
        """
        self.ensure_one()
        self.env["crm.credit.limit.change"].sudo().search([("file_id", "in", others.ids)]).write(
            {"file_id": self.id}
        )
        step = self.with_context(credit_file_step=_STEP)
        step.partner_id = partner
        if others:
            holding = self if self.granted_on else others._lowest_granted() or self
            names = ", ".join(others.partner_id.mapped("name"))
            self._change_limit(
                holding.limit,
                "merge",
                self.env._("Merged with %(customers)s.", customers=names),
                {name: holding[name] for name in _GROUNDS},
            )
            if holding != self:
                self._plan_review()
        self._write_limit_of_erp()
        others.with_context(credit_file_step=_STEP)._drop()

    def _drop(self):
        """Remove files whose history another one has taken over."""
        self.flush_recordset()
        self.invalidate_recordset(["change_ids"])
        return self.unlink()

    def _controller(self):
        """Who gets the to-dos; may be nobody."""
        return self.controller_id or self.company_id.sudo().credit_controller_id

    def _today(self):
        return self.company_id._today_here()
