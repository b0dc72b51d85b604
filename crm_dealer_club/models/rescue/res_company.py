import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_MAP = "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,24}")


class ResCompany(models.Model):
    _inherit = "res.company"

    rescue_hotline = fields.Char(
        string="24-Hour Hotline",
        help="Shown to members on the page “I need help”, as a number to call at a tap.",
    )
    rescue_map_url = fields.Char(
        string="Address of the Map",
        default=_MAP,
        help="Opened by whoever wants to see the place: {latitude} and {longitude} are replaced. "
        "Nothing is loaded from there before somebody opens it.",
    )

    @api.constrains("rescue_map_url")
    def _check_rescue_map_url(self):
        for company in self:
            url = company.rescue_map_url
            if url and not (
                url.startswith("https://") and "{latitude}" in url and "{longitude}" in url
            ):
                raise ValidationError(
                    self.env._(
                        "The address of the map begins with https:// and contains {latitude} "
                        "and {longitude}, for example %s",
                        _MAP,
                    )
                )

    @api.constrains("rescue_hotline")
    def _check_rescue_hotline(self):
        for company in self:
            if company.rescue_hotline and not _PHONE.fullmatch(company.rescue_hotline):
                raise ValidationError(
                    self.env._("Write the hotline as a number, for example +86 400 800 8000.")
                )

    def _rescue_map(self, latitude, longitude):
        """The address of the map for this place, False without one."""
        url = self.rescue_map_url
        if not url or not (latitude or longitude):
            return False
        for name, degrees in (("latitude", latitude), ("longitude", longitude)):
            url = url.replace(f"{{{name}}}", f"{degrees:.6f}")
        return url
