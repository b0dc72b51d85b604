"""Members with cards from before, by file (M1, C9)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.card_number import clean

_GIVEN = {"number", "tier_id", "join_date", "valid_until"}
_OEM = "crm_dealer_grading.group_oem_manager"


class CrmClubMembership(models.Model):
    """The manufacturer's managers import members with card, tier and dates; dealers who enrols."""

    _name = "crm.club.membership"
    _inherit = ["crm.club.membership", "crm.import.target"]

    @api.model
    def _import_given_fields(self):
        imports = self.env.context.get("import_file") and self.env.user.has_group(_OEM)
        return super()._import_given_fields() | (_GIVEN if imports else set())

    def _take_over_given(self, said):
        """Cards and dates of before; the history begins with them."""
        result = super()._take_over_given(said)
        reason = self.env._("Imported")
        for member, vals in zip(self, said, strict=True):
            vals = {name: vals[name] for name in _GIVEN & vals.keys()}
            if not vals:
                continue
            member._store(member._import_whole(vals))
            # sudo: the history is nobody's to write, and begins with what was before.
            member.sudo().change_ids.write(
                {
                    "date": member.join_date,
                    "to_tier_id": member.tier_id.id,
                    "valid_until": member.valid_until,
                    "reason": reason,
                }
            )
        return result

    def _import_whole(self, vals):
        vals = dict(vals)
        if "number" in vals:
            vals["number"] = clean(vals["number"])
        joined = fields.Date.to_date(vals.get("join_date")) or self.join_date
        tier = self.env["crm.club.tier"].browse(vals.get("tier_id")) or self.tier_id
        until = fields.Date.to_date(vals.get("valid_until")) or self._last_day(self._today(), tier)
        start = until - relativedelta(months=tier.validity_months) + relativedelta(days=1)
        start = max(min(start, self._today()), joined)
        return {**vals, "valid_until": until, "valid_from": min(start, until)}

    # -- Faults ------------------------------------------------------------------------------

    @api.model
    def _import_unique(self):
        return [
            *super()._import_unique(),
            (["number"], clean),
            (["partner_id"], lambda text: text.strip().lower()),
        ]

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        partners = self.env["res.partner"].browse(
            {values["partner_id"] for values in values_list if values.get("partner_id")}
        )
        # sudo: the unique keys would tell it anyway.
        customers = partners.commercial_partner_id.ids
        members = self.sudo().search([("partner_id", "in", customers)]).partner_id.ids
        numbers = {clean(values.get("number")) for values in values_list} - {""}
        taken = self._taken_numbers(numbers)
        tiers = self.env["crm.club.tier"].search([("by_invitation", "=", True)])._ids
        for index, values in enumerate(values_list):
            if not values.get("id"):
                found = self._import_member_faults(values, members, taken, tiers)
                faults += [(index, *fault) for fault in found]
        return faults

    @api.model
    def _import_member_faults(self, values, members, taken, invited):
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        if not partner:
            yield "partner_id", self.env._("Give the customer.")
        elif partner.commercial_partner_id.id in members:
            yield "partner_id", self.env._("This customer is a member of the club already.")
        for name in (_GIVEN & values.keys()) - self._import_given_fields():
            yield name, self._step_refusal()
        if clean(values.get("number")) in taken:
            yield "number", self.env._("This card number is taken.")
        if values.get("tier_id") in invited and not values.get("valid_until"):
            yield "valid_until", self.env._("Give the last day of the invitation.")
        if str(values.get("join_date") or "") > str(self._today()):
            yield "join_date", self.env._("The member joins in the future. Correct the day.")

    # -- Templates ---------------------------------------------------------------------------

    @api.model
    def _import_templates(self):
        customer = self.env["res.partner"].search(
            [("customer_number", "!=", False), ("club_membership_id", "=", False)], limit=1
        )
        columns = [("partner_id", customer.customer_number or "")]
        if self.env.user.has_group(_OEM):
            tier = self.env["crm.club.tier"]._lowest()
            columns += [
                ("number", "EXAMPLE-0001"),
                ("tier_id", tier.name),
                ("join_date", self._import_example_date(-100)),
                ("valid_until", self._import_example_date(265)),
            ]
        return {
            **super()._import_templates(),
            "members": (self.env._("Template for Members"), columns),
        }

    @api.model
    def _import_column(self, path, examples):
        # What is left out is drawn or counted.
        column = super()._import_column(path, examples)
        return {**column, "required": path == "partner_id"}
