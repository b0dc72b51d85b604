import random
from collections import defaultdict
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, tagged

from .common_prospect import ProspectFactories

TODAY = date(2026, 6, 30)


@tagged("post_install", "-at_install")
class TestProspectConversion(ProspectFactories, TransactionCase):
    """The report equals a plain count over random leads (C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_prospects()
        cls.env = cls.env(context={**cls.env.context, "tz": "Asia/Shanghai"})
        cls.rng = random.Random(11)
        cls.facts = [cls._random_lead() for _number in range(80)]
        cls.env.flush_all()
        cls.mine = [("lead_id", "in", [fact["lead"].id for fact in cls.facts])]

    @classmethod
    def _random_lead(cls):
        rng = cls.rng
        fact = {
            "dealer": rng.choice((cls.dealer_a, cls.dealer_b)),
            "user": rng.choice(
                (cls.users["sales_a"], cls.users["manager_a"], cls.users["sales_b"])
            ),
            "state": rng.choice(("open", "won", "delivered", "lost", "archived")),
            "driven": rng.random() < 0.5,
            # Late in the evening in UTC is the next day in Shanghai.
            "opened": datetime(2026, 1, 1, rng.choice((2, 17))) + timedelta(rng.randint(0, 90)),
        }
        fact["closed"] = fact["opened"] + timedelta(rng.randint(0, 60), hours=rng.choice((0, 6)))
        lead = cls._lead(
            False, dealer_id=fact["dealer"].id, test_drive="done" if fact["driven"] else False
        )
        reason = cls.env.ref("crm_dealer_grading.lost_price")
        if fact["state"] == "lost":
            lead.action_set_lost(lost_reason_id=reason.id)
        elif fact["state"] in ("won", "delivered"):
            lead.action_set_won()
        elif fact["state"] == "archived":
            lead.write({"active": False, "probability": 5})
        cls.env.flush_all()
        closed = fact["closed"] if fact["state"] in ("won", "lost", "delivered") else None
        fact["delivered"] = (fact["closed"] + timedelta(9)).date()
        delivered = fact["delivered"] if fact["state"] == "delivered" else None
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date=%s, date_closed=%s, delivered_on=%s, user_id=%s,"
            " dealer_id=%s WHERE id=%s",
            [fact["opened"], closed, delivered, fact["user"].id, fact["dealer"].id, lead.id],
        )
        cls.env.invalidate_all()
        return {**fact, "lead": lead}

    def _expected(self, facts):
        """``{dealer id: figures}`` counted one by one."""

        def day(moment):
            return (moment + timedelta(hours=8)).date()

        groups = defaultdict(list)
        for fact in facts:
            if fact["state"] != "archived":
                groups[fact["dealer"].id].append(fact)
        figures = {}
        for dealer, cards in groups.items():
            won = [c for c in cards if c["state"] in ("won", "delivered")]
            delivered = [c for c in cards if c["state"] == "delivered"]
            lost = [c for c in cards if c["state"] == "lost"]
            to_win = [(day(c["closed"]) - day(c["opened"])).days for c in won]
            to_delivery = [(c["delivered"] - day(c["opened"])).days for c in delivered]
            ages = [
                ((TODAY if c["state"] == "open" else day(c["closed"])) - day(c["opened"])).days
                for c in cards
            ]
            driven = sum(c["driven"] for c in cards)
            figures[dealer] = [
                len(cards), driven, len(won), len(delivered), len(lost),
                100 * driven / len(cards), 100 * len(won) / len(cards),
                100 * len(delivered) / len(cards), 100 * len(lost) / len(cards),
                sum(to_win) / len(won), sum(to_delivery) / len(delivered), sum(ages) / len(ages),
            ]  # fmt: skip
        return figures

    def _figures(self, login):
        report = self._as(login)["crm.lead.conversion.report"].with_context(tz="Asia/Shanghai")
        aggregates = [
            f"{name}:sum" for name in ("opened", "test_drives", "won", "delivered", "lost")
        ] + [
            f"{name}:avg"
            for name in ("test_drive_rate", "won_rate", "delivered_rate", "lost_rate",
                         "days_to_win", "days_to_delivery", "days_open")
        ]  # fmt: skip
        return {
            dealer.id: figures
            for dealer, *figures in report._read_group(self.mine, ["dealer_id"], aggregates)
        }

    def _check(self, login, facts):
        found, expected = self._figures(login), self._expected(facts)
        self.assertEqual(set(found), set(expected), login)
        for dealer, figures in expected.items():
            for one, other in zip(found[dealer], figures, strict=True):
                self.assertAlmostEqual(one, other, 6, login)

    @freeze_time("2026-06-30 02:00:00")
    def test_equals_a_plain_count_under_the_rules(self):
        with self.assertRaises(AccessError):
            self._figures("clerk")
        self.assertFalse(self._figures("homeless"))
        for login, dealer in (("manager_a", self.dealer_a), ("greedy_b", self.dealer_b)):
            self._check(login, [fact for fact in self.facts if fact["dealer"] == dealer])
        for login in ("oem", "auditor", "agent"):
            self._check(login, self.facts)
        own = [
            fact for fact in self.facts
            if fact["dealer"] == self.dealer_a and fact["user"] == self.users["sales_a"]
        ]  # fmt: skip
        self._check("sales_a", own)

    def test_figures_open_their_cards(self):
        report = self._as("manager_a")["crm.lead.conversion.report"]
        rows = report.search([*self.mine, ("lost", "=", 1)])
        cards = [
            f["lead"].id
            for f in self.facts
            if f["state"] == "lost" and f["dealer"] == self.dealer_a
        ]
        self.assertEqual(set(rows.lead_id.ids), set(cards))
        self.assertEqual(set(rows.action_open_leads()["domain"][0][2]), set(cards))
        for field in ("stage_id", "dealer_region_id", "vehicle_model_id", "source_id",
                      "acquisition_channel_id", "user_id", "date:month", "state"):  # fmt: skip
            groups = report._read_group(self.mine, [field], ["opened:sum"])
            self.assertEqual(sum(count for _key, count in groups), len(report.search(self.mine)))
