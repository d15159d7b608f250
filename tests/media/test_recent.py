"""Decoded pictures: kept while there is room, and a very large one no finer than it is shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jlabel.errors import ImageError
from jlabel.media import recent
from jlabel.media.decoders import port
from jlabel.media.decoders.table import decode, read_header
from jlabel.media.recent import Recent
from jlabel.media.thumbnail import region
from tests.media.pictures import photo, quarters, saved


def test_pictures_leave_when_there_is_no_room(tmp_path: Path) -> None:
    uris = [saved(tmp_path / f"{n}.png", photo(100, 100, n)) for n in range(8)]
    kept = Recent(3 * 4 * 100 * 100)
    seen = []
    for uri in uris:
        kept.get(uri, "1", 1.0)
        seen.append(kept.size)
    assert seen == [40_000, 80_000, *[120_000] * 6]
    assert kept.get(uris[-1], "1", 1.0) is kept.get(uris[-1], "1", 0.1)
    assert kept.get(uris[-1], "2", 1.0) is not kept.get(uris[-1], "1", 1.0), "the file has changed"


def test_the_last_picture_is_kept_however_large(tmp_path: Path) -> None:
    kept = Recent(10)
    uri = saved(tmp_path / "a.png", photo(100, 100))
    assert kept.get(uri, "1", 1.0) is kept.get(uri, "1", 1.0)


@pytest.mark.parametrize(("dtype", "size"), [(np.uint8, 1), (np.uint16, 2), (np.int32, 4), (np.float32, 4)])
def test_memory_is_counted_in_the_depth_of_the_picture(tmp_path: Path, dtype: Any, size: int) -> None:
    kept = Recent()
    kept.get(saved(tmp_path / "a.tif", Image.fromarray(np.arange(100 * 100).reshape(100, 100).astype(dtype))), "1", 1.0)
    assert kept.size == size * 100 * 100


@pytest.mark.parametrize(("scale", "times"), [(1.0, 1), (0.6, 1), (0.5, 2), (0.3, 2), (0.25, 4), (0.05, 8)])
def test_a_large_jpeg_is_decoded_as_fine_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scale: float, times: int
) -> None:
    monkeypatch.setattr(recent, "LARGE", 500 * 300)
    uri = saved(tmp_path / "a.jpg", photo(640, 480))
    decoded = Recent().get(uri, "1", scale)
    assert (decoded.width, decoded.height) == (640, 480)
    assert decoded.size == (640 // times, 480 // times)
    lossless = saved(tmp_path / "a.png", photo(640, 480))
    assert Recent().get(lossless, "1", scale).size == (640, 480), "it would have to be decoded whole each time"


def test_zooming_in_decodes_finer_and_out_again_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LARGE", 0)
    kept, uri = Recent(), saved(tmp_path / "a.jpg", photo(640, 480))
    coarse = kept.get(uri, "1", 0.1)
    fine = kept.get(uri, "1", 1.0)
    assert fine is not coarse
    assert kept.get(uri, "1", 0.1) is fine
    assert kept.size == 4 * 640 * 480, "the coarse one has left"


def test_a_coarse_decode_shows_the_same_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = saved(tmp_path / "a.jpg", quarters(1601, 1203), quality=95, exif=_turned())
    box = (150.0, 100.0, 1150.0, 1500.0)
    whole = region(uri, box, 100, 140, stamp="whole")
    monkeypatch.setattr(recent, "LARGE", 0)
    coarse = region(uri, box, 100, 140, stamp="coarse")
    assert (coarse.full_width, coarse.full_height) == (whole.full_width, whole.full_height) == (1203, 1601)
    assert (coarse.box, coarse.width, coarse.height) == (whole.box, whole.width, whole.height)
    difference = _pixels(coarse.data) - _pixels(whole.data)
    assert np.abs(difference).mean() < 2


def test_the_header_tells_the_size_and_whether_pixels_were_lost(tmp_path: Path) -> None:
    for name, lossless in (("a.jpg", False), ("a.png", True)):
        header = read_header(saved(tmp_path / name, photo(64, 48)))
        assert (header.size, header.lossless) == ((64, 48), lossless)


@pytest.mark.slow
def test_a_tiff_above_pillow_s_own_limit_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Pillow warns at 89 megapixels, which here is an error, and refuses at 179.
    uri = str(tmp_path / "a.tif")
    Image.new("L", (20_000, 9_500), 7).save(uri, compression="tiff_lzw")
    assert read_header(uri).size == (20_000, 9_500)
    decoded = decode(uri, size=(200, 200))
    assert decoded.pixels[50, 100] == 7
    monkeypatch.setattr(port, "MAX_PIXELS", 1000)
    with pytest.raises(ImageError, match="20000 x 9500"):
        decode(uri)


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _pixels(data: bytes) -> np.ndarray:
    import io

    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
