import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.photo import opened


class CrmAuditPhoto(models.Model):
    """A photo taken in an audit; its file follows the rights to this record (S9)."""

    _name = "crm.audit.photo"
    _description = "Photo of an Audit"
    _order = "answer_id, id"

    answer_id = fields.Many2one("crm.audit.answer", required=True, index=True, ondelete="cascade")
    audit_id = fields.Many2one(
        related="answer_id.audit_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(related="audit_id.company_id", store=True)
    name = fields.Char(default=lambda self: self.env._("Photo"))
    image = fields.Image(required=True, max_width=1600, max_height=1600)
    image_256 = fields.Image(
        string="Thumbnail", related="image", max_width=256, max_height=256, store=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_files(vals_list)
        photos = super().create(vals_list)
        photos._check_may_change()
        return photos

    def write(self, vals):
        self._check_files([vals])
        self._check_may_change()
        result = super().write(vals)
        if "answer_id" in vals:
            self._check_may_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_own_audits(self):
        self._check_may_change()

    @api.model
    def _check_files(self, vals_list):
        """:raise UserError: a file is no photo; a drawing could run in who opens it"""
        for vals in vals_list:
            try:
                if vals.get("image"):
                    opened(base64.b64decode(vals["image"]))
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "This is no photo, or one too large or of a kind that not everybody can "
                        "open. Take it as JPEG, PNG or WebP; on an iPhone choose the format "
                        "“Most Compatible”."
                    )
                ) from error

    def _check_may_change(self):
        """Photos are part of the answer, superuser or not."""
        self.answer_id._check_may_write({"photo_ids"})
