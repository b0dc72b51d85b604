from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CrmYearPlanLinked(models.AbstractModel):
    """A part of a plan with a link to the record that carries it out (S8)."""

    _name = "crm.year.plan.linked"
    _description = "Part of a Year Plan with a Link"
    _inherit = "crm.year.plan.part"

    record_ref = fields.Reference(
        selection="_selection_linkable",
        string="Carried Out by",
        copy=False,
        index="btree_not_null",
        help="The record that it is carried out with.",
    )

    @api.model
    def _linkable_models(self):
        """Models whose records carry out topics and activities; other topics and addons extend."""
        return ["crm.improvement.plan", "crm.training.session", "crm.audit.result",
                "crm.rectification", "crm.satisfaction.sample", "event.event", "mailing.mailing",
                "crm.dealer"]  # fmt: skip

    @api.model
    def _selection_linkable(self):
        """Those that are installed and that the user may read."""
        known = [self.env[name] for name in self._linkable_models() if name in self.env]
        names = self.env["ir.model"].sudo()  # sudo: what models are called
        return [(m._name, names._get(m._name).name) for m in known if m.has_access("read")]

    @api.model
    def _work_fields(self):
        return super()._work_fields() | {"record_ref"}

    @api.constrains("record_ref", "plan_id")
    def _check_record_ref(self):
        """Nobody links what he may not read, or what another dealer is about."""
        for part in self.filtered("record_ref"):
            record = part.record_ref.sudo(False)  # the right is the user's, whoever stores
            if not record.exists() or not record.has_access("read"):
                raise AccessError(self.env._("Choose a record that you may read."))
            # sudo: whose record it is decides.
            dealer = record.sudo().dealer_id if "dealer_id" in record._fields else None
            if record._name == "crm.dealer":
                dealer = record
            if dealer and part.dealer_id and dealer != part.dealer_id:
                raise ValidationError(
                    self.env._(
                        "“%(record)s” is about another dealer than “%(plan)s”.",
                        record=record.display_name,
                        plan=part.plan_id.name,
                    )
                )

    def action_open_record(self):
        """Open the record that carries it out.

        :raise UserError: there is none, or the user may not read it
        """
        self.ensure_one()
        record = self.record_ref
        if not record or not record.exists() or not record.has_access("read"):
            raise UserError(self.env._("There is nothing linked here that you may open."))
        return record.get_formview_action()
