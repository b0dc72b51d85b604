"""What becomes of a membership day by day, in plain Python (M1)."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


class Member:
    """``ladder``: codes from the highest; ``rules``: by code, months, grace, expires_unused."""

    def __init__(self, ladder, rules, tier, valid_until, state="active"):
        self.ladder, self.rules = ladder, rules
        self.tier, self.valid_until, self.state = tier, valid_until, state
        self.history = []

    def _begin(self, day, kind, tier):
        months = self.rules[tier]["months"]
        self.tier, self.state = tier, "active"
        self.valid_until = day + relativedelta(months=months) - timedelta(days=1)
        self.history.append((day, kind, tier))

    def pass_day(self, day, earned, spent):
        """The night to ``day``, on which the figures earn ``earned``; ``spent``: anything."""
        if self.state in ("suspended", "left"):
            return
        if self.state == "expired":
            if spent:
                self._begin(day, "returned", earned)
            return
        if self.tier == "V":
            if day > self.valid_until:
                self._begin(day, "ended", earned)
            return
        if self.ladder.index(earned) < self.ladder.index(self.tier):
            self._begin(day, "upgraded", earned)
            return
        if day > self.valid_until:
            self._end_period(day, earned, spent)

    def _end_period(self, day, earned, spent):
        rule = self.rules[self.tier]
        over = (day - self.valid_until).days > rule["grace"]
        if rule["expires_unused"] and not spent:
            if over:
                self.state = "expired"
                self.history.append((day, "expired", self.tier))
            return
        if earned == self.tier:
            self._begin(day, "renewed", earned)
        elif over:
            self._begin(day, "downgraded", earned)
