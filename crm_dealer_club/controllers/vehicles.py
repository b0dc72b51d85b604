from odoo.http import request, route

from . import parse
from .base import ClubPortal, from_replica

_MOST_KM = 999_999_999


class ClubVehicles(ClubPortal):
    """The customer's vehicles: what falls due, mileage, visits (M10)."""

    @route(
        "/my/club/vehicles", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_vehicles(self, **_params):
        vehicles = self._own_vehicles()
        return self._page(
            "portal_vehicles",
            "club_vehicles",
            vehicles=vehicles,
            dues={vehicle: vehicle._portal_dues() for vehicle in vehicles},
        )

    @route(
        "/my/club/vehicles/<int:vehicle_id>",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_vehicle(self, vehicle_id, saved=None, **_params):
        return self._vehicle_page(self._own_vehicle(vehicle_id), saved=bool(saved))

    def _vehicle_page(self, vehicle, status=200, **values):
        return self._page(
            "portal_vehicle",
            "club_vehicle",
            status=status,
            vehicle=vehicle,
            dues=vehicle._portal_dues(),
            visits=vehicle._visits_of(self._customer()),
            **{"saved": False, "errors": (), "entered": "", **values},
        )

    @route(
        "/my/club/vehicles/<int:vehicle_id>/mileage",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_mileage(self, vehicle_id, km=None, **_params):
        """Enter what the odometer shows today."""
        vehicle = self._own_vehicle(vehicle_id)
        if refused := self._too_often("mileage"):
            return refused
        kilometres = parse.integer(km, high=_MOST_KM)
        with self._refusals() as errors:
            vehicle._enter_mileage(kilometres)
        if errors:
            return self._vehicle_page(vehicle, status=422, errors=errors, entered=kilometres)
        return request.redirect(f"/my/club/vehicles/{vehicle.id}?saved=1")
