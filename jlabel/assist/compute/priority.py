"""The priority and threads of a worker: the notebook's kernel comes first."""

import contextlib
import os
from pathlib import Path

import psutil

from jlabel.assist.extra import need

NICE = 10
_FEW = 2


def sleep_at_barriers() -> None:
    """Let OpenMP's threads sleep where they wait for each other; to be called before torch is loaded.

    They spin by default: beside a busy kernel each spins through the time that the other one waits for, and a network
    of many small layers runs ten to thirty times slower than on one thread.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def lower_priority(nice: int = NICE) -> int:
    """Lower this process's priority and limit its threads, where the system allows it; return how many threads.

    Args:
        nice: of Unix, 0 (as important as any other process) to 19.
    """
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        if os.name == "nt" and nice:
            psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", NICE))
        elif os.name != "nt":
            os.nice(max(0, nice - os.nice(0)))
    with contextlib.suppress(OSError):  # Linux may weigh whole sessions against each other, whatever their niceness
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")
    number = threads()
    # The head's matrices are small: a second thread of OpenBLAS, which spins too, gains nothing and may cost much.
    need("threadpoolctl").threadpool_limits(max(1, number // 2), user_api="blas")
    return number


def threads() -> int:
    """Return how many threads a worker computes with: all cores of two, one fewer of more."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    return cores if cores <= _FEW else cores - 1
