from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CrmRectificationMeasure(models.Model):
    """What the dealer does about the problem, who, until when, and the proof (S4)."""

    _name = "crm.rectification.measure"
    _description = "Measure of Rectification"
    _order = "rectification_id, sequence, id"

    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What", required=True)
    user_id = fields.Many2one(
        "res.users", string="In Charge", index="btree_not_null", ondelete="restrict",
        default=lambda self: self.env.user, domain=[("share", "=", False)],
    )  # fmt: skip
    until = fields.Date("Planned On", required=True, default=fields.Date.context_today)
    done_on = fields.Date(help="With the proof: photo, record of training, new price list …")
    proof = fields.Binary(attachment=True)
    proof_name = fields.Char(string="Name of the Proof")

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_in_work()
        return measures

    def write(self, vals):
        self._check_in_work()
        result = super().write(vals)
        self._check_in_work()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_in_work_only(self):
        self._check_in_work()

    def _check_in_work(self):
        """:raise AccessError: another dealer's, or not in work: what was reported stays as it is"""
        for notice in self.rectification_id:
            if "measure_ids" not in notice._writable_fields():
                raise AccessError(
                    self.env._(
                        "Measures of “%s” are the dealer's, while the notice is in work. Accept "
                        "it first; what was reported is changed once it was sent back.",
                        notice.sudo().display_name,
                    )
                )

    def _proven(self):
        """Those with a proof, without reading the files."""
        # sudo: whether there is one; the files go with the measures.
        files = self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "proof"),
                ("res_id", "in", self.ids),
            ]
        )  # fmt: skip
        return self.browse(files.mapped("res_id"))

    @api.constrains("done_on", "proof")
    def _check_proof(self):
        proven = self._proven()
        for measure in self:
            if measure.done_on and measure not in proven:
                raise ValidationError(
                    self.env._(
                        "Attach the proof of “%s”, then enter the day on which it was done.",
                        measure.name,
                    )
                )
            today = measure.sudo().rectification_id.company_id._today_here()
            if measure.done_on and measure.done_on > today:
                raise ValidationError(
                    self.env._("“%s” cannot be done in future. Correct the day.", measure.name)
                )
