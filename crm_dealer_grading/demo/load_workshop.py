from odoo import Command

from ..models.workshop.crm_dealer_slots import HOLDING
from ..tools import slots
from .load_base import Loader
from .words import PLACES

_BAYS = (
    ("quick", "快修1号工位"),
    ("quick", "快修2号工位"),
    ("mechanical", "机修1号工位"),
    ("mechanical", "机修2号工位"),
    ("body", "钣金工位"),
    ("paint", "喷漆房"),
)
_OPENS, _CLOSES = 8, 20
_BOOKINGS_PER_HOUR = 4


class WorkshopLoader(Loader):
    """Bays and hours of the dealers, and the vehicles in the bays."""

    def load(self):
        """Create the bays, put the vehicles of today and the days ahead into them.

        The hours come last: the story is older than its rules.
        """
        dealers = self.env["crm.dealer"].browse([self.dealer(code) for code in PLACES])
        bays = self.env["crm.service.bay"].create(
            [
                {"dealer_id": dealer.id, "sequence": number, "kind": kind, "name": name}
                for dealer in dealers
                for number, (kind, name) in enumerate(_BAYS)
            ]
        )
        self._fill(bays)
        calendar = self.env["resource.calendar"].create(self._calendar_vals())
        dealers.write(
            {"service_calendar_id": calendar.id, "bookings_per_hour": _BOOKINGS_PER_HOUR}
        )

    def _fill(self, bays):
        kinds = self.env["crm.service.duration"]._by_type()
        visits = self.env["crm.service.visit"].search(
            [("stage", "in", HOLDING), ("dealer_id", "in", bays.dealer_id.ids)], order="date, id"
        )
        busy, of_bay = {bay: [] for bay in bays}, {}
        for visit in visits:
            kind = kinds[visit.visit_type][1]
            for bay in bays.filtered(lambda b, v=visit: b.dealer_id == v.dealer_id):
                if bay.kind == kind and slots.is_free(busy[bay], visit.date, visit.date_end):
                    busy[bay].append((visit.date, visit.date_end))
                    of_bay.setdefault(bay, visit.browse())
                    of_bay[bay] |= visit
                    break
        for bay, found in of_bay.items():
            found.write({"bay_id": bay.id})

    def _calendar_vals(self):
        return {
            "name": "车间营业时间",
            "tz": "Asia/Shanghai",
            "attendance_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "name": "车间",
                            "dayofweek": str(day),
                            "hour_from": _OPENS,
                            "hour_to": _CLOSES,
                            "day_period": "morning",
                        }
                    )
                    for day in range(7)
                ),
            ],
        }
