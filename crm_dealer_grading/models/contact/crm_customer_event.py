from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# Kinds of events; the number is part of the event's id, so it never changes.
KINDS = {
    "customer": (1, "fa-flag"),
    "contact": (2, "fa-comments"),
    "lead_opened": (3, "fa-star-o"),
    "lead_won": (4, "fa-trophy"),
    "lead_lost": (5, "fa-times-circle"),
    "order": (6, "fa-shopping-cart"),
    "vehicle_bought": (7, "fa-car"),
    "vehicle_sold": (8, "fa-sign-out"),
    "visit": (9, "fa-wrench"),
    "level": (10, "fa-line-chart"),
    "verified": (11, "fa-check-square-o"),
    "delivery": (12, "fa-key"),
    "manual": (13, "fa-hand-paper-o"),
    "given_up": (14, "fa-ban"),
}
_STRIDE = 32  # room for kinds of other addons, from 16 on


class Event(NamedTuple):
    """How the records of a model become events; each part is SQL or the name of a field."""

    kind: str
    model: str
    date: str  # a date or datetime field
    partner: str  # a many2one field to the customer or one of its contacts
    domain: list = ()
    text: str | None = None
    amount: str | None = None
    currency: str | None = None
    dealer: str | None = "dealer_id"
    user: str | None = None


