import time

from odoo import models
from odoo.http import request

# Below these lie the pages of members, and of whoever has a link to one.
_PAGES = ("/my/club", "/club/")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Note when somebody does something on the club's pages, see ``from_replica``."""
        super()._pre_dispatch(rule, args)
        asked = request.httprequest
        if asked.method == "POST" and asked.path.startswith(_PAGES):
            request.session["club_done_at"] = time.time()
