"""The steps of a verification: draft → drawn → done (S9)."""

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .crm_audit_guard import STEP

_STEP_FIELDS = {
    "name", "state", "population", "size", "drawn_on", "done_on", "line_ids", "open_count",
    "right_count", "wrong_count", "unchecked_count", "fake_count", "accuracy",
}  # fmt: skip
_DRAFT_FIELDS = {
    "dealer_id", "company_id", "agent_ids", "date_from", "date_to", "design", "margin",
    "expected_share", "max_wrong", "accept_number", "seed",
}  # fmt: skip
# Ticks of a vehicle, and the piece of the customer's data that the call centre verifies.
_CUSTOMER_DATA = {"wrong_name": "name", "wrong_phone": "phone"}


class CrmAuditSample(models.Model):
    _inherit = "crm.audit.sample"

    # ------------------------------------------------------------ who writes

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.audit"]._check_audits()
        given = {"state": "draft", "drawn_on": False, "done_on": False, "line_ids": []}
        plain = [{k: v for k, v in vals.items() if k not in _STEP_FIELDS} for vals in vals_list]
        samples = super().create([{**vals, **given, "name": "/"} for vals in plain])
        for sample in samples:
            sequence = self.env["ir.sequence"].sudo().with_company(sample.company_id)
            sample._store({"name": sequence.next_by_code("crm.audit.sample")})
        return samples

    def write(self, vals):
        if self.env.context.get("crm_audit_step") is not STEP:
            if _STEP_FIELDS & vals.keys():
                raise AccessError(self.env._("A verification is drawn and ended by its buttons."))
            if _DRAFT_FIELDS & vals.keys() and any(s.state != "draft" for s in self.sudo()):
                raise UserError(
                    self.env._(
                        "The vehicles are drawn: what they were drawn by stays. Cancel the "
                        "verification and make another one."
                    )
                )
            if {"audit_id", "user_id", "active"} & vals.keys() or _DRAFT_FIELDS & vals.keys():
                self.env["crm.audit"]._check_audits()
        return super().write(vals)

    def _store(self, vals):
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_audit_step=STEP).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(sample.state != "draft" for sample in self):
            raise UserError(self.env._("Only drafts are deleted. Cancel the verification instead."))

    # ------------------------------------------------------------ steps

    def _begin_step(self, *states):
        """The sample with all rights, its row taken; whoever comes second is repeated.

        :raise AccessError: by anybody but auditors and managers of the manufacturer
        :raise UserError: the sample is in none of ``states``
        """
        self.ensure_one()
        self.env["crm.audit"]._check_audits()
        self.check_access("write")
        take(self)
        sample = self.sudo()  # sudo: the right to the step was checked
        check_at(sample, states)
        return sample

    def action_draw(self):
        """Draw the vehicles, once; the list stays."""
        sample = self._begin_step("draft")
        population, size = sample._draw_lines()
        sample._store(
            {
                "state": "drawn",
                "drawn_on": sample.company_id._today_here(),
                "population": population,
                "size": size,
            }
        )
        sample.modified(["line_ids"])  # the lines were written by a statement
        return True

    def action_done(self):
        """End it: the result counts, wrong data are told, faked ones are confirmed.

        :raise UserError: a vehicle is still open
        """
        sample = self._begin_step("drawn")
        if still := len(sample.line_ids.filtered(lambda line: line.state == "open")):
            raise UserError(
                self.env._(
                    "%s vehicles are still open. Check them, or note that they could not be "
                    "checked.",
                    still,
                )
            )
        sample._store({"state": "done", "done_on": sample.company_id._today_here()})
        sample._tell_wrong_data()
        return True

    def action_cancel(self):
        """It counts nowhere; what was checked stays to be read."""
        sample = self._begin_step("draft", "drawn")
        return sample._store({"state": "cancelled"})

    def action_open_lines(self):
        """Open the vehicles."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_audit_sample_line_action"
        )
        return {**action, "domain": [("sample_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------ what follows

    def _tell_wrong_data(self):
        """Wrong contact data stand as verified wrong (C2); the rest is a to-do of the dealer."""
        wrong = self.line_ids.filtered(lambda line: line.state == "wrong" and not line.is_fake)
        self._verify_customers(wrong)
        manager = self.dealer_id._present_manager()
        if not manager:
            return
        for line in wrong.filtered(lambda line: line.wrong_plate or line.wrong_date):
            vehicle = line.vehicle_id.with_context(lang=manager.lang)
            vehicle.activity_schedule(
                "mail.mail_activity_data_todo",
                self.company_id._today_here(),
                user_id=manager.id,
                summary=vehicle.env._("Correct the vehicle's data"),
                note=line.with_env(vehicle.env)._wrong_words(),
            )

    def _verify_customers(self, lines):
        vals_list = []
        for line in lines.filtered("partner_id"):
            customer = line.partner_id.commercial_partner_id
            names = set(customer._key_field_names()) if customer.dealer_id else set()
            told = [name for tick, name in _CUSTOMER_DATA.items() if line[tick] and name in names]
            if told:
                vals_list.append(
                    {
                        "partner_id": customer.id,
                        "date": line.checked_on,
                        "user_id": line.checked_by_id.id,
                        "note": self.name,
                        "line_ids": [
                            Command.create({"field_name": name, "verdict": "wrong"})
                            for name in told
                        ],
                    }
                )
        self.env["crm.customer.verification"].create(vals_list)