class CrmCustomerEvent(models.Model):
    """What happened with a customer, from the first contact on (C8).

    A union over the records themselves, read with the rights of the user: each part is the
    search of its own model, so a record that the user may not open tells no story either.
    """

    _name = "crm.customer.event"
    _description = "Customer's Story"
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "text"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("customer", "Became a Customer"),
            ("contact", "Contact"),
            ("lead_opened", "Lead Opened"),
            ("lead_won", "Lead Won"),
            ("lead_lost", "Lead Lost"),
            ("order", "Order"),
            ("vehicle_bought", "Vehicle Bought"),
            ("vehicle_sold", "Vehicle Given Away"),
            ("visit", "Service Visit"),
            ("level", "Level Move"),
            ("verified", "Data Verified"),
            ("delivery", "Handed Over"),
            ("manual", "Level Set by Hand"),
            ("given_up", "Given Up"),
        ],
        readonly=True,
    )
    icon = fields.Char(compute="_compute_icon")
    text = fields.Char(string="What Happened", readonly=True)
    amount = fields.Monetary(readonly=True, help="Without tax.", aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @api.depends("kind")
    def _compute_icon(self):
        for event in self:
            event.icon = self._kinds().get(event.kind, (0, "fa-circle-o"))[1]

    @api.model
    def _kinds(self):
        """``{kind: (number, icon)}``; extend with numbers from 16 to 31 for your own kinds."""
        return KINDS

    @api.model
    def _event_queries(self):
        """What the story is told from: a list of ``Event``; extend to add kinds.

        An addon appends its ``Event``, adds the kind to ``kind`` (``selection_add``) and its
        number and icon to ``_kinds``. The date and the way to the customer need an index.
        """
        done = [("stage", "not in", ["booked", "cancelled"])]
        every = {"user": "user_id"}
        return [
            Event("customer", "res.partner", "create_date", "id", dealer=None),
            Event("contact", "crm.contact.log", "date", "commercial_partner_id",
                  text="summary", **every),
            Event("lead_opened", "crm.lead", "create_date", "partner_id", text="name", **every),
            Event("lead_won", "crm.lead", "date_closed", "partner_id",
                  [("won_status", "=", "won")], text="name", **every),
            Event("lead_lost", "crm.lead", "date_closed", "partner_id",
                  [("won_status", "=", "lost")], text="name", **every),
            Event("order", "sale.order", "date_order", "partner_id", [("state", "=", "sale")],
                  text="name", amount="amount_untaxed", currency="currency_id", **every),
            Event("vehicle_bought", "crm.vehicle.ownership", "date_from",
                  "commercial_partner_id", text="plate"),
            Event("vehicle_sold", "crm.vehicle.ownership", "date_to", "commercial_partner_id",
                  [("date_to", "!=", False)], text="plate"),
            Event("visit", "crm.service.visit", "date", "commercial_partner_id", done,
                  text="name", amount="amount_total", currency="currency_id", **every),
            Event("level", "crm.grading.history", "date", "partner_id", text="to_level_id"),
            Event("verified", "crm.customer.verification", "date", "partner_id", text="note",
                  **every),
            Event("delivery", "crm.lead.delivery.log", "date", "partner_id",
                  [("event", "=", "delivered")], text="vin", **every),
            # The day of the decision: the level may begin later.
            Event("manual", "crm.grading.manual", "create_date", "partner_id", text="level_id",
                  **every),
            *self._given_up_events(),
        ]  # fmt: skip

    @api.model
    def _given_up_events(self):
        """That a customer was given up: told by and to the own dealer, and to whoever sees all."""
        partners, user = self.env["res.partner"], self.env.user
        if not partners._has_field_access(partners._fields["given_up_on"], "read"):
            return []
        domain = [("given_up_on", "!=", False)]
        if user.dealer_scoped and not self.env.su:
            domain.append(("dealer_id", "in", user.dealer_ids.ids))
        return [Event("given_up", "res.partner", "given_up_on", "id", domain)]

    @property
    def _table_query(self):
        parts = [part for event in self._event_queries() if (part := self._event_sql(event))]
        return SQL(" UNION ALL ").join(parts or [self._no_event_sql()])

    def _no_event_sql(self):
        return SQL(
            "SELECT 0 AS id, 0 AS partner_id, NULL::date AS date, '' AS kind, '' AS text,"
            " 0.0 AS amount, 0 AS currency_id, 0 AS dealer_id, 0 AS user_id, '' AS res_model,"
            " 0 AS res_id WHERE FALSE"
        )

    def _event_sql(self, event):
        """One part of the union, or None where the user may not read the model at all."""
        model = self.env[event.model].with_context(active_test=False)
        if not model.has_access("read"):
            return None
        number = self._kinds()[event.kind][0]
        query = model._search([*event.domain, *self._wanted(event)])
        table = model._table

        def column(name, cast):
            if not name:
                return SQL("NULL::%s", SQL(cast))
            return SQL("(%s)::%s", model._field_to_sql(table, name, query), SQL(cast))

        partner = self._partner_sql(model, event.partner, query)
        text = column(event.text, "varchar")
        if event.text and model._fields[event.text].type == "many2one":
            text = self._level_sql(model, event.text, query)
        return query.select(
            SQL("(%s * %s + %s)::bigint AS id", SQL.identifier(table, "id"), _STRIDE, number),
            SQL("%s AS partner_id", partner),
            SQL("%s AS date", self._day_sql(model, event.date, query)),
            SQL("%s::varchar AS kind", event.kind),
            SQL("%s AS text", text),
            SQL("%s AS amount", column(event.amount, "numeric")),
            SQL("%s AS currency_id", column(event.currency, "int")),
            SQL("%s AS dealer_id", column(event.dealer, "int")),
            SQL("%s AS user_id", column(event.user, "int")),
            SQL("%s::varchar AS res_model", event.model),
            SQL("%s AS res_id", SQL.identifier(table, "id")),
        )

    def _wanted(self, event):
        """When records of the story are read by id, each part looks up its own ids only."""
        ids = self.env.context.get("customer_event_ids")
        if ids is None:
            return []
        number = self._kinds()[event.kind][0]
        return [("id", "in", [i // _STRIDE for i in ids if i % _STRIDE == number])]

    def _day_sql(self, model, name, query):
        column = model._field_to_sql(model._table, name, query)
        if model._fields[name].type == "date":
            return column
        tz = self.env["crm.contact.due"]._tz()
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, tz)

    def _partner_sql(self, model, name, query):
        """The customer: the contact's company where the record names a contact."""
        if name == "commercial_partner_id" or model._name == "crm.grading.history":
            return model._field_to_sql(model._table, name, query)
        if name == "id":
            query.add_where(
                SQL(
                    "%s = %s",
                    SQL.identifier(model._table, "id"),
                    SQL.identifier(model._table, "commercial_partner_id"),
                )
            )
            return SQL.identifier(model._table, "commercial_partner_id")
        alias = query.make_alias(model._table, "customer")
        column = model._field_to_sql(model._table, name, query)
        query.add_join(
            "JOIN", alias, "res_partner", SQL("%s = %s", SQL.identifier(alias, "id"), column)
        )
        return SQL.identifier(alias, "commercial_partner_id")

    def _level_sql(self, model, name, query):
        """Name of the level moved to, with its scheme's."""
        level = query.make_alias(model._table, "level")
        scheme = query.make_alias(model._table, "scheme")
        for alias, table, field in (
            (level, "crm_grading_level", name),
            (scheme, "crm_grading_scheme", "scheme_id"),
        ):
            column = model._field_to_sql(model._table, field, query)
            query.add_join(
                "LEFT JOIN", alias, table, SQL("%s = %s", SQL.identifier(alias, "id"), column)
            )
        return SQL(
            "concat_ws(': ', %s, %s)::varchar",
            self.env["crm.grading.scheme"]._field_to_sql(scheme, "name", query),
            self.env["crm.grading.level"]._field_to_sql(level, "name", query),
        )

    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """To put the story together is what costs: what is found is read with it."""
        wanted = None if field_names else field_names
        return super().search_fetch(domain, wanted, offset, limit, order)

    def fetch(self, field_names=None):
        """Read events by id through the index of each model, not the whole network's story."""
        if self.ids and "customer_event_ids" not in self.env.context:
            return super(
                CrmCustomerEvent, self.with_context(customer_event_ids=self.ids)
            ).fetch(field_names)
        return super().fetch(field_names)

    def action_open(self):
        """Open what the event tells of."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        if self.res_model == "crm.grading.history":
            record = self.partner_id
        return record.get_formview_action()
