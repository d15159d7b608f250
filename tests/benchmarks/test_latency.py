"""The proxy delays and changes nothing."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.benchmarks.latency import Proxy

PAYLOAD = bytes(range(256)) * 8192  # 2 MiB: many chunks in flight


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        # A last connection, closed at once, ends the thread.
        socket.create_connection(listener.getsockname()).close()
        thread.join()


def _serve(listener: socket.socket) -> None:
    said = b"something"
    while said:
        connection, _ = listener.accept()
        said = b""
        with connection:
            while data := connection.recv(1 << 16):
                said = data
                connection.sendall(data)


def _exchange(port: int, payload: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as client:

        def send() -> None:
            client.sendall(payload)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        heard = bytearray()
        while data := client.recv(1 << 16):
            heard += data
        sender.join()
    return bytes(heard)


@pytest.mark.parametrize("round_trip", [0, 50])
def test_every_byte_arrives_in_order(echo: int, round_trip: float) -> None:
    with Proxy(echo, round_trip) as proxy:
        assert _exchange(proxy.port, PAYLOAD) == PAYLOAD


def test_an_answer_takes_at_least_the_round_trip(echo: int) -> None:
    with Proxy(echo, 150) as proxy:
        start = time.monotonic()
        _exchange(proxy.port, b"hello")
        # A lower bound, by construction: no machine is too fast for it.
        assert time.monotonic() - start >= 0.15


def test_a_server_that_is_gone_closes_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Proxy(port, 0) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as client:
        assert client.recv(1) == b""
