from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.retention import KEPT_BY_LAW

_DECIDE = {"kind", "months", "action"}
# What the buttons write, and what a new rule has of it: not what a context says.
_OWN = {
    "is_on": False, "previewed_at": False, "preview_count": 0, "preview_along": 0,
    "preview_oldest": False,
}  # fmt: skip


class CrmRetentionRule(models.Model):
    """How long a kind of data is kept, why, and what becomes of it then (P4).

    Rules are shipped switched off. Which kinds there are is said by :meth:`_kinds`.
    """

    _name = "crm.retention.rule"
    _description = "Retention Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection("_kind_selection", string="Data", required=True)
    months = fields.Integer(
        string="Kept for (Months)", required=True, default=60, aggregator=None
    )
    ground = fields.Text(
        string="Legal Ground",
        required=True,
        translate=True,
        help="Why the data are kept so long, and no longer: the law, or the purpose.",
    )
    action = fields.Selection(
        [
            ("delete", "Delete the Records"),
            ("clear", "Empty the Personal Fields"),
            ("files", "Remove the Files"),
        ],
        string="Then",
        required=True,
        default="delete",
    )
    cleared = fields.Char(string="Fields Emptied", compute="_compute_cleared")
    is_on = fields.Boolean(string="Switched on", readonly=True, copy=False)
    previewed_at = fields.Datetime(string="Looked at on", readonly=True, copy=False)
    preview_count = fields.Integer(
        string="Records Concerned", readonly=True, copy=False, aggregator=None
    )
    preview_along = fields.Integer(
        string="With Them",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Records of another kind that are about these alone and go the same way, such as the "
        "contacts with a lead.",
    )
    preview_oldest = fields.Date(string="Oldest", readonly=True, copy=False)
    log_ids = fields.One2many("crm.retention.log", "rule_id", string="Removed")
    removed_count = fields.Integer(string="Removed so far", compute="_compute_removed_count")

    _months_check = models.Constraint(
        "CHECK(months > 0)", "Data are kept for one month at least."
    )

    # -- Kinds ---------------------------------------------------------------------------------

    @api.model
    def _kinds(self):
        """``{code: RetentionKind}`` of what may be removed; extend for an addon's own data."""
        return {}

    @api.model
    def _actions(self):
        """Return ``[(action, label)]`` in the user's language."""
        return self._fields["action"]._description_selection(self.env)

    @api.model
    def _kind_selection(self):
        return [(code, kind.label) for code, kind in self._kinds().items()]

    def _kind(self):
        """The kind of this rule; None where its addon is gone.

        :raise UserError: it is about what accounting law wants kept
        """
        self.ensure_one()
        kind = self._kinds().get(self.kind)
        if kind and kind.model in KEPT_BY_LAW:
            raise UserError(
                self.env._("“%s” is kept by accounting law. Choose other data.", kind.label)
            )
        return kind if kind and kind.model in self.env else None

    @api.depends("kind", "action")
    def _compute_cleared(self):
        for rule in self:
            kind = self._kinds().get(rule.kind)
            names = kind.clear if kind and rule.action == "clear" else ()
            model = self.env[kind.model] if kind else None
            labels = [model._fields[name]._description_string(self.env) for name in names]
            rule.cleared = ", ".join(labels)

    def _compute_removed_count(self):
        counts = dict(
            self.env["crm.retention.log"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["count:sum"]
            )
        )
        for rule in self:
            rule.removed_count = counts.get(rule, 0)

    @api.constrains("kind", "months", "action")
    def _check_kind(self):
        labels = dict(self._actions())
        for rule in self:
            kind = rule._kind()
            if kind and rule.action not in kind.actions:
                raise ValidationError(
                    self.env._(
                        "With “%(data)s” one can: %(actions)s. Choose one of these.",
                        data=kind.label,
                        actions=", ".join(labels[action] for action in kind.actions),
                    )
                )
            if kind and rule.months < kind.months:
                raise ValidationError(
                    self.env._(
                        "“%(data)s” are needed for %(months)s months at least. Choose a longer "
                        "period.",
                        data=kind.label,
                        months=kind.months,
                    )
                )

    # -- Switching -----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([vals | _OWN for vals in vals_list])

    def write(self, vals):
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in _OWN}
        if _DECIDE & vals.keys():
            if on := self.filtered("is_on"):
                raise UserError(
                    self.env._("“%s” is switched on. Switch it off, then change it.", on[0].name)
                )
            # What was looked at is no longer what would be done.
            self.sudo().previewed_at = False
        return super().write(vals)

    def action_preview(self):
        """Count whom the rule would concern today, without changing anything."""
        self.check_access("write")
        for rule in self.sudo():  # sudo: counted are all records, whoever sees them
            count, oldest = rule._preview()
            rule.write(
                {
                    "previewed_at": fields.Datetime.now(),
                    "preview_count": count,
                    "preview_along": rule._preview_along(),
                    "preview_oldest": oldest,
                }
            )
        return True

    def action_switch_on(self):
        """Let the nightly job apply the rule.

        :raise UserError: nobody has looked at whom it concerns since it was changed
        """
        self.check_access("write")
        for rule in self:
            if not rule.previewed_at:
                raise UserError(
                    self.env._(
                        "Press “Preview” first: look at how many records “%s” would concern.",
                        rule.name,
                    )
                )
        self.sudo().is_on = True  # sudo: the right to write was checked
        return True

    def action_switch_off(self):
        """Stop applying the rule; what is gone stays gone."""
        self.check_access("write")
        self.sudo().is_on = False
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_off(self):
        if on := self.filtered("is_on"):
            raise UserError(
                self.env._("“%s” is switched on. Switch it off, then delete it.", on[0].name)
            )

    # -- Whom it concerns ----------------------------------------------------------------------

    def _before(self):
        """The day before which records are concerned, at the company."""
        return self.env.company._today_here() - relativedelta(months=self.months)

    def _concerned(self):
        """Domain of the records that are concerned today."""
        kind = self._kind()
        if not kind:
            return Domain.FALSE
        domain = Domain(list(kind.domain)) & Domain(kind.date, "<", self._before())
        if self.action == "clear":
            domain &= self._with_texts(kind)
        elif self.action == "files":
            domain &= self._with_files(kind)
        if kind.condition:
            domain &= Domain.custom(
                to_sql=lambda model, alias, query: kind.condition(self, SQL.identifier(alias))
            )
        return domain

    @api.model
    def _with_texts(self, kind):
        """Not emptied yet."""
        return Domain.OR(
            Domain(name, "not in", [False, value] if value else [False])
            for name, value in kind.clear.items()
        )

    def _with_files(self, kind):
        def to_sql(model, alias, query):
            return SQL(
                "EXISTS (SELECT FROM ir_attachment f WHERE f.res_model = %s AND f.res_id = %s)",
                kind.model,
                SQL.identifier(alias, "id"),
            )

        return Domain.custom(to_sql=to_sql)

    def _records(self):
        """The model of the rule with all rights, archived records included."""
        return self.env[self._kind().model].sudo().with_context(active_test=False)

    def _preview(self):
        """``(how many, the oldest day or False)``."""
        self.ensure_one()
        kind = self._kind()
        if not kind:
            return 0, False
        [(count, oldest)] = self._records()._read_group(
            self._concerned(), [], ["__count", f"{kind.date}:min"]
        )
        return count, fields.Date.to_date(oldest) if oldest else False
