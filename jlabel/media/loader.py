"""Thumbnails made on threads of their own, ahead of need."""

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

_KEPT_BYTES = 64 << 20
_ON_SCREEN, _AHEAD = 0, 1

Key = tuple[object, ...]


@dataclass(eq=False)
class _Job:
    key: Key
    make: Callable[[], Thumbnail]
    urgency: int
    future: "Future[Thumbnail]" = field(default_factory=Future)


class Loader:
    """Decodes off the kernel's main thread: what is on screen first, what comes next after that.

    Several requests for the same thumbnail share one decode and one future; so do not cancel a future, but call
    ``forget_ahead``. A future holds a ``Thumbnail`` or an ``ImageError``. The last results (64 MB) are kept in memory.
    Callbacks added to a future run on a worker's thread.

    Args:
        workers: threads; two to four by the number of processors unless given. Pillow decodes without the GIL.
        cache: the thumbnails on disk; ``None`` keeps none there.
    """

    def __init__(self, workers: int | None = None, cache: DiskCache | None = None) -> None:
        self._cache = cache
        self._wake = threading.Condition()
        self._heap: list[tuple[int, int, _Job]] = []
        self._order = itertools.count()
        self._jobs: dict[Key, _Job] = {}
        self._kept: OrderedDict[Key, Future[Thumbnail]] = OrderedDict()
        self._kept_bytes = 0
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
        """Cancel all that was asked for ahead, is not on screen by now and was not begun."""
        with self._wake:
            stale = [job for job in self._jobs.values() if job.urgency == _AHEAD and job.future.cancel()]
            for job in stale:
                del self._jobs[job.key]
        for job in stale:
            job.future.set_running_or_notify_cancel()

    def close(self) -> None:
        """Cancel what was not begun and end the threads, waiting for what they have in hand."""
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
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            job = self._jobs.get(key)
            if job is None or job.future.cancelled():
                job = self._jobs[key] = _Job(key=key, make=make, urgency=urgency)
            elif urgency >= job.urgency:
                return job.future
            job.urgency = urgency
            # A job made more urgent lies in the heap twice; whoever takes it second finds it begun.
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
        except BaseException as error:  # noqa: BLE001 -- the future's holder decides; the thread must live
            with self._wake:
                self._jobs.pop(job.key, None)
            job.future.set_exception(error)
            return
        with self._wake:
            self._jobs.pop(job.key, None)
            self._keep(job, len(made.data))
        job.future.set_result(made)

    def _keep(self, job: _Job, size: int) -> None:
        self._kept[job.key] = job.future
        self._kept_bytes += size
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.result().data)
