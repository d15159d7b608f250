"""The time that a thread has worked: a budget of it gives the same result on a busy machine."""

import time

PATIENCE = 3.0
"""A second of the clock on the wall counts at least so many times less than one of work: nobody waits forever."""


class WorkClock:
    """Seconds of the processor that the calling thread took, or a third of those that passed, if these are more.

    Other threads of a computation on several cores work at the same time as the thread that waits for them.
    """

    def __init__(self) -> None:
        self._wall, self._work = time.monotonic(), time.thread_time()

    def __call__(self) -> float:
        """Return seconds since the clock was made."""
        return max(time.thread_time() - self._work, (time.monotonic() - self._wall) / PATIENCE)
