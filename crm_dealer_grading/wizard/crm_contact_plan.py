from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.contact.crm_contact_log import WAYS
from ..tools.notification import CLOSE, notification


class CrmContactPlan(models.TransientModel):
    """Plan contacts with the chosen customers, each once (P2)."""

    _name = "crm.contact.plan"
    _description = "Plan Contacts"

    date = fields.Date(string="From", required=True, default=fields.Date.context_today)
    days = fields.Integer(
        string="Spread Over (Days)",
        required=True,
        default=1,
        help="1: all contacts are due on the first day.",
    )
    way = fields.Selection(WAYS, required=True, default="phone")
    note = fields.Char(string="What to Do", required=True)
    who = fields.Selection(
        [
            ("owner", "The Responsible Person, Others Balanced"),
            ("balanced", "Balanced Over the Dealer's Staff"),
            ("me", "Me"),
        ],
        string="For",
        required=True,
        default="owner",
    )
    customer_count = fields.Integer(
        string="Customers", default=lambda self: len(self._customers()), readonly=True
    )

    _days_check = models.Constraint(
        "CHECK(days BETWEEN 1 AND 366)", "Contacts are spread over 1 to 366 days."
    )

    @api.model
    def _chosen(self):
        """The records from which the dialog was opened, as far as the user may read them."""
        model = self.env.context.get("active_model")
        if model not in ("res.partner", "crm.lead", "crm.vehicle"):
            return self.env["res.partner"]
        ids = [int(i) for i in self.env.context.get("active_ids") or []]
        return self.env[model].browse(ids).exists()._filtered_access("read")

    @api.model
    def _customers(self):
        """The customers of the chosen records whom the user may edit."""
        chosen = self._chosen()
        partners = chosen if chosen._name == "res.partner" else chosen.partner_id
        return partners.commercial_partner_id._filtered_access("write")

    def action_plan(self):
        """Plan the contacts, give them out, and tell how many there are.

        :raise UserError: when none of the chosen records is a dealer's customer
        """
        self.ensure_one()
        self.env["crm.contact.source"]._check_may_plan()
        customers = self._customers().filtered("dealer_id")
        if not customers:
            raise UserError(
                self.env._(
                    "None of these is a dealer's customer whom you may edit. "
                    "Choose customers of your dealers, or leads and vehicles that have one."
                )
            )
        # sudo: the right to edit each customer was asked above; the ledger is the job's.
        due = self.env["crm.contact.due"].sudo()
        who = self.env.uid if self.who == "me" else self.who
        made = due.browse(due._insert(self._candidates_sql(customers), who))
        made._hand_out(due._today())
        return self._tell(customers, made)

    def _candidates_sql(self, customers):
        """The customers dealt over the days; beyond their cap of the month, the next month."""
        due = self.env["crm.contact.due"].sudo()
        customers.flush_recordset()
        due.flush_model()
        today = due._today()
        full = [p for p, (count, most) in due._caps(customers, today).items() if count >= most]
        start = max(self.date, today)
        return SQL(
            """SELECT p.id AS partner_id, p.dealer_id, p.user_id AS owner,
                      CASE WHEN p.id = ANY(%(full)s)
                           THEN GREATEST(n.date, %(next_month)s) ELSE n.date END AS date,
                      NULL::int AS level_id, %(way)s AS way, 'plan' AS origin, %(note)s AS note
                 FROM res_partner p
                 JOIN crm_dealer d ON d.id = p.dealer_id AND d.active
                 JOIN (SELECT id, %(start)s + ((row_number() OVER (ORDER BY id) - 1)
                                  %% %(days)s)::int AS date
                         FROM unnest(%(ids)s::int[]) AS c(id)) n ON n.id = p.id
                WHERE p.active AND %(may)s""",
            full=full or [0],
            next_month=due._next_month(today),
            way=self.way,
            note=self.note,
            start=start,
            days=self.days,
            ids=customers.ids,
            may=due._may_be_contacted_sql(SQL("%s", self.way)),
        )

    def _tell(self, customers, made):
        left = len(customers) - len(made)
        message = self.env._("%s contacts planned.", len(made))
        if left:
            message += " " + self.env._(
                "%s customers were left out: a contact is planned already, or they want none.", left
            )
        return notification(message, "success" if made else "warning", then=CLOSE)
