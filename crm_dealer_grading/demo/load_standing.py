from .load_base import Loader


class StandingLoader(Loader):
    """What is known of customers, and what they said."""

    def load(self):
        self._load_thresholds()
        for row in self.plan["standing"]:
            vals = {name: value for name, value in row.items() if name != "customer"}
            self.customers[row["customer"]].write(vals)
        self.create_all(
            "crm.contact.log",
            [
                {
                    "partner_id": self.customers[row["customer"]].id,
                    "dealer_id": self.dealer(row["dealer"]),
                    "user_id": self.ref(row["user"]),
                    "date": row["date"],
                    "way": "phone",
                    "summary": row["summary"],
                    "satisfaction": row["satisfaction"],
                    "complaint": row["complaint"],
                }
                for row in self.plan["said"]
            ],
        )

    def _load_thresholds(self):
        """The shipped thresholds are in yuan; the demo network is small, so a tenth of the money
        makes a VIP."""
        conditions = self.env["crm.grading.condition"].search(
            [("metric_id.unit", "=", "money"), ("scheme_id.code", "!=", False)]
        )
        conditions = conditions.filtered(lambda c: c.level_id.method == "bands")
        for condition in conditions.with_context(grading_scheme_editing=True):
            bounds = [self._bound(bound) for bound in condition.value_range.split("..")]
            condition.value_range = "..".join(bounds)
        conditions.scheme_id._check_definition()

    def _bound(self, text):
        if not text:
            return text
        return f"{self.money(int(text) // 10 if int(text) >= 1_000_000 else int(text)):.0f}"
