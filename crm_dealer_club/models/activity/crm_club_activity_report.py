from odoo import fields, models
from odoo.tools import SQL

_ROWS = """
WITH attended AS (
    SELECT event_id, count(*) AS persons FROM event_registration
     WHERE active AND state = 'done' GROUP BY event_id)
SELECT r.id::bigint AS id, r.event_id, r.id AS registration_id, r.membership_id, r.partner_id,
       r.club_tier_id, r.dealer_id, e.dealer_id AS host_id, e.company_id, e.date_begin AS date,
       r.state, 1 AS registered,
       (r.guest_of_id IS NOT NULL)::int AS guests,
       (r.state = 'draft')::int AS waiting, (r.state = 'cancel')::int AS cancelled,
       (r.state = 'done')::int AS attended,
       (r.state = 'open' AND e.date_end < now() AT TIME ZONE 'UTC')::int AS no_show,
       CASE WHEN r.state IN ('open', 'done') AND e.date_end < now() AT TIME ZONE 'UTC'
            THEN 100.0 * (r.state = 'done')::int END AS attendance_rate,
       CASE WHEN r.state = 'done' THEN e.club_cost / attended.persons ELSE 0 END AS cost,
       CASE WHEN r.state = 'done' THEN e.club_cost / attended.persons END AS cost_per_person
  FROM event_registration r
  JOIN event_event e ON e.id = r.event_id AND e.is_club_activity
  LEFT JOIN attended ON attended.event_id = e.id
 WHERE r.active
 UNION ALL
SELECT -e.id::bigint, e.id, NULL, NULL, NULL, NULL, e.dealer_id, e.dealer_id, e.company_id,
       e.date_begin, NULL, 0, 0, 0, 0, 0, 0, NULL, COALESCE(e.club_cost, 0), NULL
  FROM event_event e
 WHERE e.is_club_activity
   AND NOT EXISTS (SELECT FROM attended WHERE attended.event_id = e.id)"""


class CrmClubActivityReport(models.Model):
    """A row for each registration: attendance and cost of activities (M4).

    A participant carries an equal share of the activity's cost, so that sums are costs and the
    average over participants is the cost per participant, in every group. An activity that
    nobody attended carries its cost itself.
    """

    _name = "crm.club.activity.report"
    _description = "Attendance and Cost of Club Activities"
    _auto = False
    _rec_name = "event_id"
    _order = "date desc, id desc"
    _depends = {
        "event.event": ["club_cost", "is_club_activity", "date_begin", "date_end", "dealer_id"],
        "event.registration": [
            "event_id", "state", "active", "membership_id", "guest_of_id", "dealer_id",
            "club_tier_id", "partner_id",
        ],
    }  # fmt: skip

    event_id = fields.Many2one("event.event", string="Activity", readonly=True)
    registration_id = fields.Many2one("event.registration", readonly=True)
    membership_id = fields.Many2one("crm.club.membership", string="Member", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    club_tier_id = fields.Many2one("crm.club.tier", string="Tier", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", string="Member's Dealer", readonly=True)
    host_id = fields.Many2one("crm.dealer", string="Inviting Dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="event_id.club_currency_id")
    date = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("draft", "Waiting"),
            ("open", "Registered"),
            ("done", "Attended"),
            ("cancel", "Cancelled"),
        ],
        readonly=True,
    )
    registered = fields.Integer(string="Registrations", readonly=True)
    guests = fields.Integer(readonly=True, help="Registrations of guests.")
    waiting = fields.Integer(readonly=True)
    cancelled = fields.Integer(readonly=True)
    attended = fields.Integer(readonly=True)
    no_show = fields.Integer(
        string="Did Not Come", readonly=True, help="Had a seat at an activity that is over."
    )
    attendance_rate = fields.Float(
        string="Attendance (%)",
        readonly=True,
        aggregator="avg",
        help="Attended / all who had a seat at activities that are over.",
    )
    cost = fields.Float(readonly=True, digits=(16, 2))
    cost_per_person = fields.Float(
        string="Cost per Participant",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Cost / participants, guests included.",
    )

    @property
    def _table_query(self):
        return SQL(_ROWS)

    def action_open_registrations(self):
        """Open the registrations that these rows count."""
        return self.registration_id._get_records_action(name=self.env._("Registrations"))
