from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.notification import notification

# Fields that show the level of a shipped scheme, by the scheme's code: ``<code>_level_id`` and
# its colour ``<code>_level_color``. They are not stored: the search method and the SQL expression
# read the result table, so that people filter, group and sort by them without a write to
# res_partner (design.md, rule 1).
_LEVELS = {
    "value": "Value Level",
    "activity": "Activity Level",
    "rfm": "RFM Segment",
    "potential": "Potential × Contribution",
    "horizon": "Deal Horizon",
    "satisfaction": "Satisfaction Class",
    "management": "Management Class",
    "channel": "Channel Class",
    "contribution": "Club Contribution",
}
LEVEL_FIELDS = {f"{code}_level_id": code for code in _LEVELS}


def _level_field(code, string):
    def search(self, operator, value):
        return self._search_level(code, operator, value)

    return fields.Many2one(
        "crm.grading.level",
        string=string,
        compute="_compute_levels",
        compute_sudo=True,  # who may read the customer may see the customer's levels
        search=search,
        column_sql="_level_to_sql",
    )


def _level_fields():
    """The fields of all levels, by name."""
    found = {}
    for code, string in _LEVELS.items():
        found[f"{code}_level_id"] = _level_field(code, string)
        found[f"{code}_level_color"] = fields.Integer(
            f"{string} Color",
            related=f"{code}_level_id.color",
            # Lists ask for the sum of each number: here a join of all customers for nothing.
            aggregator=None,
            export_string_translation=False,
        )
    return found


class ResPartner(models.Model):
    _inherit = "res.partner"

    grading_result_ids = fields.One2many("crm.grading.result", "partner_id", string="Levels")
    grading_history_ids = fields.One2many("crm.grading.history", "partner_id", string="Moves")
    # A class body is a dictionary while it runs: adding a level above is one line.
    vars().update(_level_fields())

    def _compute_levels(self):
        id_of = self.env["crm.grading.scheme"]._id_by_code
        schemes = {name: id_of(code) for name, code in LEVEL_FIELDS.items()}
        # Of other schemes as well: a form that shows badges lists all results below.
        results = self.env["crm.grading.result"].search_fetch(
            [("partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id", "scheme_id", "level_id"],
        )
        # At once, for all the badges; the reasons below them name the other levels as well.
        known = self.env["crm.grading.level"].with_context(active_test=False)
        known.search_fetch([("scheme_id", "in", results.scheme_id.ids)], order="id")
        levels = {(r.partner_id.id, r.scheme_id.id): r.level_id for r in results}
        for partner in self:
            customer = partner.commercial_partner_id.id
            for name, scheme in schemes.items():
                partner[name] = levels.get((customer, scheme), False)

    def write(self, vals):
        before = self.grouped("dealer_id") if "dealer_id" in vals else {}
        result = super().write(vals)
        moved = self.browse().union(
            *(partners for dealer, partners in before.items() if dealer.id != vals["dealer_id"])
        )
        if moved:
            moved._take_levels_along()
        return result

    def _after_merge(self):
        """Records of others came by SQL: their moves belong to this dealer now, levels are due."""
        result = super()._after_merge()
        self._take_levels_along()
        self._queue_regrade()
        return result

    def _take_levels_along(self):
        """Levels and moves are seen by the customer's dealer: the new one, at once.

        This is who may look, not what happened, so the append-only history takes it too.
        """
        self.flush_recordset(["dealer_id"])
        self.env["crm.grading.manual"].flush_model()
        self.env["crm.give.up.report"].flush_model()
        for name in self._following_dealer():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s t SET dealer_id = p.dealer_id FROM res_partner p"
                    " WHERE p.id = t.partner_id AND p.id IN %s",
                    SQL.identifier(self.env[name]._table),
                    tuple(self.ids),
                )
            )
            self.env[name].invalidate_model(["dealer_id"])

    @api.model
    def _following_dealer(self):
        """Models whose records belong to the customer's dealer of the day."""
        return (
            "crm.grading.result",
            "crm.grading.history",
            "crm.grading.manual",
            "crm.give.up.report",
        )

    @api.model
    def _invalidate_levels(self):
        self.invalidate_model(list(LEVEL_FIELDS))

    def _search_level(self, code, operator, value):
        """Search by the level of a customer; contacts have the level of their company."""
        if operator not in ("in", "any"):
            return NotImplemented
        none = False
        if operator == "in":
            if any(isinstance(level, str) for level in value):
                return NotImplemented
            none = False in value
            value = [level for level in value if level]
        # The level is part of the customer: rights on the customer decide, not on the result;
        # "any!" looks at the results without their rules.
        scheme = Domain("scheme_id", "=", self.env["crm.grading.scheme"]._id_by_code(code))
        at_level = scheme & Domain("level_id", operator, value)
        domain = Domain("commercial_partner_id.grading_result_ids", "any!", at_level)
        if none:
            domain |= ~Domain("commercial_partner_id.grading_result_ids", "any!", scheme)
        return domain

    def _level_to_sql(self, alias, name, query):
        code = LEVEL_FIELDS[name]
        scheme = ("scheme_id", self.env["crm.grading.scheme"]._id_by_code(code))
        level = self._join_of_customer(alias, query, "crm_grading_result", f"level_{code}", scheme)
        return SQL.identifier(level, "level_id")

    def action_regrade(self):
        """Grade the chosen customers again (server action of the list)."""
        runs = self.env["crm.grading.scheme"].regrade(self)
        message = self.env._(
            "%(customers)s customers regraded in %(schemes)s schemes; %(changed)s changed.",
            customers=len(self.commercial_partner_id),
            schemes=len(runs),
            changed=sum(runs.mapped("changed")),
        )
        return notification(message)
