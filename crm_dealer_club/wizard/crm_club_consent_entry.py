from odoo import Command, api, fields, models


class CrmClubConsentEntry(models.TransientModel):
    """What a person allows, as staff hear it: one line for each purpose and channel (P4)."""

    _name = "crm.club.consent.entry"
    _description = "Entering Consents"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("partner_id",)

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    how = fields.Selection(
        selection=lambda self: self.env["crm.club.consent"]._choices("how"),
        string="Learnt by",
        required=True,
        default="form",
    )
    note = fields.Char()
    line_ids = fields.One2many("crm.club.consent.entry.line", "entry_id", string="Decisions")

    @api.model
    def _of(self, partner):
        """The dialog with what holds for ``partner`` today."""
        partner.check_access("read")
        # sudo: what holds is asked of all decisions; the right to the person was checked.
        consents = self.env["crm.club.consent"].sudo()
        latest = consents._latest(partner)
        outdated = consents._outdated(partner)
        lines = []
        for purpose in self.env["crm.club.consent.purpose"].search([("active", "=", True)]):
            for way in consents._channels(purpose):
                known = latest.get((partner.id, purpose.id, way))
                given = purpose.given_by_default if known is None else known
                lines.append(
                    {
                        "purpose_id": purpose.id,
                        "channel": way,
                        "before": given,
                        "given": given,
                        "decided": known is not None,
                        "anew": (purpose.id, way) in outdated,
                    }
                )
        return self.create(
            {"partner_id": partner.id, "line_ids": [Command.create(line) for line in lines]}
        )

    def action_record(self):
        """Record the lines that were changed."""
        self.ensure_one()
        changed = self.line_ids.filtered(
            lambda line: line.given != line.before or (line.anew and line.agrees)
        )
        self.env["crm.club.consent"]._decide_by_staff(
            self.partner_id,
            [(line.purpose_id, line.channel, line.given) for line in changed],
            self.how,
            self.note,
        )
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw_all(self):
        """The person wants nothing any more: record a no to all that is asked for.

        Membership is no part of it: that ends by leaving the club.
        """
        self.ensure_one()
        asked = self.line_ids.filtered("purpose_id.on_profile")
        self.env["crm.club.consent"]._decide_by_staff(
            self.partner_id,
            [(line.purpose_id, line.channel, False) for line in asked],
            self.how,
            self.note,
        )
        return {"type": "ir.actions.act_window_close"}
