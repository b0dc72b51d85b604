from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.dialog import show

_SHOWN = 24
_DAYS = 14


class CrmServiceBook(models.TransientModel):
    """Shows when the workshop has time, and books (C5)."""

    _name = "crm.service.book"
    _description = "Book a Visit"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("visit_id", "vehicle_id")

    visit_id = fields.Many2one("crm.service.visit", readonly=True)
    vehicle_id = fields.Many2one("crm.vehicle", required=True)
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    visit_type = fields.Selection(
        lambda self: (
            self.env["crm.service.visit"]._fields["visit_type"]._description_selection(self.env)
        ),
        string="Type",
        required=True,
        default="maintenance",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.context_today(self)
    )
    slot_ids = fields.One2many("crm.service.book.slot", "book_id", string="Free Times")

    @api.depends("vehicle_id")
    def _compute_dealer_id(self):
        own = self.env.user._own_dealers()
        for book in self:
            # sudo: as on the visit itself.
            home = book.vehicle_id.sudo().dealer_id.sudo(False)
            if own and home not in own:
                home = own[:1]
            book.dealer_id = book.dealer_id or home

    def action_find(self):
        """List the next free times from the day on."""
        self.ensure_one()
        self._check_may_book()
        zone = self.dealer_id._timezone()
        start = zone.localize(datetime.combine(self.date_from, time.min))
        start = start.astimezone(pytz.utc).replace(tzinfo=None)
        found = self.dealer_id._free_slots(
            start,
            start + timedelta(days=_DAYS),
            self.visit_type,
            hours=self.visit_id.duration_hours,
            ignore=self.visit_id,
            partner=(self.visit_id or self.vehicle_id).partner_id._in_sight(),
            limit=_SHOWN,
        )
        if not found:
            raise UserError(
                self.env._(
                    "There is no free time in the %s days from then. Choose a later day, or ask "
                    "the manufacturer's manager whether the workshop's hours are set.",
                    _DAYS,
                )
            )
        self.slot_ids = [
            Command.clear(),
            *(
                Command.create(
                    {"date": slot["start"], "bay_id": slot["bay_ids"][:1] and slot["bay_ids"][0]}
                )
                for slot in found
            ),
        ]
        return self._reopen()

    def _reopen(self):
        return show(self, self.env._("Book a Visit"))

    def _check_may_book(self):
        """Free times tell how busy a workshop is: only who may book there asks."""
        visits = self.env["crm.service.visit"]
        visits.check_access("create")
        own = self.env.user._own_dealers()
        if self.env.user.dealer_scoped and self.dealer_id not in own:
            raise UserError(self.env._("Choose one of your own dealers."))
        self.vehicle_id.check_access("read")
        self.visit_id.check_access("write")

    def _book(self, slot):
        """Book the slot, or move the visit to it; whether it is still free is checked there."""
        self._check_may_book()
        values = {"date": slot.date, "bay_id": slot.bay_id.id}
        if self.visit_id:
            self.visit_id.write(values)
        else:
            self.visit_id = self.visit_id.create(
                {
                    **values,
                    "vehicle_id": self.vehicle_id.id,
                    "dealer_id": self.dealer_id.id,
                    "visit_type": self.visit_type,
                }
            )
        return self.visit_id._get_records_action()


class CrmServiceBookSlot(models.TransientModel):
    _name = "crm.service.book.slot"
    _description = "Free Time"
    _order = "date, id"

    book_id = fields.Many2one("crm.service.book", required=True, ondelete="cascade")
    date = fields.Datetime(string="Arrival", required=True)
    bay_id = fields.Many2one("crm.service.bay", ondelete="cascade")

    def action_book(self):
        """Book this time."""
        self.ensure_one()
        return self.book_id._book(self)


class CrmServiceVisit(models.Model):
    _inherit = "crm.service.visit"

    def action_propose_times(self):
        """Show the free times to which this visit may move."""
        self.ensure_one()
        book = self.env["crm.service.book"].create(
            {
                "visit_id": self.id,
                "vehicle_id": self.vehicle_id.id,
                "dealer_id": self.dealer_id.id,
                "visit_type": self.visit_type,
                "date_from": max(self._day(), fields.Date.context_today(self)),
            }
        )
        return book.action_find()
