"""The club's points once more, in plain Python that shares no line with the product.

A member's purse is a list of lots; every operation says in the simplest way what should happen.
Numbers are hundredths of a point.
"""

# Of two who become one, the first of these that one of them is.
_STATES = ("suspended", "active", "left")


class Lot:
    def __init__(self, number, points, last_day, source=None):
        self.number, self.left, self.last_day, self.source = number, points, last_day, source
        self.expired = 0


class Purse:
    """What one member has."""

    counter = 0

    def __init__(self):
        self.lots = []
        self.debt = 0
        self.state = "active"
        # name of a document: [points in full, points that it holds now, debt aside]
        self.documents = {}
        self.orders = {}  # name of an order: [(lot, points)] that it took

    @property
    def active(self):
        return self.state == "active"

    def total(self):
        return sum(lot.left for lot in self.lots)

    def _pay_debt(self):
        part = min(self.debt, self.total())
        if part:
            self.debt -= part
            self._use(part)

    def _use(self, points):
        used = []
        while points:
            lot = min(
                (lot for lot in self.lots if lot.left), key=lambda lot: (lot.last_day, lot.number)
            )
            part = min(lot.left, points)
            lot.left -= part
            points -= part
            used.append((lot, part))
        return used

    def earn(self, points, last_day, source=None):
        if not self.active:
            return
        Purse.counter += 1
        self.lots.append(Lot(Purse.counter, points, last_day, source))
        self._pay_debt()

    def document(self, name, full, share, last_day):
        """A document that earns ``full`` points stands at ``share`` (hundredths) of them."""
        if name not in self.documents:
            if not share:
                return
            self.documents[name] = [full if self.active else 0, 0]
        record = self.documents[name]
        wanted = record[0] * share // 100
        change = wanted - record[1]
        record[1] = wanted
        if change > 0:
            Purse.counter += 1
            self.lots.append(Lot(Purse.counter, change, last_day, name))
            self._pay_debt()
            self._lose_if_left()
        elif change < 0:
            self._take_back(name, -change)

    def _take_back(self, name, points):
        for lot in self.lots:
            if lot.source == name:
                part = min(lot.expired, points)
                lot.expired -= part
                points -= part
        part = min(points, self.total())
        self._use(part)
        self.debt += points - part

    def spend(self, order, points):
        """Return whether it was possible."""
        if not self.active or self.total() < points:
            return False
        self.orders[order] = self._use(points)
        return True

    def cancel(self, order, today, grace_day):
        grace = 0
        for lot, points in self.orders.pop(order):
            if lot.last_day < today:
                grace += points
            else:
                lot.left += points
        if grace:
            Purse.counter += 1
            self.lots.append(Lot(Purse.counter, grace, grace_day))
        self._pay_debt()
        self._lose_if_left()

    def _lose_if_left(self):
        if self.state == "left":
            for lot in self.lots:
                lot.left = 0

    def adjust(self, points, last_day):
        if points > 0:
            Purse.counter += 1
            self.lots.append(Lot(Purse.counter, points, last_day))
            self._pay_debt()
        elif self.total() >= -points:
            self._use(-points)
        else:
            return False
        return True

    def expire(self, today):
        for lot in self.lots:
            if lot.last_day < today:
                lot.expired += lot.left
                lot.left = 0

    def leave(self):
        self.state = "left"
        for lot in self.lots:
            lot.left = 0

    def take_over(self, other):
        self.state = next(s for s in _STATES if s in (self.state, other.state))
        self.lots += other.lots
        self.debt += other.debt
        self.documents.update(other.documents)
        self.orders.update(other.orders)
        self._pay_debt()
