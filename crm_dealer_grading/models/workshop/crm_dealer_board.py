from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError

CHANNEL = "crm_dealer_workshop_board"
OEM = "crm_dealer_grading.group_oem_auditor"
_IN_HOUSE = ("received", "work_order", "in_work", "quality_check")


class CrmDealer(models.Model):
    """The waiting-room board of a dealer: nothing on it tells strangers who somebody is (C5)."""

    _inherit = "crm.dealer"

    def action_open_board(self):
        """Open the board on the whole screen."""
        self.ensure_one()
        self._check_board_access()
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_dealer_grading.workshop_board_action"
        )
        # The client keeps this one when the page is loaded again.
        action["context"] = {"active_id": self.id, "active_model": "crm.dealer"}
        return action

    def _may_see_board(self):
        """Staff of the dealer, and the manufacturer's auditors and managers."""
        self.ensure_one()
        user = self.env.user
        if user.dealer_scoped:
            return self in user._own_dealers()
        return user.has_group(OEM)

    def _check_board_access(self):
        if not self._may_see_board():
            self._refuse_board()

    def _refuse_board(self):
        raise AccessError(
            self.env._(
                "Only the staff of a dealer and the manufacturer open its board. "
                "Ask your manager to add you to the dealer's staff."
            )
        )

    @api.model
    @api.readonly
    def get_board_dealers(self):
        """Return ``[{"id", "name"}]`` of the dealers whose board the user may open.

        :raise AccessError: for whoever may open none
        """
        user = self.env.user
        dealers = user._own_dealers()
        if not user.dealer_scoped and user.has_group(OEM):
            dealers = self.search([("dealer_type", "!=", "sales")])
        if not dealers:
            self._refuse_board()
        return [{"id": dealer.id, "name": dealer.name} for dealer in dealers]

    def get_board(self):
        """Return what the board of the dealer shows now (C5).

        Not ``@api.readonly``: the board asks when it hears of a change, which a read replica may
        not know yet.

        :return: ``{"dealer": name, "tz": time zone, "visits": [{"id", "plate": masked, "stage",
            "stage_label", "promised": naive UTC as text or False, "advisor": first name or
            ""}]}``, soonest promised first; the delivered ones of today last
        :raise AccessError: for whoever is neither staff of the dealer nor the manufacturer
        """
        self.ensure_one()
        self._check_board_access()
        # sudo: what is shown was chosen so that anybody in the waiting room may see it.
        visits = self.env["crm.service.visit"].sudo().search_fetch(self._board_domain())
        labels = dict(visits._fields["stage"]._description_selection(self.env))
        rows = [visit._board_row(labels) for visit in visits]
        # Text of one format: sorted as the times it stands for.
        rows.sort(key=lambda r: (r["stage"] == "delivered", not r["promised"], r["promised"]))
        return {"dealer": self.name, "tz": self._timezone().zone, "visits": rows}

    def _board_domain(self):
        """Vehicles in the workshop, and those that are ready since today."""
        midnight = self._local(fields.Datetime.now()).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        midnight = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return [
            ("dealer_id", "=", self.id),
            *("|", ("stage", "in", _IN_HOUSE), "&", ("stage", "=", "delivered")),
            ("date_delivered", ">=", midnight),
            ("date", ">=", midnight - timedelta(days=60)),
        ]

    def _notify_board(self):
        """Tell the open boards of these dealers, on commit, to look again.

        The message carries no data; the board asks for them with the user's own rights.
        """
        for dealer in self:
            self.env["bus.bus"]._sendone((dealer, CHANNEL), CHANNEL, {"dealer_id": dealer.id})
