"""Tickets of ours, and those of a helpdesk that has nothing to do with us."""

from odoo import Command
from odoo.tests import new_test_user

from .common import ClubCase

OWN, TEAM, ALL, CHIEF = (
    f"helpdesk_mgmt.group_helpdesk_{name}" for name in ("user_own", "user_team", "user", "manager")
)


class TicketCase(ClubCase):
    """A complaint at each of the two dealers, and a ticket of the helpdesk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a.email, cls.customer_b.email = "a@example.com", "b@example.com"
        cls.team = cls.env["helpdesk.ticket.team"]._crm_team("complaint")
        cls.team.user_id = False  # the demo network has a leader
        cls.vehicle_a = cls._vehicle(cls.customer_a, vin="LTKTAA00000000001", plate="京A1T001")
        cls.vehicle_b = cls._vehicle(cls.customer_b, vin="LTKTBB00000000002", plate="京B1T002")
        cls.ticket_a = cls._complaint(cls.customer_a, vehicle_id=cls.vehicle_a.id)
        cls.ticket_b = cls._complaint(cls.customer_b, vehicle_id=cls.vehicle_b.id)
        cls.helper = new_test_user(cls.env, "helper", f"base.group_user,{ALL}")
        cls.chief = new_test_user(cls.env, "chief", f"base.group_user,{CHIEF}")
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Printers", "user_ids": [Command.link(cls.helper.id)]}
        )
        cls.other = cls.env["helpdesk.ticket"].create(
            {"name": "No paper", "description": "Tray 2", "team_id": cls.other_team.id}
        )

    @classmethod
    def _complaint(cls, partner, **vals):
        """A complaint of ``partner`` (may be empty), as it comes in."""
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Brakes squeak",
                "crm_kind": "complaint",
                "partner_id": partner.id if partner else False,
                **vals,
            }
        )
