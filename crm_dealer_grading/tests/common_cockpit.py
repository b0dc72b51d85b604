"""What every cockpit is asked, whoever adds cards."""

import json
from datetime import date

MARCH = date(2031, 3, 1)


class CockpitChecks:
    """For a test case with ``users`` (``DealerFactories``)."""

    def _page(self, login, **filters):
        """The page as its user gets it, after the way through JSON."""
        page = self.env["crm.cockpit"].with_user(self.users[login]).page(filters)
        return json.loads(json.dumps(page))

    def _cards(self, page):
        return {card["id"]: card for card in page["cards"]}

    def _figures(self, card):
        """``(count, what it opens)`` of all figures; count None where it is no count."""
        for line in card.get("lines", []):
            yield line["value"] if card["kind"] == "waiting" else None, line["open"]
        for bar in card.get("bars", []):
            count = None if "id" in bar["open"] or card.get("unit") else bar["value"]
            yield bar.get("of", count), bar["open"]
        for series in card.get("series", []):
            for point in filter(None, series["points"]):
                yield point.get("n"), point["open"]
        for row in card.get("rows", []):
            yield from ((None, cell["open"]) for cell in row["cells"] if cell)
        for tile in card.get("tiles", []):
            yield None, tile["open"]

    def _check_figures(self, login, page, stored=()):
        """Each figure opens its records: as many as it counts, with the user's rights.

        :param stored: cards whose counts were stored by a job
        :return: number of counts that were compared
        """
        compared = 0
        env = self.env(user=self.users[login], su=False)
        for name, card in self._cards(page).items():
            self.assertTrue(card["title"], name)
            for count, opens in self._figures(card):
                action = env["ir.actions.act_window"]._for_xml_id(opens["action"])
                records = env[action["res_model"]]
                if "id" in opens:
                    self.assertTrue(records.search([("id", "=", opens["id"])]), (name, opens))
                elif count is not None and name not in stored:
                    found = records.search_count(opens["domain"])
                    self.assertEqual(count, found, (name, opens))
                    compared += 1
        return compared


class KpiValueFactories:
    """Values of two KPIs, and nothing else, for the dealers A, B and six others."""

    @classmethod
    def _set_up_values(cls):
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.Value = cls.env["crm.kpi.value"]
        cls.Value.search([]).unlink()
        cls.env["crm.kpi.target"].search([]).unlink()
        cls.higher = cls.env.ref("crm_dealer_grading.kpi_conversion")
        cls.lower = cls.env.ref("crm_dealer_grading.kpi_churn")
        cls.others = cls._more_dealers(6)

    @classmethod
    def _more_dealers(cls, count, prefix="Other"):
        return cls.env["crm.dealer"].create(
            [
                {"name": f"{prefix} {n}", "code": f"{prefix}{n}",
                 "region_id": (cls.region_north, cls.region_south)[n % 2].id}
                for n in range(count)
            ]
        )  # fmt: skip

    def _values(self, figures, kpi=None, period=MARCH, **vals):
        """Values of dealers, and of means; ``{dealer, region or None for the network: value}``."""
        rows = []
        for who, value in figures.items():
            level = {"crm.dealer": "dealer", "crm.dealer.region": "region"}.get(
                who and who._name, "network"
            )
            region = who.region_id.id if level == "dealer" else who and who.id
            rows.append(
                {
                    "kpi_id": (kpi or self.higher).id, "level": level, "value": value,
                    "dealer_id": level == "dealer" and who.id, "region_id": region or False,
                    "period_kind": "month", "period": period, "has_value": True, "few": False,
                    "told_dealers": 0, "measured_on": date(2031, 4, 2), **vals,
                }
            )  # fmt: skip
        return self.Value.create(rows)
