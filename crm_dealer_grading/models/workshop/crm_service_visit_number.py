import re

from odoo import api, models
from odoo.exceptions import UserError

_GIVEN = re.compile(r"-(\d{4})-\d+$")


class CrmServiceVisit(models.Model):
    """The number of a visit: each dealer's own, without gaps (C5).

    A visit that goes to another dealer keeps its number, which stands on its papers already;
    the year is that of the planned arrival when the visit was saved first.
    """

    _inherit = "crm.service.visit"

    _dealer_name_uniq = models.UniqueIndex(
        "(dealer_id, name) WHERE name IS NOT NULL",
        "The dealer has a visit with this number already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        # Names may come from values or from the context; the others are drawn.
        given = visits.filtered("name")
        given._lock_given_numbers()
        (visits - given)._draw_numbers()
        return visits

    def write(self, vals):
        if "name" not in vals:
            return super().write(vals)
        for visit in self:
            if visit.name and visit.name != vals["name"]:
                raise UserError(
                    self.env._(
                        "%s keeps its number. Use the work order for a number of your own.",
                        visit.name,
                    )
                )
        return super().write(vals)

    def _number_groups(self):
        """Return ``{(dealer, year): visits}`` in the order in which counters are locked."""
        groups = {}
        for visit in self:
            year = visit.dealer_id._local(visit.date).year
            groups.setdefault((visit.dealer_id, year), []).append(visit)
        return dict(sorted(groups.items(), key=lambda item: (item[0][0].id, item[0][1])))

    def _draw_numbers(self):
        # sudo: whoever may create a visit may draw its number.
        counter = self.env["crm.service.number"].sudo()
        with self.env.protecting([self._fields["name"]], self):
            for (dealer, year), visits in self._number_groups().items():
                if dealer:
                    names = counter._draw(dealer.sudo(), year, len(visits))
                else:
                    names = self._draw_without_dealer(len(visits))
                for visit, name in zip(visits, names, strict=True):
                    visit.name = name
        self.invalidate_recordset(["display_name"], flush=False)

    @api.model
    def _draw_without_dealer(self, count):
        # sudo: whoever may create a visit may draw its number.
        sequence = self.env.ref("crm_dealer_grading.sequence_service_visit").sudo()
        return [sequence._next() for _index in range(count)]

    def _lock_given_numbers(self):
        """Whoever imports a number like a drawn one waits for those who draw."""
        found = set()
        for visit in self:
            prefix = _GIVEN.search(visit.name)
            if prefix and visit.dealer_id and visit.name.startswith(visit.dealer_id.code):
                found.add((visit.dealer_id, int(prefix[1])))
        for dealer, year in sorted(found, key=lambda pair: (pair[0].id, pair[1])):
            self.env["crm.service.number"].sudo()._lock(dealer, year)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """A number that disappears would be the gap that nobody can explain."""
        if numbered := self.filtered("name")[:1]:
            raise UserError(
                self.env._(
                    "%s has a number, which must not be missing later. "
                    "Cancel or archive the visit instead.",
                    numbered.name,
                )
            )
