import threading
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from jlabel.errors import ImageError
from jlabel.media.cache import DiskCache
from jlabel.media.loader import Loader
from jlabel.media.thumbnail import Thumbnail
from tests.media.pictures import photo, quarters, saved

WAIT = 30


class Gate:
    """Blocks a loader's only worker until it is opened."""

    def __init__(self, loader: Loader) -> None:
        self._open = threading.Event()
        inside = threading.Event()

        def block() -> Thumbnail:
            inside.set()
            self._open.wait(WAIT)
            raise ImageError("the gate")

        loader._ask(("gate",), block)
        assert inside.wait(WAIT)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def uris(tmp_path: Path) -> list[str]:
    return [saved(tmp_path / f"{n}.jpg", photo(160, 120, seed=n)) for n in range(6)]


def test_thumbnails_arrive_and_are_shared(uris: list[str], tmp_path: Path) -> None:
    with Loader(workers=2, cache=DiskCache(tmp_path / "cache")) as loader:
        futures = [loader.get(uri, "1", 80, 80) for uri in uris]
        assert [(f.result(WAIT).width, f.result(WAIT).height) for f in futures] == [(80, 60)] * 6
        assert loader.get(uris[0], "1", 80, 80) is futures[0]
        assert loader.get(uris[0], "2", 80, 80) is not futures[0]
    with Loader(workers=1, cache=DiskCache(tmp_path / "cache")) as again:
        Path(uris[0]).unlink()
        assert again.get(uris[0], "1", 80, 80).result(WAIT) == futures[0].result()


def test_the_same_request_in_flight_is_made_once(uris: list[str]) -> None:
    with Loader(workers=1) as loader:
        gate = Gate(loader)
        first, second = loader.get(uris[0], "1", 80, 80), loader.get(uris[0], "1", 80, 80, ahead=True)
        gate.open()
        assert first is second
        assert first.result(WAIT).width == 80


def test_what_is_on_screen_comes_before_what_is_ahead(uris: list[str]) -> None:
    order: list[str] = []
    with Loader(workers=1) as loader:
        gate = Gate(loader)
        futures = [loader.get(uri, "1", 80, 80, ahead=True) for uri in uris[:3]]
        futures.append(loader.get(uris[3], "1", 80, 80))
        assert loader.get(uris[2], "1", 80, 80) is futures[2]  # its page is on screen now
        for name, future in zip("abcd", futures, strict=True):
            future.add_done_callback(partial(lambda name, _: order.append(name), name))
        gate.open()
        for future in futures:
            future.result(WAIT)
        loader.close()
    assert order == ["d", "c", "a", "b"]


def test_stale_requests_ahead_are_forgotten_and_can_be_asked_again(uris: list[str]) -> None:
    with Loader(workers=1) as loader:
        gate = Gate(loader)
        shown = loader.get(uris[0], "1", 80, 80)
        stale, shown_later = loader.get(uris[1], "1", 80, 80, ahead=True), loader.get(uris[2], "1", 80, 80, ahead=True)
        assert loader.get(uris[2], "1", 80, 80) is shown_later
        loader.forget_ahead()
        assert stale.cancelled()
        asked_again = loader.get(uris[1], "1", 80, 80)
        gate.open()
        assert [f.result(WAIT).width for f in (shown, shown_later, asked_again)] == [80, 80, 80]


def test_a_broken_file_gives_its_sentence_and_the_next_one_works(uris: list[str]) -> None:
    whole = Path(uris[0]).read_bytes()
    Path(uris[0]).write_bytes(whole[: len(whole) // 2])
    with Loader(workers=1) as loader:
        with pytest.raises(ImageError, match="damaged"):
            loader.get(uris[0], "1", 80, 80).result(WAIT)
        assert loader.get(uris[1], "1", 80, 80).result(WAIT).width == 80
        Path(uris[0]).write_bytes(whole)
        assert loader.get(uris[0], "1", 80, 80).result(WAIT).width == 80


def test_regions_come_through_the_loader(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.png", quarters())
    with Loader(workers=1) as loader:
        made = loader.region(uri, "1", (0, 0, 16, 8), 160, 160).result(WAIT)
    assert (made.width, made.height, made.full_width) == (160, 80, 64)


def test_closing_cancels_what_waits_and_ends_the_threads(uris: list[str]) -> None:
    loader = Loader(workers=1)
    gate = Gate(loader)
    waiting = loader.get(uris[0], "1", 80, 80)
    closing = threading.Thread(target=loader.close)
    closing.start()
    with pytest.raises(CancelledError):
        waiting.result(WAIT)
    assert waiting.cancelled()
    gate.open()
    closing.join(WAIT)
    assert not any(thread.is_alive() for thread in loader._threads)
    with pytest.raises(ImageError, match="closed"):
        loader.get(uris[0], "1", 80, 80)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jlabel.media.loader._RESULT_BYTES", 20_000)
    uris = [saved(tmp_path / f"{n}.png", Image.effect_noise((100, 100), 90)) for n in range(12)]
    with Loader(workers=2) as loader:
        for uri in uris:
            loader.get(uri, "1", 100, 100).result(WAIT)
        kept = [future.result(WAIT) for future in loader._results.values()]
        assert 1 <= len(kept) < 12
        assert sum(len(thumbnail.data) for thumbnail in kept) == loader._result_bytes <= 20_000
