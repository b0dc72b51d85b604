from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.figure import OPERATORS, condition
from .crm_contact_log import BY_US, REACHED

ACCESS = "crm_dealer_grading.group_access"
_OPEN = SQL("o.state IN ('found', 'planned')")
_OPEN_STEP = SQL("n.next_date IS NOT NULL AND n.next_done IS NOT TRUE")


class ResPartner(models.Model):
    """When a customer was, and is to be, in contact with us (C8, G12).

    The figures count every dealer's contacts: too many calls are too many, whoever made them.
    What was said is shown by the rights on the log only.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "crm.contact.source"]

    contact_opt_out = fields.Boolean(
        string="Do Not Contact", help="No contacts are planned for this customer."
    )
    contact_log_ids = fields.One2many(
        "crm.contact.log", "commercial_partner_id", string="Contacts", groups=ACCESS
    )
    customer_event_ids = fields.One2many(
        "crm.customer.event", "partner_id", string="Story", groups=ACCESS
    )
    contact_log_count = fields.Integer(
        string="Contacts Logged", compute="_compute_customer_counts", groups=ACCESS
    )
    last_contact_date = fields.Datetime(
        string="Last Contact",
        compute="_compute_contacts",
        search="_search_last_contact_date",
        column_sql="_contact_to_sql",
        compute_sudo=True,  # who may read the customer may know when it was last called
    )
    contacts_this_month = fields.Integer(
        compute="_compute_contacts",
        search="_search_contacts_this_month",
        column_sql="_contact_to_sql",
        compute_sudo=True,
        aggregator=None,
    )
    next_contact_date = fields.Date(
        string="Next Contact",
        compute="_compute_contacts",
        search="_search_next_contact_date",
        column_sql="_contact_to_sql",
        compute_sudo=True,
        help="The earlier of the open due contact and the open next steps.",
    )
    contact_due = fields.Boolean(
        compute="_compute_contacts",
        search="_search_contact_due",
        column_sql="_contact_to_sql",
        compute_sudo=True,
        help="A due contact or next step is to be done today, or is late.",
    )
    contact_warning = fields.Char(
        compute="_compute_contact_warning",
        compute_sudo=True,
        help="Told when the customer had as many contacts this month as its level allows.",
    )

    def _contact_values(self):
        return {"partner_id": self.id, "user_id": self.env.uid}

    @api.model
    def _customer_counters(self):
        logs = ("crm.contact.log", "commercial_partner_id", [])
        return {**super()._customer_counters(), "contact_log_count": logs}

    # -- Figures -----------------------------------------------------------------------------

    @api.model
    def _contact_sql(self, name, customer):
        """SQL of a figure for the customer whose id is the SQL ``customer``."""
        due = self.env["crm.contact.due"]
        if name == "last_contact_date":
            return SQL(
                "(SELECT max(c.date) FROM crm_contact_log c"
                " WHERE c.commercial_partner_id = %s AND %s)",
                customer,
                REACHED,
            )
        if name == "contacts_this_month":
            return SQL(
                "(SELECT count(*) FROM crm_contact_log c WHERE c.commercial_partner_id = %s"
                " AND c.date >= %s AND %s)",
                customer,
                due._period("month", due._today()).start,
                BY_US,
            )
        step = SQL(
            "SELECT n.next_date AS date FROM crm_contact_log n"
            " WHERE n.commercial_partner_id = %s AND %s",
            customer,
            _OPEN_STEP,
        )
        line = SQL(
            "SELECT o.date FROM crm_contact_due o WHERE o.partner_id = %s AND %s", customer, _OPEN
        )
        sql = SQL("(SELECT min(date) FROM (%s UNION ALL %s) planned)", step, line)
        if name == "contact_due":
            return SQL("COALESCE(%s <= %s, FALSE)", sql, due._today())
        return sql

    _CONTACT_FIGURES = (
        "last_contact_date",
        "contacts_this_month",
        "next_contact_date",
        "contact_due",
    )

    @api.model
    def _forget_contacts(self):
        """Figures that were read in this transaction are asked for again."""
        self.invalidate_model([*self._CONTACT_FIGURES, "contact_warning", "customer_event_ids"])

    def _compute_contacts(self):
        names = self._CONTACT_FIGURES
        self._flush_contacts()
        customers = self.commercial_partner_id.ids
        columns = [self._contact_sql(name, SQL("p.id")) for name in names]
        columns = SQL(", ").join(columns)
        rows = self.env.execute_query(
            SQL("SELECT p.id, %s FROM unnest(%s::int[]) AS p(id)", columns, customers)
        )
        figures = {row[0]: row[1:] for row in rows}
        for partner in self:
            values = figures.get(partner.commercial_partner_id.id, (False, 0, False, False))
            for name, value in zip(names, values, strict=True):
                partner[name] = value

    @api.model
    def _flush_contacts(self):
        self.env["crm.contact.log"].flush_model(
            ["commercial_partner_id", "date", "direction", "missed", "next_date", "next_done"]
        )
        self.env["crm.contact.due"].flush_model(["partner_id", "state", "date"])

    def _contact_to_sql(self, alias, name, query):
        self._flush_contacts()
        customer = self._field_to_sql(alias, "commercial_partner_id", query)
        return self._contact_sql(name, customer)

    def _search_figure(self, name, operator, value):
        if operator not in OPERATORS:
            return NotImplemented

        def to_sql(model, alias, query):
            return condition(model._field_to_sql(alias, name, query), operator, value)

        return Domain.custom(to_sql=to_sql)

    def _search_last_contact_date(self, operator, value):
        return self._search_figure("last_contact_date", operator, value)

    def _search_next_contact_date(self, operator, value):
        return self._search_figure("next_contact_date", operator, value)

    def _search_contacts_this_month(self, operator, value):
        if operator == "in":
            value = {int(number) for number in value}
        return self._search_figure("contacts_this_month", operator, value)

    def _search_contact_due(self, operator, value):
        """Through the few open lines and steps, not customer by customer."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self._flush_contacts()
        today = self.env["crm.contact.due"]._today()
        found = SQL(
            "(SELECT o.partner_id FROM crm_contact_due o WHERE %(open)s AND o.date <= %(today)s"
            " UNION SELECT n.commercial_partner_id FROM crm_contact_log n"
            "  WHERE %(step)s AND n.next_date <= %(today)s)",
            open=_OPEN,
            step=_OPEN_STEP,
            today=today,
        )

        def to_sql(model, alias, query):
            customer = model._field_to_sql(alias, "commercial_partner_id", query)
            return SQL("%s IN %s", customer, found)

        return Domain.custom(to_sql=to_sql)

    # -- Caps --------------------------------------------------------------------------------

    @api.depends_context("lang", "tz")
    def _compute_contact_warning(self):
        due = self.env["crm.contact.due"]
        customers = self.commercial_partner_id
        caps = due._caps(customers, due._today())
        full = [partner for partner, (count, most) in caps.items() if count >= most]
        start = due._period("month", due._today()).start
        logs = self.env["crm.contact.log"]
        if full:
            logs = logs.search_fetch(
                [("commercial_partner_id", "in", full), ("date", ">=", start)],
                ["commercial_partner_id", "date", "way"],
                order="date, id",
            )
        logs = logs.grouped("commercial_partner_id")
        for partner in self:
            customer = partner.commercial_partner_id
            partner.contact_warning = customer.id in full and self.env._(
                "%(count)s of %(most)s contacts this month: %(contacts)s",
                count=caps[customer.id][0],
                most=caps[customer.id][1],
                contacts=", ".join(log._when_and_how() for log in logs.get(customer, [])),
            )

    def action_open_contact_log(self):
        """Open the contacts with the customer."""
        return self._open_records("crm_dealer_grading.crm_contact_log_action", "contact_log_count")

    def action_open_story(self):
        """Open all events of the customer, with filters by kind."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_customer_event_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        return action
