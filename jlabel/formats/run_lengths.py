"""Columns of a compressed run-length mask, without decoding all of it; pycocotools only decodes whole masks.

The format is that of ``rleFrString`` in pycocotools' ``maskApi.c``: runs of zeros and ones in turn, column by column,
each the difference to the run before the last, in groups of five bits that are printed from ``0`` on; the sixth bit
says that more follow, the last group's fifth is the sign.
"""

import numpy as np
from numpy.typing import NDArray

_FIRST, _BITS, _MORE, _SIGN = 48, 5, 0x20, 0x10


def strip(counts: bytes, height: int, left: int, right: int) -> NDArray[np.bool_]:
    """Return columns ``left`` to before ``right`` of a mask, (height, right - left).

    Args:
        counts: the compressed runs.
        height: of the mask, pixels.
        left: the first column.
        right: the column after the last.
    """
    edges = np.clip(np.cumsum(_runs(counts)) - left * height, 0, (right - left) * height)
    steps = np.zeros((right - left) * height + 1, np.int8)
    # Runs of no length, and those outside, begin and end at one place: what they add there they take away.
    np.add.at(steps, edges[: len(edges) // 2 * 2 : 2], 1)
    np.add.at(steps, edges[1::2], -1)
    return np.asarray(np.cumsum(steps[:-1], dtype=np.int8).astype(bool).reshape(right - left, height).T)


def _runs(counts: bytes) -> NDArray[np.int64]:
    """Return the lengths of the runs, the first of zeros."""
    groups = np.frombuffer(counts, np.uint8).astype(np.int64) - _FIRST
    last = np.flatnonzero(groups & _MORE == 0)
    begin = np.concatenate([[0], last[:-1] + 1])
    place = np.arange(len(groups)) - np.repeat(begin, last - begin + 1)
    values = np.add.reduceat((groups & (_MORE - 1)) << (_BITS * place), begin)
    values -= np.where(groups[last] & _SIGN, np.int64(1) << (_BITS * (place[last] + 1)), 0)
    values[1::2] = np.cumsum(values[1::2])  # the first three runs are no differences
    values[2::2] = np.cumsum(values[2::2])
    return values
