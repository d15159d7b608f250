"""The floor: a static page without a kernel, in the same browser, measured in the same way.

Three figures, each with 0, 50 and 150 ms of round trip added. A page turn in the browser alone (two canvases drawn
beforehand change places): what the labeler is held to. A page turn that waits for one answer of the server: what
everything that asks before it turns pays at least. A rubber band over a thousand shapes of twenty points.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page

from tests.benchmarks.browser import chromium
from tests.benchmarks.latency import ROUND_TRIPS, Proxy
from tests.benchmarks.measure import Timing, measure
from tests.benchmarks.rows import Row, row

HTML = Path(__file__).with_name("floor.html").read_bytes()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = (
        "HTTP/1.1"  # the connection stays open: a request costs one round trip, as a message of a kernel does
    )

    def do_GET(self) -> None:
        body = b"turned" if self.path.endswith("/turn") else HTML
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def static_page(browser: Browser, round_trip: float) -> Iterator[Page]:
    """The floor's page, its server so many milliseconds away."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        with Proxy(server.server_port, round_trip) as proxy:
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=1)
            try:
                page.goto(f"http://127.0.0.1:{proxy.port}/")
                yield page
            finally:
                page.close()
        server.shutdown()


def page_turn(browser: Browser, round_trip: float, times: int, *, asks: bool = False) -> Timing:
    """From the key to the next page painted; with ``asks``, one answer of the server lies between."""
    with static_page(browser, round_trip) as page:
        return measure(page, "window.turned", lambda _: page.keyboard.press("b" if asks else "a"), times=times)


def rubber_band(browser: Browser, round_trip: float, times: int) -> Timing:
    """From a move of the pointer to the rubber band painted."""
    with static_page(browser, round_trip) as page:
        page.evaluate("() => window.shapes()")
        move = _mover(page)
        return measure(page, "window.drawn", move, event="pointermove", times=times)


def _mover(page: Page) -> Callable[[int], None]:
    return lambda number: page.mouse.move(100 + 7 * (number % 100), 100 + 5 * (number % 100))


def rows(*, quick: bool = False) -> list[Row]:
    """The floor's figures."""
    times = 20 if quick else 80
    found = []
    with chromium() as browser:
        for trip in ROUND_TRIPS:
            local, asked = page_turn(browser, trip, times), page_turn(browser, trip, times, asks=True)
            band = rubber_band(browser, trip, times)
            for name, timing in (("page turn", local), ("page turn that asks", asked), ("rubber band", band)):
                found.append(row(f"floor: {name}, +{trip} ms, p50", timing.p50, "ms"))
                found.append(row(f"floor: {name}, +{trip} ms, p95", timing.p95, "ms"))
    return found
