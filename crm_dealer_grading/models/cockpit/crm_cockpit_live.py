from odoo import api, fields, models
from odoo.fields import Domain

from .crm_cockpit import Waiting


class CrmCockpit(models.AbstractModel):
    """Figures of this moment, counted from narrow tables with the user's rights."""

    _inherit = "crm.cockpit"

    # -- What waits ---------------------------------------------------------------------------

    @api.model
    def _waiting_today(self, asked):
        """The figures of the page *Today*, of the whole dealer."""
        dealers = self.env["crm.dealer"]
        tones = {"late": "bad", "down": "warn"}
        lines = []
        for number, (name, found) in enumerate(self._today_lines().items()):
            model, domain, _responsible, action = found
            action = action if "." in action else f"crm_dealer_grading.{action}"
            label = dealers._fields[f"today_{name}_count"]._description_string(self.env)
            tone = tones.get(name, "")
            lines.append(Waiting(10 + number, label, model, action, domain & asked.where(), tone))
        return lines

    @api.model
    def _today_lines(self):
        """The figures of *Today* that wait at a dealer; override to leave some to other lines."""
        return self.env["crm.dealer"]._today_figures()

    @api.model
    def _waiting_data(self, asked):
        suspicious = Domain("state", "=", "open") & asked.where()
        lines = [
            Waiting(
                80,
                self.env._("Suspicious Data to Correct"),
                "crm.suspicious.data",
                "crm_dealer_grading.crm_suspicious_data_action",
                suspicious,
            )
        ]
        if asked.role == "call":
            lines.append(
                Waiting(
                    70,
                    self.env._("Complete Files, Not Verified"),
                    "crm.customer.quality",
                    "crm_dealer_grading.crm_customer_quality_action",
                    Domain("is_complete", "=", True)
                    & Domain("verified_state", "=", "not_verified")
                    & asked.where(),
                )
            )
        return lines

    # -- Prospect cards -----------------------------------------------------------------------

    @api.model
    def _funnel_card(self, asked):
        """Cards opened in the period: how far they came, whenever that was."""
        cards = Domain(
            self.env["crm.kpi"]._cards().domain
        ) & self._moments(asked, "create_date")
        cards &= asked.where() & asked.of_brand("vehicle_model_id.brand_id")
        steps = [
            (self.env._("Opened"), Domain.TRUE),
            (self.env._("Test Drive Done"), Domain("test_drive", "=", "done")),
            (self.env._("Won"), Domain("won_status", "=", "won")),
            (self.env._("Delivered"), Domain("delivered_on", "!=", False)),
        ]
        leads = self.env["crm.lead"]
        counts = self._counts(leads, cards, [condition for _label, condition in steps])
        action = "crm_dealer_grading.crm_lead_action"
        bars = [
            {"label": label, "value": count, "open": self._opens(action, cards & part, label)}
            for (label, part), count in zip(steps, counts, strict=True)
        ]
        return self._card(
            "funnel", self.env._("From A-Card to C-Card"), "funnel", 30, bars=bars, by_brand=True,
            note=self.env._("Cards opened in the period, as far as they have come today."),
        )  # fmt: skip

    @api.model
    def _counts(self, records, domain, conditions):
        """How many records meet each condition as well."""
        return [records.search_count(domain & condition) for condition in conditions]

    @api.model
    def _moments(self, asked, name):
        """Condition that the moment ``name`` lies in the period, in days of the company."""
        moment = self.env["crm.kpi"]._moment
        begin, end = (fields.Datetime.to_string(moment(day)) for day in (asked.begin, asked.end))
        return Domain(name, ">=", begin) & Domain(name, "<", end)

    # -- Customers and vehicles ---------------------------------------------------------------

    @api.model
    def _level_card(self, asked):
        scheme = self.env.ref("crm_dealer_grading.scheme_value", raise_if_not_found=False)
        if not scheme:
            return None
        title = self.env._("Customers by Level")
        domain = Domain("scheme_id", "=", scheme.id) & asked.where()
        action = "crm_dealer_grading.crm_grading_result_action"
        bars = self._bars("crm.grading.result", domain, "level_id", action, title)
        empty = self.env._("Nobody of this dealer is graded yet.")
        return self._card("level", title, "bars", 100, bars=bars, note=scheme.name, empty=empty)

    @api.model
    def _lifecycle_card(self, asked):
        title = self.env._("Vehicles by Stage of Life")
        domain = asked.where() & asked.of_brand("brand_id")
        action = "crm_dealer_grading.crm_vehicle_action"
        bars = self._bars("crm.vehicle", domain, "lifecycle", action, title)
        empty = self.env._("No vehicle of a customer of this dealer.")
        return self._card(
            "lifecycle", title, "bars", 110, bars=bars, by_brand=True, empty=empty
        )

    @api.model
    def _visit_card(self, asked):
        title = self.env._("Workshop Visits by Type")
        domain = self._moments(asked, "date") & Domain("stage", "!=", "cancelled")
        domain &= asked.where() & asked.of_brand("model_id.brand_id")
        action = "crm_dealer_grading.crm_service_visit_action"
        bars = self._bars("crm.service.visit", domain, "visit_type", action, title)
        bars.sort(key=lambda bar: -bar["value"])
        empty = self.env._("No visit in this period.")
        return self._card("visits", title, "bars", 90, bars=bars, by_brand=True, empty=empty)

    @api.model
    def _pyramid_card(self, asked):
        """The whole network's levels from the latest run: nobody counts a million customers."""
        scheme = self.env.ref("crm_dealer_grading.scheme_value", raise_if_not_found=False)
        lines = self.env["crm.grading.run.line"]
        run = scheme and scheme.last_run_id
        if not run or asked.region or asked.dealer or not lines.has_access("read"):
            return None
        bars = [
            {
                "label": line.level_id.name,
                "value": line.customers,
                "open": self._opens(
                    "crm_dealer_grading.crm_grading_result_action",
                    [("level_id", "=", line.level_id.id)],
                    line.level_id.name,
                ),
            }
            for line in lines.search([("run_id", "=", run.id)], order="level_sequence, id")
        ]
        title = self.env._("Customers by Level")
        return bars and self._card(
            "level", title, "bars", 100, bars=bars, note=scheme.name, as_of=str(run.date)
        )
