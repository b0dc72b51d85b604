"""A page of a dealer's customers is read by an index, among millions (design.md, fast, 4).

The record rule lets a dealer's user see own customers, nobody's, those that are served, and
colleagues: an "or", for which PostgreSQL walks the names of everybody until a page is full. Each
alternative by itself is in an index in the order of the names, so a page of each is enough to know
the page of all.
"""

from odoo import api, models
from odoo.fields import Domain

from ...tools.union import in_any, keys_of
from .res_users import DEALER_USER

_ORDERED = "complete_name"
_MOST_DEALERS = 8  # of a user; each is a part of its own


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Of the home dealer as well, as any index that begins with it.
    _dealer_name_index = models.Index("(dealer_id, complete_name)")

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        search = super()._search
        rules_hold = not (self.env.su or options.get("bypass_access"))
        page = rules_hold and self._is_page(domain, offset or 0, limit, order)
        if page and (parts := self._parts_of_sight()):
            queries = []
            for part in parts:
                query = search(
                    domain, limit=(offset or 0) + limit, order=order,
                    active_test=options.get("active_test", True), bypass_access=True,
                )  # fmt: skip
                # sudo: the record rules are what holds of the user's rights, as in core.
                rules = self.sudo().with_context(active_test=False)
                query.add_where(part.optimize_full(rules)._to_sql(rules, query.table, query))
                queries.append(keys_of(query))
            domain = in_any(*queries)
            options = {**options, "active_test": False}
        return search(domain, offset, limit, order, **options)

    def _is_page(self, domain, offset, limit, order):
        """Whether it is a page in the order of names, of what columns tell, for a dealer's user."""
        return (
            isinstance(limit, int)
            and isinstance(offset, int)
            and limit > 1
            and (order or "").strip().split(" ")[0].rstrip(",") == _ORDERED
            and self.env.user.has_group(DEALER_USER)
            and self._is_of_columns(Domain(domain))
        )

    def _is_of_columns(self, domain):
        """Whether each condition compares a column with values: the parts ask it again each."""
        if parts := getattr(domain, "children", None) or getattr(domain, "child", None):
            return all(map(self._is_of_columns, parts if isinstance(parts, tuple) else (parts,)))
        if domain.is_true() or domain.is_false():
            return True
        field = self._fields.get(getattr(domain, "field_expr", None))
        return (
            field is not None
            and field.store
            and bool(field.column_type)
            and domain.operator in ("=", "!=", "in", "not in")
        )

    def _parts_of_sight(self):
        """The alternatives of the rule on customers, each with all other rules."""
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        every = rules.children if getattr(rules, "OPERATOR", "") == "&" else (rules,)
        sight = [rule for rule in every if self._is_of_sight(rule)]
        if len(sight) != 1:
            return []
        rest = Domain.AND(rule for rule in every if rule not in sight)
        parts, others = [], Domain.FALSE
        for term in sight[0].children:
            if getattr(term, "field_expr", None) == "dealer_id" and term.operator == "in":
                parts += [Domain("dealer_id", "=", dealer) for dealer in term.value]
            else:
                others |= term
        if not 0 < len(parts) <= _MOST_DEALERS:
            return []
        return [rest & part for part in (*parts, others)]

    @staticmethod
    def _is_of_sight(rule):
        """Whether it is the rule that keeps dealers apart: an "or" with whom they serve."""
        names = {condition.field_expr for condition in rule.iter_conditions()}
        return getattr(rule, "OPERATOR", "") == "|" and "served_by_own_dealer" in names
