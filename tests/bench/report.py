"""The lines that the measurements print: figure, goal, verdict."""

import statistics
import sys
import time


class Report:
    """Prints each line as soon as it is known, and all of them once more at the end."""

    def __init__(self):
        self.lines = []
        self.missed = 0

    def title(self, text):
        self._print(f"\n{text}")

    def info(self, name, figure):
        self._print(f"  {name:<64} {figure:>12}")

    def judge(self, name, figure, goal, unit="×", at_least=False):
        """A line with a verdict; ``figure`` and ``goal`` in ``unit``."""
        met = figure >= goal if at_least else figure <= goal
        self.missed += not met
        sign = "≥" if at_least else "≤"
        off = "" if met else f" by {abs(figure / goal - 1):.0%}"
        verdict = f"{'met' if met else 'MISSED'}{off}"
        goal = f"{sign}{number(goal)}{unit}"
        self._print(f"  {name:<64} {number(figure) + unit:>12}  goal {goal:<8} {verdict}")

    def expect(self, name, figure, wanted):
        """A line whose figure must be exactly ``wanted``."""
        met = figure == wanted
        self.missed += not met
        self._print(f"  {name:<64} {figure:>12}  goal {wanted!s:<8} {'met' if met else 'MISSED'}")

    def _print(self, line):
        self.lines.append(line)
        print(line, flush=True)

    def summary(self):
        goals = sum("  goal " in line for line in self.lines)
        print("\n" + "=" * 100 + "\n" + "\n".join(self.lines).strip("\n"))
        print(f"\n{goals - self.missed} of {goals} goals met.", flush=True)


def number(value):
    """Three significant digits, thousands in groups."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def seconds(value):
    return f"{value:.1f} s" if value >= 1 else f"{1000 * value:.1f} ms"


def step(text):
    """Say on the error output what takes the time now."""
    print(f"→ {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def median_time(call, runs=15, warm=3):
    """Median duration in seconds of ``call()``, after ``warm`` calls that do not count."""
    for _ in range(warm):
        call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
