import re

from odoo import api, fields, models

from ...tools import plate

# What a board shows of a visit; another value of one of these is news.
_SHOWN = {"stage", "date_promised", "date_delivered", "user_id", "dealer_id", "vehicle_id"}
_SHOWN |= {"active"}
_NEVER_SHOWN = ("booked", "cancelled", "followed_up")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")


class CrmServiceVisit(models.Model):
    """What the waiting-room board shows of a visit, and when it looks again (C5)."""

    _inherit = "crm.service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._on_boards().dealer_id._notify_board()
        return visits

    def write(self, vals):
        if not _SHOWN & vals.keys():
            return super().write(vals)
        before = self._on_boards()
        dealers = before.dealer_id
        result = super().write(vals)
        (dealers | self._on_boards().dealer_id)._notify_board()
        return result

    def _on_boards(self):
        """Those of ``self`` that a board may show: the others are not worth a message."""
        today = fields.Datetime.now()
        return self.filtered(
            lambda visit: visit.active
            and visit.stage not in _NEVER_SHOWN
            and (visit.stage != "delivered" or (today - visit.date_delivered).days < 1)
        )

    def _board_row(self, labels):
        """The visit on the board: no name of a customer, no whole plate, no VIN, no number."""
        return {
            "id": self.id,
            "plate": plate.mask(self.vehicle_id.plate or ""),
            "stage": self.stage,
            "stage_label": labels[self.stage],
            "promised": fields.Datetime.to_string(self.date_promised) or "",
            "advisor": self._board_advisor(),
        }

    def _board_advisor(self):
        """The advisor's first name: Markus of Markus Keller, 晓明 of 陈晓明 Chen Xiaoming."""
        word = (self.user_id.name or "").split(" ")[0]
        return word[1:] if _CHINESE.fullmatch(word) else word
