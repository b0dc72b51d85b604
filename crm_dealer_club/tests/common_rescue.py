"""A network that helps on the road."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .common import ClubCase


class RescueCase(ClubCase):
    """A vehicle and a service car at each of the two dealers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["helpdesk.ticket.team"]._crm_team("rescue")
        cls.team.write({"crm_warn_answer": 0, "crm_warn_solution": 0, "crm_oem_after": 15})
        cls.tyre = cls.env.ref("crm_dealer_club.rescue_fault_tyre")
        cls.accident = cls.env.ref("crm_dealer_club.rescue_fault_accident")
        cls.customer_a.write({"email": "a@rescue.example", "phone": "+86 139 5555 0001"})
        cls.vehicle_a = cls._vehicle(cls.customer_a, vin="LRSCAA00000000001", plate="京A1R001")
        cls.vehicle_b = cls._vehicle(cls.customer_b, vin="LRSCBB00000000002", plate="京B1R002")
        cls.car_a, cls.car_b = cls.env["crm.rescue.car"].create(
            [
                {"name": "Car A", "plate": "京a 9c001", "dealer_id": cls.dealer_a.id},
                {"name": "Car B", "dealer_id": cls.dealer_b.id},
            ]
        )

    @classmethod
    def _rescue(cls, user=None, **vals):
        """A rescue that ``user`` (default: all rights) takes down on the phone."""
        tickets = cls.env["helpdesk.ticket"]
        if user:
            tickets = tickets.with_user(cls.users[user])
        return tickets.create(
            {
                "crm_kind": "rescue",
                "rescue_fault_id": cls.tyre.id,
                "rescue_place": "G2 km 1100",
                "rescue_plate": "京A1R001",
                **vals,
            }
        )

    @classmethod
    def _as(cls, ticket, login):
        return ticket.with_user(cls.users[login])

    @classmethod
    def _go(cls, ticket, step):
        """Take it through its steps up to this one."""
        steps = ["dispatched", "on_site", "done", "called_back", "closed"]
        for one in steps[: steps.index(step) + 1]:
            if one == "done":
                ticket.rescue_result = "repaired"
            if one == "called_back":
                ticket.rescue_call_back = "satisfied"
            ticket._crm_step(one)
        return ticket

    @classmethod
    def _past(cls, ticket, **minutes):
        """Put times in the past: minutes ago, by the name of the field."""
        now = fields.Datetime.now()
        ticket._store({name: now - timedelta(minutes=ago) for name, ago in minutes.items()})

    @contextmanager
    def _refused(self, words="", error=(UserError, AccessError)):
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            yield
