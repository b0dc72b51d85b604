from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.cockpit.crm_cockpit import Waiting

from ..rectification.crm_rectification import OPEN

_CALLS = "crm_dealer_survey.crm_followup_call_action"
_ATTEMPTS = "crm_dealer_survey.crm_followup_attempt_action"
_NOTICES = "crm_dealer_survey.crm_rectification_action"
_SCORES = "crm_dealer_survey.crm_satisfaction_score_weak_action"
_PROGRAMMES = ("csi", "ssi")
_FIGURES = ["__count", "index_value:avg", "index_low:min", "index_high:max", "index_enough:avg"]


class CrmCockpit(models.AbstractModel):
    """What surveys add: calls, notices, satisfaction over time, samples, suspicions (P3)."""

    _inherit = "crm.cockpit"

    @api.model
    def _cards_dealer(self, asked):
        return [*super()._cards_dealer(asked), self._trend_card(asked)]

    @api.model
    def _cards_call(self, asked):
        return [*super()._cards_call(asked), self._hour_card(asked)]

    @api.model
    def _cards_region(self, asked):
        return [
            *super()._cards_region(asked),
            *(self._index_card(asked, code, number) for number, code in enumerate(_PROGRAMMES)),
            self._response_card(asked),
        ]

    # -- What waits ---------------------------------------------------------------------------

    @api.model
    def _waiting(self, asked):
        return [
            *super()._waiting(asked),
            *(self._waiting_calls(asked) if asked.role in ("dealer", "call") else ()),
            *(self._waiting_oem(asked) if asked.role in ("region", "network") else ()),
        ]

    @api.model
    def _waiting_calls(self, asked):
        caller = "dealer" if asked.role == "dealer" else "call_centre"
        mine = Domain("caller", "=", caller) & asked.where()
        due = mine & Domain("state", "=", "due")
        until, before = Domain("date_due", "<=", "today"), Domain("date_due", "<", "today")
        today = mine & Domain("date", ">=", "today")
        calls = ("crm.followup.call", _CALLS)
        attempts = ("crm.followup.attempt", _ATTEMPTS)
        return [
            Waiting(20, self.env._("Calls Due"), *calls, due & until),
            Waiting(21, self.env._("Calls Overdue"), *calls, due & before, "bad"),
            Waiting(22, self.env._("Attempts Today"), *attempts, today),
        ]

    @api.model
    def _waiting_oem(self, asked):
        opened = Domain("state", "in", OPEN) & asked.where()
        late = Domain("is_overdue", "=", True) & asked.where()
        flags = "crm_dealer_survey.crm_satisfaction_flag_action"
        suspicions = Domain("state", "=", "new") & asked.where()
        return [
            Waiting(
                40, self.env._("Open Rectification Notices"), "crm.rectification", _NOTICES, opened
            ),
            Waiting(
                41, self.env._("Overdue Notices"), "crm.rectification", _NOTICES, late, "bad"
            ),
            Waiting(
                42, self.env._("Suspicions to Judge"), "crm.satisfaction.flag", flags, suspicions
            ),
        ]

    # -- Call centre --------------------------------------------------------------------------

    @api.model
    def _hour_card(self, asked):
        """Attempts of the period by hour of the user's day, and how many reached somebody."""
        attempts = self.env["crm.followup.attempt"]
        domain = self._moments(asked, "date") & asked.where() & Domain("caller", "=", "call_centre")
        found = {}
        for hour, result, count in attempts._read_group(
            domain, ["date:hour_number", "result"], ["__count"]
        ):
            all_of, reached = found.get(hour, (0, 0))
            found[hour] = (all_of + count, reached + (count if result == "reached" else 0))
        title = self.env._("Reached by Hour")
        bars = [
            {
                "label": f"{int(hour):02}:00",
                "value": 100.0 * reached / count,
                "of": count,
                "open": self._opens(
                    _ATTEMPTS, domain & Domain("date.hour_number", "=", int(hour)), title
                ),
            }
            for hour, (count, reached) in sorted(found.items())
        ]
        return self._card(
            "hours", title, "bars", 30, bars=bars, unit="percent",
            note=self.env._("Share of the attempts that reached the customer."),
            empty=self.env._("Nobody was called in this period."),
        )  # fmt: skip

    # -- Satisfaction -------------------------------------------------------------------------

    @api.model
    def _trend_programmes(self):
        """Whose curves a dealer sees; override to show others."""
        found = (
            self.env.ref(f"crm_dealer_survey.programme_{code}", raise_if_not_found=False)
            for code in _PROGRAMMES
        )
        return self.env["crm.satisfaction.programme"].union(*filter(None, found))

    @api.model
    def _trend_card(self, asked):
        """The dealer's index month by month with its interval, a curve for each questionnaire."""
        first = asked.end - relativedelta(months=12)
        domain = (
            Domain("programme_id", "in", self._trend_programmes().ids)
            & Domain("kind", "=", "satisfaction")
            & Domain("factor_id", "=", False)
            & Domain("date", ">=", str(first))
            & Domain("date", "<", str(asked.end))
            & asked.where()
        )
        scores = self.env["crm.satisfaction.score"]
        if not scores.has_access("read"):
            return None
        months = [first + relativedelta(months=number) for number in range(12)]
        series = self._trend_series(scores, domain)
        return self._card(
            "trend", self.env._("Satisfaction over Time"), "lines", 25, unit="index",
            labels=[f"{month:%Y-%m}" for month in months],
            series=[
                {
                    "label": version.display_name,
                    "points": [points.get(month) for month in months],
                }
                for version, points in series.items()
            ],
            note=self.env._("Twelve months, with 95 % intervals; hollow: too few answers."),
            empty=self.env._("Nobody answered in these twelve months."),
        )  # fmt: skip

    @api.model
    def _trend_series(self, scores, domain):
        """``{version: {first day of the month: point}}``, in one query."""
        series = {}
        for version, month, count, *figures in scores._read_group(
            domain, ["version_id", "date:month"], _FIGURES
        ):
            part = domain & Domain("version_id", "=", version.id) & Domain("date", ">=", str(month))
            part &= Domain("date", "<", str(month + relativedelta(months=1)))
            point = dict(zip(("value", "low", "high"), figures[:3], strict=True))
            point.update(
                n=count,
                few=figures[3] is None,
                part=str(version.id),
                open=self._opens(_SCORES, part, version.display_name),
            )
            series.setdefault(version, {})[fields.Date.to_date(month)] = point
        return series

    @api.model
    def _index_card(self, asked, code, number):
        title = {
            "csi": self.env._("Service Satisfaction over Time"),
            "ssi": self.env._("Sales Satisfaction over Time"),
        }[code]
        return self._curve_card(f"index_{code}", title, f"satisfaction_{code}", asked, 25 + number)

    @api.model
    def _response_card(self, asked):
        """Customers asked in samples of the period, and how many answered, by way."""
        report = self.env["crm.satisfaction.sample.report"]
        domain = asked.within("period") & asked.where()
        names = dict(report._fields["channel"]._description_selection(self.env))
        action = "crm_dealer_survey.crm_satisfaction_sample_report_action"
        bars = [
            {
                "label": names.get(channel, self.env._("None")),
                "value": 100.0 * answered / count,
                "of": count,
                "open": self._opens(
                    action, domain & Domain("channel", "=", channel), names.get(channel, "")
                ),
            }
            for channel, count, answered in report._read_group(
                domain, ["channel"], ["__count", "answered:sum"]
            )
        ]
        return self._card(
            "response", self.env._("Response of Samples"), "bars", 87, bars=bars, unit="percent",
            note=self.env._("Customers who answered, of those asked in samples of this period."),
            empty=self.env._("No sample asks about this period."),
        )  # fmt: skip
