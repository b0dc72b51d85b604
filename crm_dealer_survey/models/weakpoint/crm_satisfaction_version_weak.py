from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.quadrant import add_places
from .crm_satisfaction_version_said import TOTAL

KINDS = ("stated", "derived")


def _rounded(figure):
    """To six decimals: the order in which the database adds up shall not show."""
    return None if figure is None else round(figure, 6)


class CrmSatisfactionVersion(models.Model):
    """Weak points: importance × satisfaction of factors or questions (S5).

    What may be asked is in ``crm_satisfaction_version_weak_asked``, sums in ``…_said``, derived
    importance and averages of others in ``…_weak_compare``.
    """

    _inherit = "crm.satisfaction.version"

    @api.readonly
    def weak_points(self, filters=None, level="factor"):
        """Where the factors or questions of the version stand; the user's rights hold.

        :param dict filters: any of ``dealer_id``, ``region_id`` (with the regions below),
            ``factor_id`` (its questions only), ``date_from`` and ``date_to`` (days, both
            included)
        :param str level: ``factor`` or ``question``
        :return: dict of ``total`` and ``items``, each with ``index`` (on the version's scale),
            ``n`` answers, ``low``, ``high`` of the 95 % interval, ``few`` (fewer answers than the
            programme asks for), ``region``, ``network`` (averages, None where a dealer could be
            recognised), ``change`` to the period before within the version, ``change_sure`` (more
            than chance). Items also: ``sure`` (the interval is on one side of the line),
            ``stated``, ``derived`` importance (shares that add up to 1, or None), its
            ``derived_range`` by chance, and under each of both names in ``places``: ``quadrant``
            (``fix``, ``low``, ``keep``, ``extra``), ``lost`` points of the index and ``priority``
            (1: to be fixed first). ``lines``: where the quadrants meet. ``derived``: what the
            derived importance stands on. ``notes``: sentences on what cannot be compared.
        :raise UserError: something else is asked for
        :raise AccessError: for who does not read answers
        """
        asked = self._weak_asked(filters, level)
        rows = self._weak_rows(asked)
        words, derived = self._weak_derived(asked)
        items = self._weak_items(asked, rows, derived)
        lines = self._weak_lines(items)
        for kind in KINDS:
            add_places(items, kind, lines, self._top())
        return {
            **self._weak_head(asked),
            "total": rows[TOTAL],
            "items": items,
            "lines": lines,
            "derived": words,
            "notes": self._weak_notes(asked, rows[TOTAL]),
        }

    def _weak_rows(self, asked):
        """``{item: satisfaction}``, the total among them."""
        self._flush_said()
        scores, items = self.env["crm.satisfaction.score"], asked.items.ids
        domain = asked.where & asked.when(asked.earlier or asked.since, asked.until)
        sums = self._sums_of_items(scores, domain, asked.level, items, asked.since)
        others = self._weak_others(asked)
        return {item: self._weak_row(item, sums, others) for item in (TOTAL, *items)}

    def _weak_items(self, asked, rows, derived):
        """Factors or questions with satisfaction and both importances."""
        stated = self._weak_stated(asked)
        shares = derived.shares if derived else {}
        ranges = derived.ranges if derived else {}
        return [
            {
                **self._weak_named(item),
                **rows[item.id],
                "stated": _rounded(stated[item.id]),
                "derived": _rounded(shares.get(item.id)),
                "derived_range": [_rounded(end) for end in ranges.get(item.id, (None, None))],
                "places": dict.fromkeys(KINDS),
            }
            for item in asked.items
        ]

    def _weak_head(self, asked):
        return {
            "version_id": self.id,
            "title": self.display_name,
            "top": self._top(),
            "bottom": self._top() / 10,
            "where": (asked.dealer or asked.region).display_name or "",
            "near": asked.dealer.region_id.display_name or "",
            "factors": [{"id": factor.id, "name": factor.name} for factor in self.factor_ids],
            "low_score": self.sudo().programme_id.low_score,  # a threshold is no secret
        }

    def _weak_named(self, item):
        if item._name == "crm.satisfaction.factor":
            return {"id": item.id, "name": item.name, "factor": ""}
        return {"id": item.id, "name": item.title, "factor": item.satisfaction_factor_id.name}

    def _weak_row(self, item, sums, others):
        """Satisfaction of one item, beside averages and the period before."""
        now, then = sums.get((True, item)), sums.get((False, item))
        network, region = others.get(item, (None, None))
        row = {
            "n": 0, "customers": 0, "index": None, "low": None, "high": None, "few": True,
            "network": self._weak_scaled(network), "region": self._weak_scaled(region),
            "change": None, "change_sure": False,
        }  # fmt: skip
        if not now:
            return row
        needed = self.sudo().programme_id.min_answers
        low, high = now.interval(1, 10)
        row.update(
            n=now.answers, customers=now.customers, index=self._weak_scaled(now.mean),
            low=self._weak_scaled(low), high=self._weak_scaled(high), few=now.answers < needed,
        )  # fmt: skip
        if then:
            row["change"] = self._weak_scaled(now.mean - then.mean)
            enough = min(now.answers, then.answers) >= needed
            enough = enough and None not in (now.error, then.error)
            spread = ((now.error or 0) ** 2 + (then.error or 0) ** 2) ** 0.5
            row["change_sure"] = bool(enough and abs(now.mean - then.mean) > 1.96 * spread)
        return row

    def _weak_scaled(self, figure):
        """An answer from 1 to 10 on the scale of the index."""
        return None if figure is None else _rounded(figure * self._top() / 10)

    def _weak_stated(self, asked):
        """``{item: share}`` by the weights of the version."""
        if asked.level == "factor":
            weights = {factor.id: factor.weight for factor in asked.items}
        else:
            sums = {}
            for question in asked.items:
                factor = question.satisfaction_factor_id
                sums[factor] = sums.get(factor, 0) + (question.satisfaction_weight or 1)
            weights = {
                question.id: question.satisfaction_factor_id.weight
                * (question.satisfaction_weight or 1) / sums[question.satisfaction_factor_id]
                for question in asked.items
            }  # fmt: skip
        whole = sum(weights.values())
        return {item: weight / whole for item, weight in weights.items()}

    def _weak_lines(self, items):
        """Where the quadrants meet: the programme's figure or the average; the mean share.

        Also tells of each item whether its interval lies on one side of the line (``sure``).
        """
        known = [row for row in items if row["index"] is not None]
        known = [row for row in known if not row["few"]] or known
        weak_below = self.sudo().programme_id.weak_below  # a threshold is no secret
        if weak_below:
            line = weak_below * self._top() / 100
        else:
            line = sum(row["index"] for row in known) / len(known) if known else None
        for row in items:
            ends = row["low"], row["high"]
            row["sure"] = None not in ends and not ends[0] < line <= ends[1]
        derived = sum(row["derived"] is not None for row in items)
        return {
            "satisfaction": _rounded(line),
            "stated": 1 / len(items) if items else None,
            "derived": 1 / derived if derived else None,
        }

    def _weak_notes(self, asked, total):
        """Sentences on what is not compared: versions are never joined."""
        if not asked.earlier:
            return []
        notes = []
        day = format_date(self.env, asked.earlier)
        for version, first, last in self._weak_siblings(asked):
            name = version.display_name
            if last >= asked.since:
                notes.append(
                    self.env._(
                        "%(version)s was answered in this period, too. Its figures are not in "
                        "here: versions are never joined.",
                        version=name,
                    )
                )
            if first < asked.since:
                notes.append(
                    self.env._(
                        "%(version)s was answered in the period before (from %(day)s). It is "
                        "not compared with.",
                        version=name,
                        day=day,
                    )
                )
        if total["n"] and total["change"] is None and not notes:
            notes.append(
                self.env._(
                    "Nobody answered in the period before (from %s): no change is shown.", day
                )
            )
        return notes

    def _weak_siblings(self, asked):
        """Other versions answered in this period or the one before: ``(version, first, last)``."""
        return self.env["crm.satisfaction.score"]._read_group(
            asked.where
            & asked.when(asked.earlier, asked.until)
            & Domain("programme_id", "=", self.programme_id.id)
            & Domain("version_id", "!=", self.id)
            & Domain("kind", "=", "satisfaction")
            & Domain("factor_id", "=", False),
            ["version_id"],
            ["date:min", "date:max"],
        )
