from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.touch import touch


class CrmAuditPart(models.AbstractModel):
    """A part of a checklist: it changes only until the first audit begins (S9)."""

    _name = "crm.audit.part"
    _description = "Part of an Audit Checklist"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    weight = fields.Float(default=1.0, required=True, aggregator=None)

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_editable()
        return parts

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        if {"checklist_id", "section_id"} & vals.keys():
            self._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editable()

    def _check_editable(self):
        """An edit and the beginning of an audit meet on the checklist's row."""
        checklists = self.checklist_id
        checklists.flush_recordset()
        touch(checklists)
        checklists.invalidate_recordset(["used_on"])
        checklists._check_editable()
