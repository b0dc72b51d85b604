"""Training needs asked for by weak points, findings of audits, improvement measures (S5–S7)."""

from odoo import api, fields, models

_OPEN = ("requested", "accepted", "planned")


class CrmTrainingOf(models.AbstractModel):
    """A record that a training need may be about: asked for once, counted, opened."""

    _name = "crm.training.of"
    _description = "Subject of Training Needs"

    training_need_count = fields.Integer(
        string="Training Needs", compute="_compute_training_need_count"
    )

    @api.depends_context("uid")
    def _compute_training_need_count(self):
        needs, counts = self.env["crm.training.need"], {}
        if needs.has_access("read"):
            refs = [record._need_ref() for record in self]
            groups = needs._read_group([("source_ref", "in", refs)], ["source_ref"], ["__count"])
            counts = dict(groups)
        for record in self:
            record.training_need_count = counts.get(record._need_ref(), 0)

    def _need_ref(self):
        return f"{self._name},{self._origin.id}"

    def _need_vals(self):
        """What the need says; every subject its own words."""
        raise NotImplementedError

    def action_ask_for_training(self):
        """Open the training need about it; it is written where there is none.

        :raise AccessError: by others than the dealer's manager and the manufacturer
        """
        self.ensure_one()
        self.check_access("read")
        values = {"source_ref": self._need_ref(), **self._need_vals()}
        return self.env["crm.training.need"]._ask_for(values)._get_records_action()


class CrmImprovementMeasure(models.Model):
    _name = "crm.improvement.measure"
    _inherit = ["crm.improvement.measure", "crm.training.of"]

    def _need_vals(self):
        return {
            "name": self.name,
            "dealer_id": self.dealer_id.id,
            "factor_id": (self.item_id.factor_id or self.item_id._factor()).id,
            "gap": self.cause or self.plan_id.goal,
            "wanted_until": self.deadline_on,
            "origin": "plan",
        }


class CrmImprovementItem(models.Model):
    _inherit = "crm.improvement.item"

    def _factor(self):
        """The factor that the item, a question, belongs to."""
        # sudo: questions of a plan that the user reads; their factor is no secret.
        return self.question_id.sudo().satisfaction_factor_id.sudo(False)


class CrmAuditAnswer(models.Model):
    _name = "crm.audit.answer"
    _inherit = ["crm.audit.answer", "crm.training.of"]

    def _need_vals(self):
        """As a notice would say it: the dealer reads it, so the result is released first."""
        self.audit_id._check_gives_notice()
        lines = [self.section_id.name, self.guidance, self.remark]
        return {
            "name": self.item_id.name,
            "dealer_id": self.dealer_id.id,
            "gap": "\n".join(filter(None, lines)),
            "origin": "audit",
        }


class CrmSatisfactionVersion(models.Model):
    _inherit = "crm.satisfaction.version"

    def action_ask_for_training(self, filters, level, item_ids):
        """Open the training need about weak points; it is written where no open one is.

        :param dict filters: as of ``weak_points``; the dealer is among them, or the only own one
        :param str level: ``factor`` or ``question``
        :param list item_ids: ids of the weak ones, the weakest first
        :raise UserError: no dealer, no item, or items of another questionnaire
        :raise AccessError: neither a manager of the dealer nor the manufacturer
        """
        asked, items = self._weak_chosen(filters, level, item_ids)
        factor = items[0] if level == "factor" else items[0].satisfaction_factor_id
        needs = self.env["crm.training.need"]
        if needs.has_access("read"):
            there = needs.search(
                [("dealer_id", "=", asked.dealer.id), ("factor_id", "=", factor.id),
                 ("origin", "=", "weak"), ("state", "in", _OPEN)], limit=1,
            )  # fmt: skip
            if there:
                return there._get_records_action()
        found = {row["id"]: row for row in self.weak_points(filters, level)["items"]}
        names = [item.name if level == "factor" else item.title for item in items]
        lines = [
            self.env._("%(name)s: %(index)s (%(count)s answers)", name=name,
                       index=f"{found[item.id]['index']:.1f}", count=found[item.id]["n"])
            for name, item in zip(names, items, strict=True)
            if found[item.id]["n"]
        ]  # fmt: skip
        need = needs._ask_for(
            {
                "name": ", ".join(names),
                "dealer_id": asked.dealer.id,
                "factor_id": factor.id,
                "gap": "\n".join(lines),
                "origin": "weak",
            }
        )
        return need._get_records_action()
