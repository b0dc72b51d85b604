from odoo import fields, models


class CrmServiceVisit(models.Model):
    """Who owned the vehicle at the visit, and who was typed instead (C5)."""

    _inherit = "crm.service.visit"

    def _owners_then(self, date=None):
        """``{visit: owner}`` of its vehicle on its day, or on that of ``date`` (naive UTC)."""
        ownership = self.env["crm.vehicle.ownership"]
        days = {visit: visit._day(date) for visit in self}
        owners = ownership._owners_at([(v.vehicle_id.id, day) for v, day in days.items()])
        first = ownership._first_owners(self.vehicle_id.ids)
        nobody = self.env["res.partner"]
        found = {}
        for visit, day in days.items():
            known, since = first.get(visit.vehicle_id.id, (nobody, False))
            early = known if since and day < since else nobody
            found[visit] = owners[visit.vehicle_id.id, day] or early
        return found

    def _keeps_customer(self, before, after):
        """Whether a new date leaves the customer alone: somebody typed one, or there is no other.

        :param before: owner on the old day
        :param after: owner on the new day
        """
        return self.partner_id and (self.partner_id != before or not after)

    def _keeping_customer(self, vals):
        """Those whose customer stays when ``vals`` are written."""
        if "date" not in vals or {"vehicle_id", "partner_id"} & vals.keys():
            return self.browse()
        before = self._owners_then()
        after = self._owners_then(fields.Datetime.to_datetime(vals["date"]))
        return self.filtered(lambda visit: visit._keeps_customer(before[visit], after[visit]))

    def _day(self, date=None):
        """The visit's day, or that of ``date``, in the user's time zone."""
        date = date or self.date or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self, date).date()
