import time

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Note when somebody does something on the club's pages, see ``from_replica``."""
        result = super()._pre_dispatch(rule, args)
        asked = request.httprequest
        # Who is not signed in has no page that shows it, and needs no session for that.
        if asked.method == "POST" and request.session.uid and asked.path.startswith("/my/club"):
            request.session["club_done_at"] = time.time()
        return result
