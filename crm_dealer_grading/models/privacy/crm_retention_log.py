from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# No client can send this object: only the job writes the log.
STEP = object()


class CrmRetentionLog(models.Model):
    """What was removed because its time was over: counts, no personal data (P4). Append-only."""

    _name = "crm.retention.log"
    _description = "Removed Data"
    _order = "id desc"
    _rec_name = "rule_name"

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
        self.env.cr.execute(
            SQL(
                """
CREATE OR REPLACE FUNCTION crm_retention_log_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(OLD.rule_name, OLD.kind, OLD.kind_name, OLD.model, OLD.action,
                                OLD.ground, OLD.months, OLD.before, OLD.count,
                                OLD.date, OLD.user_id)
                        IS NOT DISTINCT FROM
                            ROW(NEW.rule_name, NEW.kind, NEW.kind_name, NEW.model, NEW.action,
                                NEW.ground, NEW.months, NEW.before, NEW.count,
                                NEW.date, NEW.user_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the log of removed data does not change' USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER IF EXISTS crm_retention_log_frozen ON crm_retention_log;
CREATE TRIGGER crm_retention_log_frozen BEFORE DELETE OR UPDATE ON crm_retention_log
   FOR EACH ROW EXECUTE FUNCTION crm_retention_log_frozen();
"""
            )
        )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("crm_retention_step") is not STEP:
            raise AccessError(self._refusal())
        return super().create(vals_list)

    def write(self, vals):
        if vals:
            raise AccessError(self._refusal())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._refusal())

    @api.model
    def _refusal(self):
        return self.env._(
            "The log of removed data is written by the job alone, and stays as it is."
        )
