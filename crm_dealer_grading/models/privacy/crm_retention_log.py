from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.frozen import freeze_rows

# All but the link to the rule, which the log outlives.
_FROZEN = (
    "rule_name", "kind", "kind_name", "model", "action", "ground", "months", "before", "count",
    "date", "user_id",
)  # fmt: skip


class CrmRetentionLog(models.Model):
    """What was removed because its time was over: counts, no personal data (P4). Append-only."""

    _name = "crm.retention.log"
    _description = "Removed Data"
    _inherit = ["crm.by.step"]
    _order = "id desc"
    _rec_name = "rule_name"
    _step_key = "crm_retention_step"

    # The log outlives a rule.
    rule_id = fields.Many2one(
        "crm.retention.rule", index="btree_not_null", ondelete="set null"
    )
    rule_name = fields.Char(string="Name of the Rule", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True, help="Technical name of the kind of data.")
    kind_name = fields.Char(string="Data", required=True, readonly=True)
    model = fields.Char(string="Kind of Records", required=True, readonly=True)
    action = fields.Selection(
        selection=lambda self: self.env["crm.retention.rule"]._actions(),
        required=True,
        readonly=True,
    )
    ground = fields.Text(string="Legal Ground", readonly=True)
    months = fields.Integer(string="Period (Months)", readonly=True, aggregator=None)
    before = fields.Date(
        string="Older Than", required=True, readonly=True, help="Records before this day went."
    )
    count = fields.Integer(string="Records", required=True, readonly=True, aggregator="sum")
    date = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    def init(self):
        """The database refuses to change and delete entries as well."""
        result = super().init()
        words = "the log of removed data does not change"
        freeze_rows(self.env.cr, self._table, _FROZEN, SQL("TRUE"), words)
        return result

    @api.model
    def _step_refusal(self):
        return self.env._(
            "The log of removed data is written by the job alone, and stays as it is."
        )
