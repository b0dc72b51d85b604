from datetime import datetime

from .common_grading import GradingCommon


class ManualCommon(GradingCommon):
    """Ten customers, nine with orders, in a scheme that ranks; and how to name one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Manual = cls.env["crm.grading.manual"]
        cls.History = cls.env["crm.grading.history"]
        cls.customers = cls._customers(10)
        cls._insert_orders(
            [(c, 1000 - 50 * i, datetime(2026, 6, 1)) for i, c in enumerate(cls.customers[:9])]
        )
        cls.scheme = cls._share_scheme("rank", [20, 80])
        cls.today = cls.env.company._today_here()

    def _give(self, customer, level, start, end, env=None, **vals):
        return (env or self.env)["crm.grading.manual"].create(
            {
                "partner_id": customer.id,
                "scheme_id": level.scheme_id.id,
                "level_id": level.id,
                "reason": "Named by the board",
                "date_from": start,
                "date_until": end,
                **vals,
            }
        )

    def _result(self, customer, scheme=None):
        domain = [("scheme_id", "=", (scheme or self.scheme).id), ("partner_id", "=", customer.id)]
        return self.Result.search(domain)
