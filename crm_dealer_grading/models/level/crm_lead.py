from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    _inherit = "crm.lead"

    intent_level_id = fields.Many2one(
        "crm.grading.level",
        string="Intent",
        compute="_compute_intent_level_id",
        compute_sudo=True,  # who may read the lead may see its level
        search="_search_intent_level_id",
        help="From the days until the expected closing (order) date; always right today.",
    )

    intent_level_color = fields.Integer(
        "Intent Color", related="intent_level_id.color", aggregator=None
    )

    @api.model
    def _intent_windows(self):
        """Return ``[(level, first day, day after the last)]`` of the intent levels (G3).

        The days are counted from today in the user's time zone; a missing bound is None. The
        level without condition takes the other leads and comes last as ``(level, None, None)``.
        """
        today = fields.Date.context_today(self)
        Level = self.env["crm.grading.level"]

        def day(days):
            return None if days is None else today + timedelta(days=days)

        return [
            (Level.browse(level_id), day(lower), day(upper))
            for level_id, lower, upper in self.env["crm.grading.scheme"]._day_bands("intent")
        ]

    @api.depends("date_deadline")
    @api.depends_context("tz")
    def _compute_intent_level_id(self):
        windows = self._intent_windows()
        for lead in self:
            lead.intent_level_id = lead._pick_intent(windows)

    def _pick_intent(self, windows):
        day = self.date_deadline
        for level, first, after in windows:
            if first is None and after is None:
                return level
            if day and (first is None or day >= first) and (after is None or day < after):
                return level
        return False

    @api.model
    def _search_intent_level_id(self, operator, value):
        if operator == "any":
            value = self.env["crm.grading.level"].sudo().search(Domain(value)).ids
        elif operator != "in":
            return NotImplemented
        wanted, taken, found = set(value), Domain.FALSE, Domain.FALSE
        fallback = False
        for level, first, after in self._intent_windows():
            if first is None and after is None:
                fallback = level.id
                continue
            window = Domain("date_deadline", "!=", False)
            if first is not None:
                window &= Domain("date_deadline", ">=", first)
            if after is not None:
                window &= Domain("date_deadline", "<", after)
            taken |= window
            if level.id in wanted:
                found |= window
        # The level without condition takes what no window takes; with no such level that is
        # what "no intent" means.
        return found | ~taken if fallback in wanted else found

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "intent_level_id":
            return super()._field_to_sql(alias, field_expr, query)
        deadline = self._field_to_sql(alias, "date_deadline", query)
        whens, fallback = [], SQL("NULL::int")
        for level, first, after in self._intent_windows():
            if first is None and after is None:
                fallback = SQL("%s", level.id)
                continue
            terms = [SQL("%s IS NOT NULL", deadline)]
            if first is not None:
                terms.append(SQL("%s >= %s", deadline, first))
            if after is not None:
                terms.append(SQL("%s < %s", deadline, after))
            whens.append(SQL("WHEN %s THEN %s", SQL(" AND ").join(terms), level.id))
        if not whens:
            return fallback
        return SQL("(CASE %s ELSE %s END)", SQL(" ").join(whens), fallback)

    def action_regrade(self):
        """Grade the customers of the chosen leads again (server action of the list)."""
        customers = self.partner_id.commercial_partner_id
        if not customers:
            # Nobody would mean everybody.
            raise UserError(self.env._("None of the chosen records has a customer to grade."))
        return customers.action_regrade()
