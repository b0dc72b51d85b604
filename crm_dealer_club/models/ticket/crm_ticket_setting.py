from odoo import api, fields, models
from odoo.exceptions import AccessError

KINDS = [("complaint", "Complaint"), ("rescue", "Rescue")]
MANAGER = "crm_dealer_grading.group_oem_manager"


class CrmTicketSetting(models.AbstractModel):
    """What tickets are set up with: ours are the suite's, all others stay as they are.

    Record rules show ours to our roles only; this keeps one from becoming the other.
    """

    _name = "crm.ticket.setting"
    _description = "Setting of Complaints and Rescue"

    crm_kind = fields.Selection(
        KINDS,
        string="Dealer CRM",
        copy=True,
        help="Used for complaints or rescue only; empty: for the other tickets.",
    )

    @api.model
    def _fixed_fields(self):
        """What stays as shipped: code relies on it."""
        return {"crm_kind"}

    def write(self, vals):
        fixed = self._fixed_fields() & vals.keys()
        if fixed and not self.env.su:
            for setting in self:
                if any(setting[name] != vals[name] for name in fixed):
                    raise AccessError(
                        self.env._(
                            "What “%s” is used for is fixed. Archive it and make a new one.",
                            setting.display_name,
                        )
                    )
        return super().write(vals)
