from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_dealer_grading.tools.batches import one_by_one

from ...tools.effect import Subject, match
from .crm_club_effect_measured import PAIR_FIGURES

MEASURERS = ("crm_dealer_grading.group_dealer_manager", "crm_dealer_grading.group_oem_manager")


class CrmClubEffect(models.Model):
    """What an activity changed in visits and revenue of its participants (M4).

    Difference in differences against similar members who did not take part; the interval is a
    bootstrap with a fixed seed. Measured once the days after the activity have passed, and kept.
    """

    _name = "crm.club.effect"
    _description = "Effect of a Club Activity"
    _inherit = ["crm.club.effect.measured"]
    _order = "event_date desc, id desc"
    _rec_name = "event_id"

    event_id = fields.Many2one("event.event", required=True, readonly=True, ondelete="cascade")
    event_date = fields.Date(readonly=True, index=True)
    dealer_id = fields.Many2one(
        related="event_id.dealer_id", store=True, index=True, string="Dealer"
    )
    pair_ids = fields.One2many("crm.club.effect.pair", "effect_id", string="Compared Pairs")

    _event_uniq = models.Constraint("UNIQUE(event_id)", "This activity is measured already.")

    # -- Measuring ---------------------------------------------------------------------------

    @api.model
    def _measure_due(self):
        """Scheduled action: measure activities whose days have passed; each once, resumable."""
        due = self.env["event.event"].search(
            [
                ("is_club_activity", "=", True),
                ("club_effect_ids", "=", False),
                ("kanban_state", "!=", "cancel"),
                ("date_end", "<", fields.Datetime.now()),
            ],
            order="date_end, id",
        )
        due = due.filtered(lambda event: event._club_effect_due() <= event._club_today())
        for event in one_by_one(self.env, due):
            self._measure(event)

    @api.model
    def _measure(self, event):
        """Measure one activity anew from its members' visits and orders; return the record."""
        event.sudo()._club_hold()  # of two at the same instant the second finds it measured
        days, minimum = event._club_effect_days()
        figures = self._figures(event, days)
        attended = set(event._club_participants().ids)
        subjects = [
            Subject(row["id"], row["dealer_id"] or 0, row["region_id"] or 0, row["tier_id"],
                    row["revenue_before"], row["visits_before"])
            for row in figures.values()
        ]  # fmt: skip
        found = match(
            [subject for subject in subjects if subject.key in attended],
            [subject for subject in subjects if subject.key not in attended],
        )
        pairs = [(figures[one.key], figures[other.key]) for one, other in found]
        values = self._summary_values(pairs, minimum)
        values |= {
            "event_id": event.id,
            "event_date": event._club_days()[0],
            "currency_id": event.club_currency_id.id,
            "measured_on": event._club_today(),
            "days": days,
            "minimum": minimum,
            "participants": len(attended),
        }
        # sudo: results are written by this method alone, for everybody.
        effects = self.sudo()
        effects.search([("event_id", "=", event.id)]).unlink()
        effect = effects.create(values)
        effect._store_pairs(pairs)
        return effect

    def _store_pairs(self, pairs):
        self.env["crm.club.effect.pair"].create(
            [
                {
                    "effect_id": self.id,
                    "membership_id": one["id"],
                    "control_id": other["id"],
                    **{name: one[name] for name in PAIR_FIGURES},
                    **{f"control_{name}": other[name] for name in PAIR_FIGURES},
                }
                for one, other in pairs
            ]
        )

    def action_measure_again(self):
        """Measure anew, for instance after visits were entered late; by a manager."""
        self.check_access("read")
        for effect in self:
            self._check_may_measure(effect.event_id)
            # sudo: the result is written for everybody, the right was checked above.
            self.sudo()._measure(effect.sudo().event_id)

    @api.model
    def _check_may_measure(self, event):
        """A manager; of activities that the manufacturer invites to, the manufacturer's."""
        user = self.env.user
        foreign = user.dealer_scoped and not event.sudo().dealer_id
        if foreign or not any(map(user.has_group, MEASURERS)):
            raise AccessError(
                self.env._("Only the manager of who invited measures the effect. Ask there.")
            )
