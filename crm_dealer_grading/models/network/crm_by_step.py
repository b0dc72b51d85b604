from odoo import api, models
from odoo.exceptions import AccessError

# No client can send this object: only our steps write what they own.
STEP = object()


class CrmByStep(models.AbstractModel):
    """Records that are read by many and written by our steps alone, superusers included."""

    _name = "crm.by.step"
    _description = "Record That Steps Write"

    # What the context says while a step writes; of several models where they are written together.
    _step_key = ""
    # Whether steps delete, too; nobody does otherwise.
    _step_deletes = False

    def _stepping(self):
        """These records with the right to be written; callers have checked who asks."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(**{self._step_key: STEP})

    @api.model
    def _by_step(self):
        return self.env.context.get(self._step_key) is STEP

    @api.model
    def _free_fields(self):
        """Names of fields that may be written outside of steps."""
        return set()

    @api.model
    def _step_refusal(self):
        """What to do instead of writing, in the user's language; to be given by each model."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        if not self._by_step():
            raise AccessError(self._step_refusal())
        return super().create(vals_list)

    def write(self, vals):
        if not self._by_step() and vals.keys() - self._free_fields():
            raise AccessError(self._step_refusal())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_step(self):
        if not (self._step_deletes and self._by_step()):
            raise AccessError(self._step_refusal())
