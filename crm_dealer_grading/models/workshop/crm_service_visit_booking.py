import re
from contextlib import contextmanager
from datetime import datetime, timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, mute_logger
from odoo.tools.sql import column_exists, table_exists

from .crm_dealer_slots import HOLDING

# What a change of makes a visit a new booking, or asks for the bay anew.
_BOOKING = {"date", "duration_hours", "visit_type", "dealer_id", "stage", "active"}
_BAY = _BOOKING | {"bay_id"}
# The bay and the beginning in PostgreSQL's words on two visits that meet.
_MET = re.compile(r"\)=\(\[(\d+),\d+\), \[\"([\d :-]+)[\d.]*\",\"([\d :-]+)")


class CrmServiceVisit(models.Model):
    """Bookings: how long, in which bay, and whether the workshop has time (C5).

    The rules hold for bookings ahead. A vehicle that stands at the door is received in any case;
    where its bay is taken, the visit goes on without one.
    """

    _inherit = "crm.service.visit"

    duration_hours = fields.Float(
        string="Duration",
        compute="_compute_duration_hours",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Hours in the workshop, as planned; proposed from the type of visit.",
    )
    date_end = fields.Datetime(
        string="Planned End", compute="_compute_date_end", store=True, precompute=True
    )
    bay_id = fields.Many2one(
        "crm.service.bay",
        compute="_compute_bay_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('dealer_id', '=', dealer_id)]",
    )

    _dealer_date_index = models.Index("(dealer_id, date)")
    # What is late, of a dealer that has had thousands of visits.
    _open_index = models.Index(
        "(dealer_id, date_promised)"
        " WHERE active IS TRUE AND stage NOT IN ('delivered', 'followed_up', 'cancelled')"
    )
    _duration_positive = models.Constraint(
        "CHECK(duration_hours > 0)", "Give the duration of the visit in hours, for instance 1.5."
    )
    # The database holds that a bay takes one vehicle at a time, whoever books at the same moment.
    _bay_free = models.Constraint(
        "EXCLUDE USING gist (int8range(bay_id::bigint, bay_id::bigint, '[]') WITH &&,"
        " tsrange(date, date_end) WITH &&) WHERE (bay_id IS NOT NULL AND active AND stage IN"
        " ('booked', 'received', 'work_order', 'in_work', 'quality_check'))",
        "The bay is taken at that time. Choose another time or another bay.",
    )

    def _auto_init(self):
        """Visits of before had no duration: one hour, without computing row by row."""
        cr = self.env.cr
        if table_exists(cr, self._table) and not column_exists(cr, self._table, "date_end"):
            cr.execute(
                SQL(
                    """ALTER TABLE crm_service_visit
                         ADD COLUMN bay_id integer,
                         ADD COLUMN duration_hours double precision DEFAULT 1,
                         ADD COLUMN date_end timestamp without time zone;
                       ALTER TABLE crm_service_visit ALTER COLUMN duration_hours DROP DEFAULT;
                       UPDATE crm_service_visit SET date_end = date + interval '1 hour'"""
                )
            )
        return super()._auto_init()

    @api.depends("visit_type")
    def _compute_duration_hours(self):
        duration = self.env["crm.service.duration"]
        hours = duration._by_type()
        for visit in self:
            visit.duration_hours = (hours.get(visit.visit_type) or duration._of_type(False))[0]

    @api.depends("date", "duration_hours")
    def _compute_date_end(self):
        for visit in self:
            hours = min(max(visit.duration_hours, 0), 24 * 366)
            visit.date_end = visit.date and visit.date + timedelta(hours=hours)

    @api.depends("dealer_id")
    def _compute_bay_id(self):
        """A visit that goes to another dealer leaves its bay."""
        for visit in self:
            bay = visit.bay_id
            visit.bay_id = bay if bay.sudo().dealer_id == visit.dealer_id else False

    @api.constrains("bay_id", "dealer_id")
    def _check_bay_of_dealer(self):
        for visit in self:
            # sudo: the bay's dealer is compared, not shown.
            if visit.bay_id and visit.bay_id.sudo().dealer_id != visit.dealer_id:
                raise ValidationError(
                    self.env._(
                        "%s is a bay of another dealer: choose one of this dealer.",
                        visit.bay_id.sudo().name,
                    )
                )

    # -- Records ------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        bays = self.env["crm.service.bay"].browse(
            {vals["bay_id"] for vals in vals_list if vals.get("bay_id")}
        )
        # sudo: the lock tells nothing; a bay that is not the user's is refused afterwards.
        bays.sudo().dealer_id._lock_bookings()
        with self._bays_guarded(bays):
            visits = super().create(vals_list)
        visits._check_arrived()
        visits._check_bookings()
        return visits

    def write(self, vals):
        # Follows from date and duration; another end would leave the bay free for a second one.
        vals = {name: value for name, value in vals.items() if name != "date_end"}
        if not _BAY & vals.keys():
            return super().write(vals)
        bays = self.bay_id + self.env["crm.service.bay"].browse(vals.get("bay_id") or [])
        # sudo: as in create.
        bays.sudo().dealer_id._lock_bookings()
        if vals.get("stage") in HOLDING[1:] and not {"bay_id", "date"} & vals.keys():
            self._leave_taken_bays(vals["stage"])
        before = {visit: (visit._booking(), visit.bay_id) for visit in self}
        with self._bays_guarded(bays):
            result = super().write(vals)
        if "date" in vals:
            self._check_arrived()
        changed = self.filtered(lambda visit: visit._booking() != before[visit][0])
        changed._check_bookings()
        moved = (self - changed).filtered(lambda visit: visit.bay_id != before[visit][1])
        moved.filtered("bay_id.calendar_id")._check_bookings(capacity=False)
        return result

    def _booking(self):
        """What the workshop has promised, None where the visit is no booking."""
        if not self.active or self.stage != "booked":
            return None
        return self.dealer_id, self.date, self.duration_hours

    # -- Bays ---------------------------------------------------------------------------------

    def _leave_taken_bays(self, stage):
        """Vehicles that arrive, or come back to work, at a time when another holds their bay."""
        moving = self.filtered(lambda visit: visit.bay_id and visit.stage != stage)
        now = fields.Datetime.now()
        for visit in moving:
            start = now if stage == "received" and visit.stage == "booked" else visit.date
            end = start + timedelta(hours=visit.duration_hours)
            # sudo: whoever holds the bay, it is taken.
            other = self.sudo().search(
                [
                    ("bay_id", "=", visit.bay_id.id),
                    ("stage", "in", HOLDING),
                    ("id", "!=", visit.id),
                    ("date", "<", end),
                    ("date_end", ">", start),
                ],
                limit=1,
            )
            if other:
                bay = visit.bay_id.sudo().name
                visit.bay_id = False
                visit.message_post(
                    body=self.env._(
                        "%(bay)s is taken by %(visit)s: choose a bay when one is free.",
                        bay=bay,
                        visit=other.name,
                    )
                )

    @contextmanager
    def _bays_guarded(self, bays):
        """Turn the database's refusal of a taken bay into a sentence with the next free time."""
        if not bays:
            yield
            return
        self.env.flush_all()
        try:
            # Without the savepoint's own flush, which would do the work of the commit here.
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                yield
                self.env.flush_all()
        except ExclusionViolation as error:
            self.env.transaction.clear()
            met = _MET.search(error.diag.message_detail or "")
            raise UserError(self._bay_refusal(met)) from error

    @api.model
    def _bay_refusal(self, met):
        if not met:
            return self.env._("The bay is taken at that time. Choose another time or another bay.")
        bay = self.env["crm.service.bay"].sudo().browse(int(met[1]))
        start, end = (datetime.fromisoformat(side.strip()) for side in met.groups()[1:])
        hours = (end - start).total_seconds() / 3600
        free = bay.dealer_id._next_free(start, False, hours=hours, bay=bay)
        return self._with_next(
            self.env._(
                "%(bay)s is taken at %(time)s.", bay=bay.name, time=bay.dealer_id._say(start)
            ),
            free,
        )

    @api.model
    def _with_next(self, reason, free):
        if free:
            return self.env._(
                "%(reason)s The next free time is %(time)s.", reason=reason, time=free
            )
        return self.env._("%(reason)s Choose another time or another bay.", reason=reason)

    # -- Hours and capacity -------------------------------------------------------------------

    def _check_bookings(self, capacity=True):
        """Refuse bookings ahead outside the workshop hours, or more than an hour takes.

        :param bool capacity: whether to ask for room in the hour
        :raise UserError: with the reason and the next free time
        """
        now = fields.Datetime.now()
        # sudo: hours and other visits of the dealer, of which only the next free time is told.
        ahead = self.sudo().filtered(
            lambda v: v.active and v.stage == "booked" and v.dealer_id and v.date > now
        )
        for dealer, visits in sorted(
            ahead.grouped("dealer_id").items(), key=lambda item: item[0].id
        ):
            if dealer.service_calendar_id:
                visits._check_hours(dealer)
            if capacity and dealer.bookings_per_hour:
                visits._check_capacity(dealer)

    def _check_hours(self, dealer):
        spans = dealer._working_spans(
            self.bay_id.calendar_id, min(self.mapped("date")), max(self.mapped("date_end"))
        )
        for visit in self:
            own = visit.bay_id.calendar_id or dealer.service_calendar_id
            for calendar in dealer.service_calendar_id | own:
                if not dealer._is_open(spans[calendar], visit.date, visit.date_end):
                    reason = self.env._(
                        "%(dealer)s does not work from %(start)s to %(end)s.",
                        dealer=dealer.name,
                        start=dealer._say(visit.date),
                        end=dealer._say(visit.date_end),
                    )
                    raise UserError(self._with_next(reason, visit._next_free()))

    def _check_capacity(self, dealer):
        dealer._lock_bookings()
        hours = self.grouped(lambda visit: dealer._hour(visit.date))
        counts = dealer._count_arrivals(hours)
        for hour, visits in sorted(hours.items()):
            if counts.get(hour, 0) > dealer.bookings_per_hour:
                reason = self.env._(
                    "%(dealer)s has no booking left in the hour from %(time)s.",
                    dealer=dealer.name,
                    time=dealer._say(hour),
                )
                raise UserError(self._with_next(reason, visits[0]._next_free()))

    def _next_free(self):
        return self.dealer_id._next_free(
            self.date, self.visit_type, hours=self.duration_hours, bay=self.bay_id, ignore=self
        )
