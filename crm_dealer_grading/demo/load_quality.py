from datetime import timedelta

from odoo import Command, fields

from .load_base import Loader

# Every so many-th customer was called; of those every so many-th had something wrong.
_CALLED, _WRONG = 3, 9
_NOTES = {True: "The customer moved; the file is to be corrected", False: "Spoke with the customer"}


class QualityLoader(Loader):
    """Verifications by the call centre, most of them right."""

    def load(self, today=None):
        """Create them, spread over the last quarter."""
        today = today or fields.Date.context_today(self.env.user)
        vals_list = []
        for number, customer in enumerate(self.customers[::_CALLED]):
            wrong = number % _WRONG == 4
            names = [name for name in customer._key_field_names() if customer[name]]
            verdicts = dict.fromkeys(names, "correct")
            if wrong and "street" in verdicts:
                verdicts["street"] = "wrong"
            lines = [{"field_name": n, "verdict": verdict} for n, verdict in verdicts.items()]
            vals_list.append(
                {
                    "partner_id": customer.id,
                    "user_id": self.ref("user_callcentre"),
                    "date": today - timedelta(days=number * 7 % 90),
                    "note": _NOTES[wrong],
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        self.create_all("crm.customer.verification", vals_list)
