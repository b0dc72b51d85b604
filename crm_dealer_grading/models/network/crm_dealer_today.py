"""A dealer's day: what waits for whom, every figure with its records (P3)."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_GRAPH_DAYS = 7


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    in_my_scope = fields.Boolean(
        compute="_compute_in_my_scope",
        search="_search_in_my_scope",
        export_string_translation=False,
    )
    today_contact_count = fields.Integer("Contacts Due", compute="_compute_today")
    today_contact_mine = fields.Integer("My Contacts Due", compute="_compute_today")
    today_visit_count = fields.Integer("Visits Today", compute="_compute_today")
    today_visit_mine = fields.Integer("My Visits Today", compute="_compute_today")
    today_late_count = fields.Integer("Late Visits", compute="_compute_today")
    today_late_mine = fields.Integer("My Late Visits", compute="_compute_today")
    today_lead_count = fields.Integer("New A-Cards", compute="_compute_today")
    today_lead_mine = fields.Integer("My New A-Cards", compute="_compute_today")
    today_hot_count = fields.Integer("Orders Expected", compute="_compute_today")
    today_hot_mine = fields.Integer("My Orders Expected", compute="_compute_today")
    today_deliver_count = fields.Integer("Won, to Deliver", compute="_compute_today")
    today_deliver_mine = fields.Integer("Mine, to Deliver", compute="_compute_today")
    today_down_count = fields.Integer("Customers Moved Down", compute="_compute_today")
    today_down_mine = fields.Integer("My Customers Moved Down", compute="_compute_today")
    today_graph = fields.Text("Visits of the Week", compute="_compute_today_graph")

    @api.depends_context("uid")
    def _compute_in_my_scope(self):
        """The own dealers of a dealer's user, every dealer for others."""
        user = self.env.user
        for dealer in self:
            dealer.in_my_scope = not user.dealer_scoped or dealer in user.dealer_ids

    @api.model
    def _search_in_my_scope(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        user = self.env.user
        return Domain("id", "in", user.dealer_ids.ids) if user.dealer_scoped else Domain.TRUE

    @api.model
    def _today_figures(self):
        """What the page *Today* counts; override to add.

        :return: ``{name: (model, domain, path to the responsible user, action)}``; the fields are
            ``today_<name>_count`` and ``today_<name>_mine``. Every model has a ``dealer_id``; an
            action of another addon is given with its name.
        """
        due = Domain("state", "in", ("found", "planned")) & Domain("date", "<=", "today")
        down = Domain("move", "=", "down") & Domain("date", ">=", "today -7d")
        return {
            "contact": ("crm.contact.due", due, "user_id", "crm_contact_due_action"),
            **self._today_workshop(),
            **self._today_sales(),
            "down": (
                "crm.grading.history",
                down,
                "partner_id.user_id",
                "crm_grading_history_action",
            ),
        }

    @api.model
    def _today_workshop(self):
        today = Domain("date", ">=", "today") & Domain("date", "<", "today +1d")
        found = {
            "visit": today & Domain("stage", "!=", "cancelled"),
            "late": Domain("is_late", "=", True),
        }
        visits = ("user_id", "crm_service_visit_action")
        return {name: ("crm.service.visit", domain, *visits) for name, domain in found.items()}

    @api.model
    def _today_sales(self):
        opportunity = Domain("type", "=", "opportunity")
        pending = opportunity & Domain("won_status", "=", "pending")
        won = opportunity & Domain("won_status", "=", "won")
        found = {
            # Monday's page must show what came on the weekend.
            "lead": pending & Domain("create_date", ">=", "today -3d"),
            "hot": pending & Domain("date_deadline", "<", "today +8d"),
            "deliver": won & Domain("delivered_on", "=", False),
        }
        leads = ("user_id", "crm_lead_action")
        return {name: ("crm.lead", domain, *leads) for name, domain in found.items()}

    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_today(self):
        for name, (model, domain, responsible, _action) in self._today_figures().items():
            mine = Domain(responsible, "=", self.env.uid)
            for field, part in ((f"today_{name}_count", domain), (f"today_{name}_mine", mine)):
                counts = self._count_by_dealer(model, domain & part)
                for dealer in self:
                    dealer[field] = counts.get(dealer._origin.id, 0)

    def _count_by_dealer(self, model, domain):
        """Return ``{dealer id: number of records that the user sees}``."""
        if not self.env[model].has_access("read"):
            return {}
        domain &= Domain("dealer_id", "in", self.ids)
        groups = self.env[model]._read_group(domain, ["dealer_id"], ["__count"])
        return {dealer.id: count for dealer, count in groups}

    @api.depends_context("uid", "allowed_company_ids", "tz", "lang")
    def _compute_today_graph(self):
        """Visits of each day from today on, for the bars on the card."""
        first = fields.Date.context_today(self)
        days = [first + timedelta(days) for days in range(_GRAPH_DAYS)]
        domain = (
            Domain("dealer_id", "in", self.ids)
            & Domain("date", ">=", "today")
            & Domain("date", "<", f"today +{_GRAPH_DAYS}d")
            & Domain("stage", "!=", "cancelled")
        )
        groups = self.env["crm.service.visit"]._read_group(
            domain, ["dealer_id", "date:day"], ["__count"]
        )
        counts = {(dealer.id, moment.date()): count for dealer, moment, count in groups}
        for dealer in self:
            values = [
                {
                    "label": day.strftime("%m-%d"),
                    "value": counts.get((dealer._origin.id, day), 0),
                    "type": "future" if number else "past",
                }
                for number, day in enumerate(days)
            ]
            series = {"key": self.env._("Visits"), "title": "", "values": values}
            dealer.today_graph = json.dumps([series])

    def action_open_today(self):
        """Open the records behind a figure: its name and whether mine come from the context."""
        self.ensure_one()
        name = self.env.context.get("today_figure")
        model, domain, responsible, action = self._today_figures()[name]
        if self.env.context.get("today_mine"):
            domain &= Domain(responsible, "=", self.env.uid)
        action = action if "." in action else f"crm_dealer_grading.{action}"
        result = self.env["ir.actions.act_window"]._for_xml_id(action)
        domain &= Domain("dealer_id", "=", self.id)
        result.update(domain=list(domain), context={"default_dealer_id": self.id})
        result["display_name"] = self._fields[f"today_{name}_count"]._description_string(self.env)
        return result
