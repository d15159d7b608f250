"""A line of the report."""

import re
from typing import TypedDict

_TARGET = re.compile(r"(<=|<|>=|>)\s*([\d.,]+)\s*(x)?")


class Row(TypedDict):
    """One figure.

    Keys:
        metric: what was measured.
        value: the figure.
        unit: of the value and the baseline.
        baseline: what it is held beside, measured in the same run; None where there is nothing.
        ratio: value to baseline; None where there is no baseline.
        target: such as ``"<= 1.2x"`` (of the baseline) or ``"< 100"`` (the value itself); empty where there is none.
    """

    metric: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    target: str


def row(metric: str, value: float, unit: str, *, baseline: float | None = None, target: str = "") -> Row:
    """A line of the report; the ratio is worked out."""
    ratio = value / baseline if baseline else None
    return Row(metric=metric, value=value, unit=unit, baseline=baseline, ratio=ratio, target=target)


def met(line: Row) -> bool | None:
    """Whether the target is met; None where there is none, or nothing to hold it beside."""
    found = _TARGET.search(line["target"] or "")
    if not found:
        return None
    relation, limit, of_baseline = found[1], float(found[2].replace(",", "")), found[3]
    figure = line["ratio"] if of_baseline else line["value"]
    if figure is None:
        return None
    return {"<=": figure <= limit, "<": figure < limit, ">=": figure >= limit, ">": figure > limit}[relation]
