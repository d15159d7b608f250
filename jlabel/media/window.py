"""The range of values that is shown from black to white, and which one where a deep picture names none itself."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SAMPLE = 1 << 18
"""Pixels that are looked at: sorting them takes 20 ms."""
_TAIL = 1000
"""One pixel in a thousand at each end may be a sensor's hot or dead one."""
_STRETCH = 0.5
"""An end is kept where it widens the range of all others by no more than this: each end costs a quarter of the levels
at most, and a picture without outliers is shown from its own minimum to its own maximum."""
_MARGIN = 0.05
"""Share of the range below and above which what was left out is shown, so that it is not taken for part of the rest."""
_FEW = 5
"""Pictures of fewer values than these are masks or labels: none of their values is an outlier."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The range of values that is shown from black to white.

    Attributes:
        low: shown black, like all below it; in the picture's own values.
        high: shown white, like all above it; not below ``low``.
    """

    low: float
    high: float


def robust_window(values: NDArray[Any]) -> Window:
    """Return the range from the minimum to the maximum of a picture's values, without what would black it out.

    Not looked at are NaN and infinities; a lowest or highest value that is farther from all others than these are from
    each other, however many pixels have it (nodata, saturation); and, where they would widen the range by more than
    half, the values beyond the percentiles 0.1 and 99.9 (hot pixels).

    Args:
        values: (height, width) or (height, width, channels); channels share one window.

    Returns:
        The window, in the values' own unit; both ends 0 where no value is a finite number.
    """
    sample = _sampled(values).astype(np.float64).ravel()
    finite = np.sort(sample[np.isfinite(sample)])
    if finite.size == 0:
        return Window(low=0.0, high=0.0)
    rest = _without_gaps(finite)
    low, high = _ends(rest)
    margin = (high - low) * _MARGIN
    return Window(
        low=low - margin if rest[0] > finite[0] else low, high=high + margin if rest[-1] < finite[-1] else high
    )


def _sampled(values: NDArray[Any]) -> NDArray[Any]:
    """Return all pixels, or of a large picture some, always the same: drawn by lot, since a grid may meet a pattern."""
    height, width = values.shape[:2]
    if height * width <= _SAMPLE:
        return values
    lot = np.random.default_rng(0)
    return values[lot.integers(0, height, _SAMPLE), lot.integers(0, width, _SAMPLE)]


def _without_gaps(values: NDArray[Any]) -> NDArray[Any]:
    """Return sorted values without the lowest or highest while it is farther from the rest than the rest is wide."""
    while True:
        low = values[np.searchsorted(values, values[0], "right") :]
        high = values[: np.searchsorted(values, values[-1], "left")]
        if low.size and low[0] / 2 - values[0] / 2 > low[-1] / 2 - low[0] / 2 and _is_many(low):
            values = low
        elif high.size and values[-1] / 2 - high[-1] / 2 > high[-1] / 2 - high[0] / 2 and _is_many(high):
            values = high
        else:
            return values


def _ends(values: NDArray[Any]) -> tuple[float, float]:
    cut = max(1, values.size // _TAIL)
    inner = values[cut:-cut]
    lowest, highest = float(values[0]), float(values[-1])
    if not _is_many(inner):
        return lowest, highest
    low, high = float(inner[0]), float(inner[-1])
    most = (high - low) * _STRETCH
    return (lowest if low - lowest <= most else low, highest if highest - high <= most else high)


def _is_many(values: NDArray[Any]) -> bool:
    """Whether sorted values are at least ``_FEW`` different ones."""
    return int(np.count_nonzero(np.diff(values))) >= _FEW - 1
