"""The port of compute: where the work of a learner runs, under the one supervisor.

A worker hands all work of a learner to its compute: what it waits for by ``run``, what goes on beside its rounds by
``start``. ``local`` runs both in the worker's process. A cluster runs them elsewhere, and keeps to the same protocol.
"""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Job(Protocol[T_co]):
    """Work that goes on beside the worker's rounds."""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        ...

    def wait(self) -> None:
        """Wait until it has ended."""
        ...

    def result(self) -> T_co:
        """Return its result, or raise its exception; waits for the end."""
        ...


class Compute(Protocol):
    """Where a learner's work runs."""

    def device(self, wanted: str) -> str:
        """Return the device that work runs on.

        Args:
            wanted: ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.

        Raises:
            InputError: a device that is unknown or not available.
        """
        ...

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` and return its result, or raise its exception."""
        ...

    def start(self, work: Callable[[], T], name: str) -> Job[T]:
        """Run ``work`` beside everything else.

        Args:
            work: what to run.
            name: for logs and lists of threads.
        """
        ...
