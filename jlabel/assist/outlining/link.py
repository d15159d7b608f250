"""A process that answers requests one after the other, a line of JSON each."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Generic, TypeVar

from jlabel import errors
from jlabel.errors import AssistError

T = TypeVar("T")
_WORDS = 300
_Request = tuple[dict[str, Any], "Future[T]"]


class Link(Generic[T]):
    """Starts the process with the first request, and again after it has ended.

    Args:
        module: that the process runs.
        arguments: of the process.
        read: makes a result of an answer.
    """

    def __init__(self, module: str, arguments: Sequence[str], read: Callable[[dict[str, Any]], T]) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._read = read
        self._requests: SimpleQueue[_Request[T] | None] = SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, request: dict[str, Any]) -> "Future[T]":
        """Return the answer to come; callbacks added to it run on the link's thread.

        The future raises what the process says, an exception of jlabel's, or ``AssistError`` where it has ended.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.set_exception(AssistError("This screen was closed. Run its cell again."))
                return future
            self._requests.put((request, future))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jlabel-outlines", daemon=True)
                self._thread.start()
        return future

    def close(self) -> None:
        """End the process; whoever waits gets an ``AssistError``. Closing twice is no error."""
        with self._lock:
            self._closed = True
            self._requests.put(None)
            if self._process is not None:
                self._process.kill()

    def _work(self) -> None:
        while (taken := self._requests.get()) is not None:
            request, future = taken
            try:
                result = self._read(self._answer(request))
            except Exception as error:  # noqa: BLE001 -- whoever waits for the future gets it; the thread must live
                future.set_exception(error)
            else:
                future.set_result(result)
        self._end()

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            raise AssistError(f"The process that finds outlines ended{self._end()}. Try again.")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise getattr(errors, answer["error"], AssistError)(answer["text"])
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        environment = dict(os.environ)
        # The package may have been imported from a folder that only this process knows of.
        here = str(Path(errors.__file__).resolve().parents[1])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [environment.get("PYTHONPATH", ""), here]))
        with self._lock:
            if self._closed:
                raise AssistError("This screen was closed. Run its cell again.")
            self._words = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process
            # A session of its own: interrupting a cell is not meant for this process. It ends with its input.
            self._process = subprocess.Popen(  # noqa: S603 -- our own command
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                env=environment,
                start_new_session=True,
            )
            return self._process

    def _end(self) -> str:
        """End the process; return its last words, to be put into a sentence."""
        process, words = self._process, self._words
        self._process = self._words = None
        if process is None or words is None:
            return ""
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        with words:
            words.seek(0)
            last = words.read().decode("utf-8", "replace").strip().split("\n")[-1][-_WORDS:]
        return f" ({last})" if last else ""
