"""A TCP proxy that makes localhost as far away as one likes: it delays every byte and drops or limits none."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

CHUNK = 1 << 16
ROUND_TRIPS = (0, 50, 150)  # milliseconds, those of the table in the benchmark report

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """Listens on a free port of localhost and forwards to another, each direction delayed by half a round trip.

    What arrives is stamped with the moment at which it is due and queued; a second task delivers in order when due. So
    the delay is that of a long wire: throughput is untouched, any protocol passes, websockets among them.

    Args:
        port: the port of the server on 127.0.0.1.
        round_trip: milliseconds added to a round trip; half of it each way.
    """

    def __init__(self, port: int, round_trip: float) -> None:
        self.target = port
        self.delay = round_trip / 2000
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="latency proxy", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, browser: Streams) -> None:
        """Joins one connection of the browser to one of the server until either side is through."""
        try:
            server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            browser[1].close()
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(browser[0], server[1]))
                group.create_task(self._carry(server[0], browser[1]))
        except* (OSError, asyncio.IncompleteReadError):
            pass  # a page that is closed resets its connections: that ends the pair, nothing else
        finally:
            browser[1].close()
            server[1].close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carries one direction: a task reads and stamps, this one waits until the stamp is due and writes."""
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        reading = self._loop.create_task(self._stamp(reader, due.put))
        try:
            while True:
                at, data = await due.get()
                wait = at - self._loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            with contextlib.suppress(OSError):
                writer.write_eof()
        finally:
            reading.cancel()

    async def _stamp(self, reader: asyncio.StreamReader, put: Callable[[tuple[float, bytes]], Awaitable[None]]) -> None:
        data = b"start"
        while data:
            try:
                data = await reader.read(CHUNK)
            except OSError:
                data = b""
            await put((self._loop.time() + self.delay, data))
