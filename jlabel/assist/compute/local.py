"""Compute on this machine, in the worker's process: rounds on its main thread, fine-tuning on one of its own."""

import threading
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

from jlabel.assist.compute.device import device_of
from jlabel.assist.compute.priority import lower_priority, sleep_at_barriers
from jlabel.assist.extra import need

P = ParamSpec("P")
T = TypeVar("T")


class LocalJob(Generic[T]):
    """Work on a thread of its own, a ``Job``."""

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self._work = work
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def result(self) -> T:
        """Return its result, or raise its exception; waits for the end."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self) -> None:
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 -- raised again by ``result``, on the thread that asks
            self._error = error


class LocalCompute:
    """The ``Compute`` of one process."""

    def claim(self, nice: int, packages: tuple[str, ...]) -> None:
        """Load packages, lower the priority of this process and limit its threads; for a process of its own.

        Args:
            nice: of Unix, 0 (as important as any other process) to 19.
            packages: to be imported now, at full speed, and not when the first result is waited for.

        Raises:
            MissingExtra: a package is not installed.
        """
        sleep_at_barriers()
        modules = {name: need(name) for name in packages}
        threads = lower_priority(nice)
        if "torch" in modules:
            modules["torch"].set_num_threads(threads)

    def device(self, wanted: str) -> str:
        """Return the device: the one that is wanted, or the best that there is for ``"auto"``.

        Raises:
            InputError: a device that is unknown or not available.
        """
        return device_of(wanted)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on the calling thread."""
        return work(*args, **kwargs)

    def start(self, work: Callable[[], T], name: str) -> LocalJob[T]:
        """Run ``work`` on a thread of its own."""
        return LocalJob(work, name)
