from odoo import api, models


class CrmSatisfactionPart(models.AbstractModel):
    """What a version consists of: as fixed as the version, for everybody and by any way."""

    _name = "crm.satisfaction.part"
    _description = "Part of a Version"

    def _part_version(self):
        """The versions that the records belong to; override."""
        return self.env["crm.satisfaction.version"]

    def _part_fixed(self, vals):
        """Whether these values decide figures; override to let others pass."""
        return True

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._part_version()._check_editable()
        return records

    def write(self, vals):
        if not self._part_fixed(vals):
            return super().write(vals)
        self.check_access("write")  # who may not write is told that, not what a version is
        self._part_version()._check_editable()
        result = super().write(vals)
        self._part_version()._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_part(self):
        self._part_version()._check_editable()
