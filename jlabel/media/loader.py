"""Thumbnails made on threads of their own, before they are shown."""

import heapq
import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from jlabel.errors import ImageError
from jlabel.media import thumbnail as thumbnails
from jlabel.media.cache import DiskCache
from jlabel.media.display import PLAIN, Level
from jlabel.media.thumbnail import Region, Thumbnail

_RESULT_BYTES = 64 << 20
_ON_SCREEN, _AHEAD = 0, 1

Key = tuple[object, ...]


@dataclass(eq=False)
class _Job:
    key: Key
    make: Callable[[], Thumbnail]
    urgency: int
    future: "Future[Thumbnail]" = field(default_factory=Future)


class Loader:
    """Decodes on other threads than the kernel's main one: first the page on screen, then the pages ahead.

    Several requests for the same thumbnail share one decode and one future; so do not cancel a future, but call
    ``forget_ahead``. A future's result is a ``Thumbnail``, or an ``ImageError`` is raised. The last results (64 MB)
    stay in memory. Callbacks added to a future run on a worker's thread.

    Args:
        workers: threads; two to four by the number of processors unless given. Pillow decodes without the GIL.
        cache: the thumbnails on disk; ``None`` writes none.
    """

    def __init__(self, workers: int | None = None, cache: DiskCache | None = None) -> None:
        self._cache = cache
        self._wake = threading.Condition()
        self._heap: list[tuple[int, int, _Job]] = []
        self._order = itertools.count()
        self._jobs: dict[Key, _Job] = {}
        self._results: OrderedDict[Key, Future[Thumbnail]] = OrderedDict()
        self._result_bytes = 0
        self._closed = False
        count = workers or min(4, max(2, os.cpu_count() or 2))
        self._threads = [
            threading.Thread(target=self._work, name=f"jlabel-image-{n}", daemon=True) for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def get(
        self, uri: str, stamp: str, width: int, height: int, *, ahead: bool = False, level: Level = PLAIN
    ) -> "Future[Thumbnail]":
        """Ask for a picture fitted inside ``width`` x ``height`` device pixels.

        Args:
            uri: an absolute path, or an fsspec URL.
            stamp: the file's ``ListedFile.stamp``.
            width: of the cell in device pixels.
            height: of the cell in device pixels.
            ahead: not on screen yet: waits for all that is.
            level: brightness and the like.

        Returns:
            A future, already done if the thumbnail is in memory.
        """
        key: Key = (uri, stamp, width, height, level)
        make = partial(thumbnails.thumbnail, uri, stamp, width, height, self._cache, level=level)
        return self._ask(key, make, ahead=ahead)

    def region(
        self, uri: str, stamp: str, box: Region, width: int, height: int, *, ahead: bool = False, level: Level = PLAIN
    ) -> "Future[Thumbnail]":
        """Ask for a part of a picture, as ``thumbnail.region`` makes it; ``ahead`` as for ``get``."""
        key: Key = (uri, stamp, box, width, height, level)
        make = partial(thumbnails.region, uri, box, width, height, stamp=stamp, level=level)
        return self._ask(key, make, ahead=ahead)

    def forget_ahead(self) -> None:
        """Cancel requests with ``ahead`` that are not on screen by now and whose decode has not begun."""
        with self._wake:
            stale = [job for job in self._jobs.values() if job.urgency == _AHEAD and job.future.cancel()]
            for job in stale:
                del self._jobs[job.key]
        for job in stale:
            job.future.set_running_or_notify_cancel()

    def close(self) -> None:
        """Cancel requests that have not begun and end the threads, waiting for those that are being decoded."""
        with self._wake:
            self._closed = True
            waiting = [job for job in self._jobs.values() if job.future.cancel()]
            self._jobs.clear()
            self._heap.clear()
            self._wake.notify_all()
        for job in waiting:
            job.future.set_running_or_notify_cancel()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _ask(self, key: Key, make: Callable[[], Thumbnail], *, ahead: bool = False) -> "Future[Thumbnail]":
        urgency = _AHEAD if ahead else _ON_SCREEN
        with self._wake:
            if self._closed:
                raise ImageError("The image loader was closed. Open the labeler again.")
            found = self._results.get(key)
            if found is not None:
                self._results.move_to_end(key)
                return found
            job = self._jobs.get(key)
            if job is None or job.future.cancelled():
                job = self._jobs[key] = _Job(key=key, make=make, urgency=urgency)
            elif urgency >= job.urgency:
                return job.future
            job.urgency = urgency
            # A job made more urgent is in the heap twice; the thread that pops it second finds it begun.
            heapq.heappush(self._heap, (urgency, next(self._order), job))
            self._wake.notify()
            return job.future

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._heap or self._closed)
                if self._closed:
                    return
                job = heapq.heappop(self._heap)[2]
                if self._jobs.get(job.key) is not job or job.future.running() or job.future.done():
                    continue
                if not job.future.set_running_or_notify_cancel():
                    del self._jobs[job.key]
                    continue
            self._make(job)

    def _make(self, job: _Job) -> None:
        try:
            made = job.make()
        except BaseException as error:  # noqa: BLE001 -- whoever waits for the future gets it; the thread must live
            with self._wake:
                self._jobs.pop(job.key, None)
            job.future.set_exception(error)
            return
        with self._wake:
            self._jobs.pop(job.key, None)
            self._remember(job, len(made.data))
        job.future.set_result(made)

    def _remember(self, job: _Job, size: int) -> None:
        self._results[job.key] = job.future
        self._result_bytes += size
        while self._result_bytes > _RESULT_BYTES and len(self._results) > 1:
            _, oldest = self._results.popitem(last=False)
            self._result_bytes -= len(oldest.result().data)
