from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.dialog import ask
from ...tools.steps import check_at
from .crm_credit_hold import _STEP, HELD


class CrmCreditHold(models.Model):
    """A controller says no (K4): the to-do is done, and whoever was stopped is told why."""

    _inherit = "crm.credit.hold"

    refused_because = fields.Text(readonly=True)

    def action_refuse(self):
        """Ask why; then the document stays as it is."""
        self.ensure_one()
        self._check_refusable()
        return ask("crm.credit.refuse", self.env._("Refuse"), hold_id=self.id)

    def _check_refusable(self):
        """:raise UserError: it was decided already"""
        self._check_controller()
        for hold in self:
            check_at(hold, ["open"])
        self._check_not_released()
        self._check_no_release_for_all()

    def _check_no_release_for_all(self):
        """:raise UserError: a release for any document of the customer lets this one through"""
        releases = self.env["crm.credit.release"]
        for hold in self.filtered(lambda hold: hold.credit_mode == "release"):
            if release := releases._find(hold._overdrawn(), releases):
                raise UserError(
                    self.env._(
                        "%(user)s released any one document of %(customer)s, until %(date)s, and "
                        "%(document)s would go through with that. Revoke that release, then "
                        "refuse.",
                        user=release.granted_by_id.name,
                        customer=hold.partner_id.name,
                        date=format_date(self.env, release.valid_until),
                        document=hold.display_name,
                    )
                )

    @api.private
    def _refuse(self, reason):
        """Decide against the document; a new try of it is held anew.

        What was released for it and did not suffice is revoked: it would, once room was made.

        :raise AccessError: for all but credit controllers
        :raise UserError: it was decided already
        """
        self._check_controller()
        self._take()
        self._check_refusable()
        for hold in self:
            hold.activity_unlink([HELD])
            self.env["crm.credit.release"]._revoke_for(hold)
            hold.with_context(credit_hold_step=_STEP).write(
                {"state": "refused", "refused_because": reason}
            )
            asked_by = hold.asked_by_id.sudo()
            # sudo: a controller may write no orders; a note on the one that was decided.
            hold.sudo()._document().message_post(
                body=Markup("%s<br/>%s") % (self._refused_words(asked_by), reason),
                partner_ids=[] if asked_by.share else asked_by.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    def _refused_words(self, user):
        worded = self.with_context(lang=user.lang or self.env.lang)
        return worded.env._("The credit controller did not release this document:")
