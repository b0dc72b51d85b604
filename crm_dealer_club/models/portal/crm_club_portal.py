from odoo import api, models


class CrmClubPortal(models.AbstractModel):
    """What the pages of the club ask of all topics (M10): tiles, and a person's own data.

    Other topics inherit this model and add theirs. Its methods are private: nothing calls them
    from outside but the controllers, after they have found out whose data they show.
    """

    _name = "crm.club.portal"
    _description = "Pages of the Club"

    @api.model
    def _tiles(self, customer, membership):
        """What the home of the club offers; extend to add.

        :param customer: the commercial entity of whoever looks, as superuser
        :param membership: its ``crm.club.membership`` as superuser, maybe empty or not active
        :return: list of ``{"sequence", "url", "icon": class of Font Awesome, "title", "text"}``;
            shown by sequence. Add no query per tile that is not worth it.
        """
        texts = {
            "/my/club/vehicles": (
                self.env._("My Vehicles"),
                self.env._("Due dates, mileage, service history"),
            ),
            "/my/club/book": (
                self.env._("Book a Visit"),
                self.env._("Choose a workshop and a free time"),
            ),
            "/my/club/visits": (
                self.env._("My Visits"),
                self.env._("Follow the work on your vehicle"),
            ),
            "/my/club/profile": (
                self.env._("My Data"),
                self.env._("Language, consents, download"),
            ),
        }
        icons = ("fa-car", "fa-calendar-plus-o", "fa-wrench", "fa-user-circle-o")
        return self._tiles_of(texts, icons, range(10, 50, 10))

    @api.model
    def _tiles_of(self, texts, icons, places):
        """Tiles from ``{url: (title, text)}``, with the icon and the sequence of each."""
        return [
            {"sequence": place, "url": url, "icon": icon, "title": title, "text": text}
            for (url, (title, text)), icon, place in zip(
                texts.items(), icons, places, strict=True
            )
        ]

    @api.model
    def _sorted_tiles(self, customer, membership):
        return sorted(self._tiles(customer, membership), key=lambda tile: tile["sequence"])

    @api.model
    def _losses(self, customer, membership):
        """What leaving costs, a sentence each, said before; extend to add (points, benefits)."""
        return [
            self.env._("Your card %s ceases to be valid.", membership._grouped_number()),
            self.env._("Your tier %s and its benefits end.", membership.tier_id.name),
        ]

    @api.model
    def _load_demo_portal(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_portal import load

        load(self.env)
