from .load_base import Loader


class ContactLoader(Loader):
    """The contact log, and contacts that are due."""

    def load(self, today):
        """Log the contacts, then give out some that are due."""
        # Nobody gets a mail for the to-dos of the demo network.
        self.env = self.env(context={**self.env.context, "mail_activity_quick_update": True})
        rows = self.plan["contact_log"]
        self.create_all("crm.contact.log", [self._log_vals(row) for row in rows])
        rows = self.plan["contact_plans"]
        dues = self.create_all("crm.contact.due", [self._due_vals(row) for row in rows])
        dues._hand_out(today)

    def _log_vals(self, row):
        same = ("date", "way", "summary", "feedback", "deep", "satisfaction")
        return {name: row[name] for name in same} | {
            "partner_id": self.customers[row["customer"]].id,
            "user_id": self.ref(row["user"]),
            "need_state": row["need"],
            "next_date": row["next_date"],
            "next_step": row["next_step"],
        }

    def _due_vals(self, row):
        customer = self.customers[row["customer"]]
        return {name: row[name] for name in ("date", "way", "note")} | {
            "partner_id": customer.id,
            "dealer_id": customer.dealer_id.id,
            "user_id": customer.user_id.id,
        }
