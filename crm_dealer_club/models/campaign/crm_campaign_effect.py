from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.batches import one_by_one
from odoo.addons.crm_dealer_grading.tools.touch import touch

from ...tools.trial import Moments, difference_of_means, difference_of_shares

OUTCOMES = [
    ("visit", "Customers who visited (%)"),
    ("lead", "Customers with a new lead (%)"),
    ("sale", "Customers who ordered (%)"),
    ("revenue", "Revenue per customer"),
]
# After the last window a week for documents that are entered late.
_LATE_DAYS = 7


class CrmCampaignEffect(models.Model):
    """What a campaign changed, contacted customers against its control group (M11).

    Both groups were chosen at random, so the difference is the campaign's, within its 95 %
    interval. Only customers whose days have passed count.
    """

    _name = "crm.campaign.effect"
    _description = "Effect of a Campaign"
    _order = "campaign_id desc, id"
    _rec_name = "campaign_id"

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(
        related="campaign_id.dealer_id", string="Dealer", store=True, index="btree_not_null"
    )
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    contacted = fields.Integer(readonly=True, help="Contacted customers whose days have passed.")
    control = fields.Integer(
        string="Control Group", readonly=True, help="Customers left out whose days have passed."
    )
    contacted_value = fields.Float(string="Contacted: Figure", readonly=True, aggregator="avg")
    control_value = fields.Float(string="Control: Figure", readonly=True, aggregator="avg")
    difference = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Contacted minus control: percentage points, or money per customer.",
    )
    low = fields.Float(string="Interval From", readonly=True, aggregator=None)
    high = fields.Float(string="Interval To", readonly=True, aggregator=None)
    verdict = fields.Selection(
        [
            ("more", "More than without it"),
            ("less", "Less than without it"),
            ("unclear", "No difference that is certain"),
            ("too_few", "Too few to tell"),
        ],
        required=True,
        readonly=True,
    )
    minimum = fields.Integer(string="Fewest Customers", readonly=True, aggregator=None)
    days = fields.Integer(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    measured_on = fields.Date(required=True, readonly=True)
    in_words = fields.Char(compute="_compute_in_words")

    _outcome_uniq = models.Constraint(
        "UNIQUE(campaign_id, outcome)", "This outcome of the campaign is measured already."
    )

    @api.depends("verdict", "low", "high", "contacted", "control", "minimum", "difference")
    def _compute_in_words(self):
        verdicts = dict(self._fields["verdict"]._description_selection(self.env))
        for effect in self:
            if effect.verdict == "too_few":
                effect.in_words = self.env._(
                    "Too few to tell: %(contacted)s contacted and %(control)s control customers, "
                    "at least %(minimum)s of each are needed.",
                    contacted=effect.contacted,
                    control=effect.control,
                    minimum=effect.minimum,
                )
                continue
            effect.in_words = self.env._(
                "%(verdict)s: %(difference)s (%(low)s to %(high)s)",
                verdict=verdicts[effect.verdict],
                difference=f"{effect.difference:+.1f}",
                low=f"{effect.low:+.1f}",
                high=f"{effect.high:+.1f}",
            )

    @api.model
    def _cron_measure(self):
        """Scheduled action: measure running campaigns anew; each in a transaction of its own."""
        for campaign in one_by_one(self.env, self._due_campaigns()):
            self._measure(campaign)

    @api.model
    def _due_campaigns(self):
        """Campaigns with customers whose days end, or ended within the last week."""
        now = fields.Datetime.now()
        groups = self.env["crm.campaign.subject"]._read_group([], ["campaign_id"], ["date:max"])
        return self.env["utm.campaign"].union(
            *(
                campaign
                for campaign, last in groups
                if last + timedelta(days=campaign.effect_days + _LATE_DAYS + 1) >= now
            )
        )

    @api.model
    def _measure(self, campaign):
        """Measure a campaign from its customers' visits, leads and sales; return the effects."""
        # sudo: results are written by this method alone, for everybody who may see the campaign.
        effects, campaign = self.sudo(), campaign.sudo()
        touch(campaign)  # of two at the same instant the second is repeated
        figures = effects._figures(campaign)
        common = {
            "campaign_id": campaign.id,
            "days": campaign.effect_days,
            "minimum": campaign.effect_minimum,
            "currency_id": effects._currency(campaign).id,
            "measured_on": self.env.company._today_here(),
        }
        effects.search([("campaign_id", "=", campaign.id)]).unlink()
        return effects.create(
            [
                {**common, "outcome": outcome, **self._compare(outcome, figures, common["minimum"])}
                for outcome, _label in OUTCOMES
            ]
        )

    @api.model
    def _compare(self, outcome, figures, minimum):
        """Values of one outcome, from ``{arm: row}`` of :meth:`_figures`."""
        arms = [figures[arm] for arm in ("contact", "control")]
        counts = [row["customers"] for row in arms]
        values = {"contacted": counts[0], "control": counts[1], "verdict": "too_few"}
        if min(counts) < max(minimum, 2):
            return values
        if outcome == "revenue":
            moments = [Moments(row["customers"], row["revenue"], row["squares"]) for row in arms]
            found, scale = difference_of_means(*moments), 1
            means = [one.mean for one in moments]
        else:
            hits = [row[outcome] for row in arms]
            found = difference_of_shares(hits[0], counts[0], hits[1], counts[1])
            means, scale = [hits[0] / counts[0], hits[1] / counts[1]], 100
        return values | {
            "contacted_value": means[0] * scale,
            "control_value": means[1] * scale,
            "difference": found.value * scale,
            "low": found.low * scale,
            "high": found.high * scale,
            "verdict": found.verdict,
        }
