"""What every cockpit is asked, whoever adds cards."""

import json


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
