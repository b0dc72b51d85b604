"""Drafts: a change of policy is prepared in a copy and put into force in one transaction (G14)."""

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# What a draft changes in its original; code, name and log stay the original's.
_DEFINITION = (
    "method", "scope", "domain", "include_inactive", "company_id", "currency_id", "description",
)  # fmt: skip


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    draft_of_id = fields.Many2one(
        "crm.grading.scheme",
        readonly=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
        help="The scheme that this draft would change.",
    )

    _draft_is_archived = models.Constraint(
        "CHECK(draft_of_id IS NULL OR active IS NOT TRUE)",
        "A draft grades nobody. Activate it from its simulation.",
    )

    def action_simulate(self):
        """Open a draft of the scheme, to change it and see who would move where (G14).

        :raise AccessError: the user may not configure schemes
        """
        self.ensure_one()
        self.check_access("write")
        if self.applies_to != "customer" or self.draft_of_id:
            raise UserError(self.env._("Start from a scheme for customers, not from a draft."))
        simulation = self.env["crm.grading.simulation"]._start(self._make_draft())
        return simulation._get_records_action()

    def _make_draft(self):
        """An archived copy whose levels bear the codes of the original's."""
        drafts = self.with_context(active_test=False)
        last = drafts.search_count([("code", "=like", f"{self.code}_draft%")])
        while drafts.search_count([("code", "=", f"{self.code}_draft{last}")]):
            last += 1
        draft = self.copy(
            {
                "code": f"{self.code}_draft{last}",
                "name": self.env._("%s (draft)", self.name),
                "active": False,
            }
        )
        draft.draft_of_id = self
        return draft

    def _level_pairs(self):
        """``{level of the draft: level of the original or none}``, by code."""
        origin = self.draft_of_id.with_context(active_test=False).level_ids
        by_code = {level.code: level for level in origin}
        none = self.env["crm.grading.level"]
        return {level: by_code.get(level.code, none) for level in self.level_ids}

    def _activate_draft(self):
        """Put the draft's definition into force; levels of the same code keep their ids.

        Levels that the draft has no more are archived, because moves in history name them. The
        draft is gone afterwards.

        :return: the original scheme
        :raise UserError: the scheme is being regraded, or a level put away is held by hand
        """
        origin = self.draft_of_id
        if not origin._lock(shared=False, wait=False):
            raise UserError(
                self.env._(
                    "“%s” is being regraded at this moment. Try again in a minute.", origin.name
                )
            )
        self._check_able_to_grade()
        editing = {"grading_scheme_editing": True, "active_test": True}
        draft, scheme = self.with_context(**editing), origin.with_context(**editing)
        pairs = draft._level_pairs()
        draft._archive_levels_without_successor(scheme, pairs)
        scheme._take_parts_of(draft, pairs)
        scheme.write({name: draft[name] for name in _DEFINITION})
        draft.unlink()
        origin.invalidate_recordset()
        origin._check_definition()
        return origin

    def _archive_levels_without_successor(self, origin, pairs):
        gone = origin.level_ids
        for level in pairs.values():
            gone -= level
        today = origin._context_for(None, None).today
        held = self.env["crm.grading.manual"].search(
            [
                ("level_id", "in", gone.ids),
                "|",
                ("date_until", "=", False),
                ("date_until", ">", today),
            ],
            limit=1,
        )
        if held:
            raise ValidationError(
                self.env._(
                    "%(customer)s holds the level %(level)s by hand, which the draft has no more. "
                    "End that first, or keep the level as one that is given by hand only.",
                    customer=held.partner_id.display_name,
                    level=held.level_id.name,
                )
            )
        gone.write({"active": False})

    def _take_parts_of(self, draft, pairs):
        """Move metrics, levels and conditions of the draft to the original."""
        self.axis_ids.unlink()
        draft.axis_ids.write({"scheme_id": self.id})
        for theirs, own in pairs.items():
            if not own:
                theirs.write({"scheme_id": self.id})
                continue
            own.condition_ids.unlink()
            theirs.condition_ids.write({"level_id": own.id})
        self._take_level_values(pairs)
        self.env.flush_all()
        self.env.invalidate_all()

    def _take_level_values(self, pairs):
        """Write names (in all languages), shares and treatment over the original levels."""
        self.env.flush_all()
        Level = self.env["crm.grading.level"]
        kept = {"id", "scheme_id", "code", "create_uid", "create_date", "upgrade_level_id"}
        names = [n for n, f in Level._fields.items() if f.store and f.column_type and n not in kept]
        columns = SQL(", ").join(
            SQL("%s = d.%s", SQL.identifier(name), SQL.identifier(name)) for name in names
        )
        for theirs, own in pairs.items():
            upgrade = theirs.upgrade_level_id
            upgrade = pairs.get(upgrade) or upgrade
            if own:
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_grading_level o SET %s, upgrade_level_id = %s"
                        " FROM crm_grading_level d WHERE d.id = %s AND o.id = %s",
                        columns,
                        upgrade.id or None,
                        theirs.id,
                        own.id,
                    )
                )
            elif theirs.upgrade_level_id != upgrade:
                theirs.upgrade_level_id = upgrade
        Level.invalidate_model()
