"""The pace of work whose parts take different times: recent parts count more, a short one does not count for all."""

import math
import time

MEMORY = 60.0
"""Seconds after which what was done counts a third."""
EARLY = 3.0
"""Seconds before which a pace would be chance."""


class Pace:
    """Units a second by the clock, whatever else is done in between.

    Work done and time passed fade alike, and their quotient is the pace: the mean of all at first, of about the last
    two minutes later.
    """

    def __init__(self) -> None:
        self._done = self._seconds = self._passed = 0.0
        self._count = 0
        self._last = time.monotonic()

    @property
    def rate(self) -> float | None:
        """Units a second; ``None`` while it is too early to tell."""
        return self._done / self._seconds if self._passed >= EARLY and self._done else None

    def record(self, count: int, *, at: float | None = None) -> None:
        """Record how many units are done in all.

        Args:
            count: units.
            at: on the monotonic clock; now unless given.
        """
        now = time.monotonic() if at is None else at
        step = max(0.0, now - self._last)
        kept = math.exp(-step / MEMORY)
        self._done = self._done * kept + count - self._count
        self._seconds = self._seconds * kept + step
        self._passed += step
        self._count, self._last = count, now
