from odoo import fields, models
from odoo.tools import SQL


class CrmLeadConversionReport(models.Model):
    """A row for each prospect card: how far it came, and in how many days (C6).

    Rates are averages of 0 and 100, so that they are right in every group and in the total.
    Cards that were archived without being lost do not count.
    """

    _name = "crm.lead.conversion.report"
    _description = "Conversion of Prospects"
    _auto = False
    _rec_name = "lead_id"
    _order = "date desc, id desc"
    _depends = {
        "crm.lead": [
            "create_date", "date_closed", "dealer_id", "vehicle_model_id", "user_id", "team_id",
            "acquisition_channel_id", "source_id", "stage_id", "won_status", "active", "test_drive",
            "lost_reason_id", "purchase_type", "company_id", "delivered_on",
        ],
    }  # fmt: skip

    lead_id = fields.Many2one("crm.lead", string="Prospect Card", readonly=True)
    date = fields.Datetime(string="Opened on", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    acquisition_channel_id = fields.Many2one("crm.acquisition.channel", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    purchase_type = fields.Selection(related="lead_id.purchase_type")
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("won", "Won"), ("delivered", "Delivered"), ("lost", "Lost")],
        readonly=True,
    )

    opened = fields.Integer(string="Cards Opened", readonly=True)
    test_drives = fields.Integer(readonly=True)
    won = fields.Integer(readonly=True, help="Delivered ones included.")
    delivered = fields.Integer(readonly=True, help="Became owner cards.")
    lost = fields.Integer(readonly=True)
    test_drive_rate = fields.Float(string="Test Drive %", readonly=True, aggregator="avg")
    won_rate = fields.Float(string="Won %", readonly=True, aggregator="avg")
    delivered_rate = fields.Float(string="Delivered %", readonly=True, aggregator="avg")
    lost_rate = fields.Float(string="Lost %", readonly=True, aggregator="avg")
    days_to_win = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))
    days_to_delivery = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))
    days_open = fields.Float(
        string="Days since Opened",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Until it was won or lost; until today for open ones.",
    )

    @property
    def _table_query(self):
        zone = self.env.tz.zone if hasattr(self.env.tz, "zone") else str(self.env.tz)

        def day(column):
            return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", SQL(column), zone)

        opened, closed = day("lead.create_date"), day("lead.date_closed")
        today = SQL("%s::date", fields.Date.context_today(self))
        return SQL(
            """SELECT lead.id, lead.id AS lead_id, lead.create_date AS date, lead.dealer_id,
                 lead.vehicle_model_id, lead.acquisition_channel_id, lead.source_id, lead.user_id,
                 lead.team_id, lead.stage_id, lead.lost_reason_id, lead.company_id,
                 CASE WHEN lead.delivered_on IS NOT NULL THEN 'delivered'
                      WHEN lead.won_status IN ('won', 'lost') THEN lead.won_status
                      ELSE 'open' END AS state,
                 1 AS opened,
                 flag.test_drive AS test_drives, flag.won, flag.delivered, flag.lost,
                 100.0 * flag.test_drive AS test_drive_rate, 100.0 * flag.won AS won_rate,
                 100.0 * flag.delivered AS delivered_rate, 100.0 * flag.lost AS lost_rate,
                 CASE WHEN flag.won = 1 THEN %(closed)s - %(opened)s END::float AS days_to_win,
                 (lead.delivered_on - %(opened)s)::float AS days_to_delivery,
                 (CASE WHEN lead.won_status IN ('won', 'lost') THEN %(closed)s ELSE %(today)s END
                  - %(opened)s)::float AS days_open
               FROM crm_lead lead
               CROSS JOIN LATERAL (SELECT
                 (COALESCE(lead.test_drive, '') = 'done')::int AS test_drive,
                 (lead.won_status = 'won')::int AS won,
                 (lead.delivered_on IS NOT NULL)::int AS delivered,
                 (lead.won_status = 'lost')::int AS lost) flag
               WHERE lead.dealer_id IS NOT NULL
                 AND (lead.active OR lead.won_status IN ('won', 'lost'))""",
            opened=opened,
            closed=closed,
            today=today,
        )

    def action_open_leads(self):
        """Open the prospect cards that these rows count."""
        return self.lead_id.with_context(active_test=False)._get_records_action(
            name=self.env._("Prospect Cards")
        )
