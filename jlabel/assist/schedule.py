"""When the next training is due, counted in labels.

The first comes with a page of nine labels. From then on a twentieth more labels than the last training had are waited
for, nine at least: a model hardly changes for less, and the time spent on training stays a small share however many
labels there are.
"""

from jlabel.errors import InputError

FIRST = 9
SHARE = 20
"""One label in so many makes a difference worth training for."""


def labels_between(labels: int, every: int | None = None) -> int:
    """Return how many new labels make a training due after one on ``labels``; ``every`` overrules the rule.

    Raises:
        InputError: a negative number of labels.
    """
    if labels < 0:
        raise InputError(f"A training has no labels or more, not {labels}.")
    return every if every is not None else max(FIRST, -(-labels // SHARE))


def labels_more(labels: int, last: int | None, every: int | None = None) -> int:
    """Return how many labels are still missing for the next training; 0 when it is due.

    Args:
        labels: there are now.
        last: there were at the last training; ``None`` before the first.
        every: overrules the rule.
    """
    if last is None:
        return max(0, labels_between(0, every) - labels)
    # Labels that were taken back are news too.
    return max(0, labels_between(last, every) - abs(labels - last))
