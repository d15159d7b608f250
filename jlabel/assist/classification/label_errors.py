"""Human labels that held-out predictions contradict.

The ranking of the package cleanlab (Northcutt, Jiang and Chuang, "Confident learning", JAIR 2021; its filter
``predicted_neq_given`` and its score ``normalized_margin``): a label is suspected when another class is more probable
than the given one, the more so the wider the margin between them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jlabel.errors import InputError

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A label that may be wrong.

    Attributes:
        row: of the label among those given.
        given: its class column.
        proposed: the column that predictions favour.
        score: 0, surely wrong, to 1, surely right.
    """

    row: int
    given: int
    proposed: int
    score: float


def suspects(probabilities: Floats, given: NDArray[np.integer]) -> list[Suspect]:
    """Rank suspicious labels of a multi-class project, the worst first.

    Args:
        probabilities: (n, k) held-out.
        given: (n,) column of each label.

    Raises:
        InputError: sizes differ or a column is out of range.
    """
    p, labels = np.asarray(probabilities, dtype=np.float64), np.asarray(given)
    if p.ndim != 2 or len(p) != len(labels):  # noqa: PLR2004
        raise InputError(f"probabilities {p.shape} do not fit {len(labels)} labels.")
    if not len(p) or p.shape[1] < 2:  # noqa: PLR2004
        return []
    if labels.min() < 0 or labels.max() >= p.shape[1]:
        raise InputError(f"A label's column must lie in 0 to {p.shape[1] - 1}.")
    margin = margins(p, labels)
    proposed = p.argmax(axis=1)
    rows = np.flatnonzero(margin < 0.5)  # noqa: PLR2004 -- another class is likelier than the given one
    rows = rows[np.argsort(margin[rows], kind="stable")]
    return [Suspect(row=int(r), given=int(labels[r]), proposed=int(proposed[r]), score=float(margin[r])) for r in rows]


def margins(probabilities: Floats, given: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the normalised margin of each label, (p(given) - max p(other) + 1) / 2, in [0, 1]."""
    p = np.array(probabilities, dtype=np.float64)
    rows = np.arange(len(p))
    own = p[rows, given].copy()
    p[rows, given] = -np.inf
    other = p.max(axis=1) if p.shape[1] > 1 else np.zeros(len(p))
    return np.asarray((own - other + 1) / 2)


def suspects_of_sets(probabilities: Floats, targets: Floats) -> list[Suspect]:
    """Rank suspicious marks of a multi-label project, each class by itself, the worst first.

    Args:
        probabilities: (n, k) held-out.
        targets: (n, k) 0 or 1.

    Returns:
        ``given`` is the class column; ``proposed`` is -1 where the mark should likely be taken away, else the column
        that is likely missing.
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(targets) > 0
    found: list[Suspect] = []
    for column in range(p.shape[1]):
        pair = np.stack([1 - p[:, column], p[:, column]], axis=1)
        found += [
            Suspect(row=s.row, given=column, proposed=column if s.proposed else -1, score=s.score)
            for s in suspects(pair, y[:, column].astype(np.intp))
        ]
    return sorted(found, key=lambda s: s.score)
