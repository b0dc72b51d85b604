from odoo import api, fields, models
from odoo.tools import format_date


class CrmGradingResult(models.Model):
    """What a manual level leaves to tell of the computed one (G13)."""

    _inherit = "crm.grading.result"

    manual_id = fields.Many2one(
        "crm.grading.manual",
        string="Set by Hand",
        index="btree_not_null",
        ondelete="set null",
        help="The manual level that holds instead of the computed one.",
    )
    computed_level_id = fields.Many2one(
        "crm.grading.level",
        index="btree_not_null",
        ondelete="set null",
        help="Beside a manual level: the level that the figures give.",
    )

    @api.depends("manual_id", "computed_level_id")
    def _compute_why(self):
        done = super()._compute_why()
        for result in self.filtered("manual_id"):
            result.why = "\n".join(filter(None, [*result._manual_in_words(), result.why]))
        return done

    def _manual_in_words(self):
        # sudo: who may read the result may know by whom and why.
        manual = self.sudo().manual_id
        args = {"author": manual.user_id.name, "reason": manual.reason}
        if manual.date_until:
            end = format_date(self.env, manual.date_until)
            text = self.env._("Set by %(author)s until %(end)s: %(reason)s", end=end, **args)
        else:
            text = self.env._("Set by %(author)s: %(reason)s", **args)
        if not self.computed_level_id:
            return [text]
        return [text, self.env._("By the figures it would be: %s", self.computed_level_id.name)]

    def _position_in_words(self, line):
        """Where the level stands among all says nothing on who holds it by hand."""
        return [] if self.manual_id else super()._position_in_words(line)

    def _next_level_in_words(self, lines):
        return None if self.manual_id else super()._next_level_in_words(lines)
