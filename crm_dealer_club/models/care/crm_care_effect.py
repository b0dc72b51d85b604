from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_dealer_grading.tools.batches import one_by_one
from odoo.addons.crm_dealer_grading.tools.touch import touch

from ...tools.effect import Subject, match
from ..activity.crm_club_effect_measured import PAIR_FIGURES

_OEM_MANAGER = "crm_dealer_grading.group_oem_manager"
_MONTHS_BACK = 12


class CrmCareEffect(models.Model):
    """What a care rule's messages of a month changed, against similar customers (M5).

    Each customer who was sent something is compared with a similar one of the same dealer (or
    region) and tier whom the rule did not write to, over the same days: the pair's difference in
    differences, with the interval of :class:`CrmClubEffectMeasured`. A record for the whole
    network, and one for each dealer. Measured once the days after the month have passed.
    """

    _name = "crm.care.effect"
    _description = "Effect of Care"
    _inherit = ["crm.club.effect.measured"]
    _order = "month desc, rule_id, dealer_id desc, id"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("crm.care.rule", required=True, readonly=True, ondelete="cascade")
    month = fields.Date(required=True, readonly=True, help="The month in which was written.")
    dealer_id = fields.Many2one(
        "crm.dealer", readonly=True, index="btree_not_null", ondelete="cascade",
        help="Empty: the whole network.",
    )  # fmt: skip
    scope = fields.Char(compute="_compute_scope")
    is_overall = fields.Boolean(
        string="Overall", compute="_compute_is_overall", search="_search_is_overall",
        help="The figures of the whole network; for a dealer's staff those of the own dealer.",
    )  # fmt: skip
    came_before = fields.Float(
        string="Came Before (%)", readonly=True, aggregator="avg",
        help="Customers who visited in as many days before the message.",
    )  # fmt: skip
    came_after = fields.Float(string="Came After (%)", readonly=True, aggregator="avg")
    control_came_before = fields.Float(
        string="Similar: Came Before (%)", readonly=True, aggregator="avg"
    )
    control_came_after = fields.Float(
        string="Similar: Came After (%)", readonly=True, aggregator="avg"
    )
    came_effect = fields.Float(
        string="Effect on Coming (Points)", readonly=True, aggregator="avg",
        help="Change in the share who came, minus the change of similar customers.",
    )  # fmt: skip
    came_low = fields.Float(string="Coming: from", readonly=True, aggregator=None)
    came_high = fields.Float(string="Coming: to", readonly=True, aggregator=None)
    pair_ids = fields.One2many("crm.care.effect.pair", "effect_id", string="Compared Pairs")

    _scope_uniq = models.UniqueIndex(
        "(rule_id, month, COALESCE(dealer_id, 0))", "This month is measured already."
    )

    @api.depends("dealer_id")
    @api.depends_context("lang")
    def _compute_scope(self):
        for effect in self:
            effect.scope = effect.dealer_id.name or self.env._("Whole Network")

    @api.depends("dealer_id")
    @api.depends_context("uid")
    def _compute_is_overall(self):
        scoped = self.env.user.dealer_scoped
        for effect in self:
            effect.is_overall = scoped or not effect.dealer_id

    @api.model
    def _search_is_overall(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [] if self.env.user.dealer_scoped else [("dealer_id", "=", False)]

    @api.model
    def _measures(self):
        return (*super()._measures(), "came")

    # -- Measuring ---------------------------------------------------------------------------

    @api.model
    def _measure_due(self):
        """Scheduled action: rules and months whose days have passed; each once, resumable."""
        for rule, month in one_by_one(self.env, self._due_months()):
            self._measure(rule, month)

    @api.model
    def _due_months(self):
        """``[(rule, month)]`` that can be measured and are not yet, the oldest first."""
        company = self.env.company
        today = company._today_here()
        first = today.replace(day=1) - relativedelta(months=_MONTHS_BACK)
        # Months begin where the company is.
        reminders = self.env["crm.care.reminder"].with_context(tz=company._tz_here())
        groups = reminders._read_group(
            [("state", "=", "sent"), ("date_sent", ">=", first)], ["rule_id", "date_sent:month"]
        )
        known = {
            (effect.rule_id, effect.month)
            for effect in self.search_fetch([("month", ">=", first)], ["rule_id", "month"])
        }
        found = [(rule, moment.date()) for rule, moment in groups]
        return sorted(
            (key for key in found if key not in known and self._due_on(*key) <= today),
            key=lambda key: (key[1], key[0].id),
        )

    @api.model
    def _due_on(self, rule, month):
        """The first day on which the days after the month's last message are complete."""
        return month + relativedelta(months=1) + timedelta(rule.effect_days + 1)

    @api.model
    def _measure(self, rule, month):
        """Measure a rule's messages of a month anew; return the records, the network's first."""
        # sudo: results are written by this method alone, for everybody.
        effects, rule = self.sudo(), rule.sudo()
        touch(rule)  # of two at the same instant the second is repeated
        company = rule.company_id or self.env.company
        subjects, moments = effects._subjects(rule, month, company)
        written = [subject for subject in subjects if subject.key in moments]
        found = match(written, [subject for subject in subjects if subject.key not in moments])
        pairs = effects._pairs(found, moments, rule.effect_days, company.currency_id)
        common = {
            "rule_id": rule.id,
            "month": month,
            "currency_id": company.currency_id.id,
            "measured_on": company._today_here(),
            "days": rule.effect_days,
            "minimum": company.club_effect_minimum,
        }
        effects.search([("rule_id", "=", rule.id), ("month", "=", month)]).unlink()
        made = effects.browse()
        for dealer in (False, *sorted({subject.dealer for subject in written})):
            own = [pair for pair in pairs if not dealer or pair[0]["dealer_id"] == dealer]
            values = effects._summary_values(own, common["minimum"])
            count = sum(not dealer or subject.dealer == dealer for subject in written)
            made |= effects.create(
                {**common, **values, "dealer_id": dealer, "participants": count}
            )
        made[:1]._store_pairs(pairs)
        return made

    @api.model
    def _pairs(self, found, moments, days, currency):
        """Rows ``(written to, similar)`` with the figures around the message of the first."""
        rows = []
        for number, (one, other) in enumerate(found):
            rows += [(2 * number, one, moments[one.key]), (2 * number + 1, other, moments[one.key])]
        figures = self._figures_around(rows, days, currency)
        for row in figures:
            for side in ("before", "after"):
                row[f"came_{side}"] = 100.0 if row[f"visits_{side}"] else 0.0
        return list(zip(figures[::2], figures[1::2], strict=True))

    def _store_pairs(self, pairs):
        self.env["crm.care.effect.pair"].create(
            [
                {
                    "effect_id": self.id,
                    "dealer_id": one["dealer_id"],
                    "partner_id": one["partner_id"],
                    "control_id": other["partner_id"],
                    "control_dealer_id": other["dealer_id"],
                    "date": one["after_from"],
                    **{name: one[name] for name in PAIR_FIGURES},
                    **{f"control_{name}": other[name] for name in PAIR_FIGURES},
                }
                for one, other in pairs
            ]
        )

    @api.model
    def _subject(self, row):
        """A row of a customer as matching sees it; without a dealer or tier it is 0."""
        return Subject(
            row["id"], row["dealer_id"] or 0, row["region_id"] or 0, row["tier_id"] or 0,
            row["revenue_before"], row["visits_before"],
        )  # fmt: skip

    @api.model
    def _load_demo_care(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_care_effect import load

        load(self.env)

    def action_measure_again(self):
        """Measure anew, for instance after visits were entered late; by the manufacturer."""
        self.check_access("read")
        if not self.env.user.has_group(_OEM_MANAGER):
            raise AccessError(
                self.env._("Only the manufacturer's manager measures again. Ask there.")
            )
        for rule, month in {(effect.rule_id, effect.month) for effect in self}:
            self._measure(rule, month)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
