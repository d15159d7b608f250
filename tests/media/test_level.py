"""Brightness, contrast, gamma and inversion: the table, and pictures made through it."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jlabel.errors import ImageError, InputError
from jlabel.media.cache import DiskCache
from jlabel.media.decoders.table import decode
from jlabel.media.display import PLAIN, Level, display
from jlabel.media.raster import Raster
from jlabel.media.thumbnail import region, thumbnail
from jlabel.media.window import Window
from tests.media.pictures import saved

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "level.json").read_text(encoding="utf-8"))
NEGATIVE = Level(invert=True)


@pytest.mark.parametrize("case", VECTORS["tables"], ids=lambda case: str(case["level"]))
def test_the_table_is_the_browser_s(case: dict[str, object]) -> None:
    table = Level(**case["level"]).table()  # type: ignore[arg-type]
    assert [table[level] for level in VECTORS["levels"]] == case["shown"]


def test_plain_changes_nothing() -> None:
    assert PLAIN.plain
    assert PLAIN.table() == list(range(256))
    assert not NEGATIVE.plain


@pytest.mark.parametrize("name", ["brightness", "contrast", "gamma"])
@pytest.mark.parametrize("value", [-0.1, 10.1, float("nan"), float("inf")])
def test_an_absurd_factor_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(InputError, match=name):
        Level(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_pictures_are_levelled_in_grey_and_in_colour(tmp_path: Path, mode: str) -> None:
    ramp = Image.linear_gradient("L").convert(mode)
    uri = saved(tmp_path / "a.png", ramp)
    for made in (
        thumbnail(uri, "1", 256, 256, level=NEGATIVE),
        region(uri, (0, 0, 256, 256), 256, 256, level=NEGATIVE),
        region(uri, (0, 0, 128, 128), 512, 512, level=NEGATIVE),
    ):
        shown = np.asarray(Image.open(io.BytesIO(made.data)).convert("L"))
        share = int(made.box[3] - made.box[1])
        wanted = 255 - np.arange(share).repeat(len(shown) // share)
        assert np.abs(shown.mean(axis=1) - wanted).max() < 2


def test_the_dark_is_lifted_before_a_jpeg_drops_it(tmp_path: Path) -> None:
    fine = np.full((64, 64, 3), 4, np.uint8)
    fine[::2] = 6  # lines that a JPEG of the dark picture would lose
    uri = saved(tmp_path / "a.png", Image.fromarray(fine).resize((256, 256), Image.Resampling.NEAREST))
    made = thumbnail(uri, "1", 256, 256, level=Level(gamma=3))
    shown = np.asarray(Image.open(io.BytesIO(made.data)).convert("L"))
    assert int(shown[2:-2].max()) - int(shown[2:-2].min()) > 6


def test_a_levelled_thumbnail_is_not_the_cached_one(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    uri = saved(tmp_path / "a.png", Image.linear_gradient("L"))
    plain = thumbnail(uri, "1", 50, 50, cache)
    negative = thumbnail(uri, "1", 50, 50, cache, level=NEGATIVE)
    assert negative.data != plain.data
    assert thumbnail(uri, "1", 50, 50, cache) == plain


def test_a_slider_decodes_the_picture_once_and_a_changed_file_again(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.png", Image.linear_gradient("L"))
    first = thumbnail(uri, "1", 60, 60, level=NEGATIVE)
    Path(uri).unlink()
    assert thumbnail(uri, "1", 60, 60, level=Level(gamma=2)).data != first.data
    with pytest.raises(ImageError, match="gone"):
        thumbnail(uri, "2", 60, 60, level=NEGATIVE)


def gradient(dtype: Any, top: float, path: Path) -> str:
    """A picture whose values fill the lowest 2 % of its range, but for a row that goes up to the top."""
    values = np.linspace(0, 0.02 * top, 128 * 128).astype(dtype).reshape(128, 128)
    values[0] = np.linspace(0, top, 128)
    return saved(path, Image.fromarray(values))


@pytest.mark.parametrize(
    ("name", "dtype", "top"), [("a.png", np.uint16, 65535), ("a.tif", np.int32, 2**20), ("a.tif", np.float32, 1.0)]
)
def test_gamma_lifts_the_dark_of_a_deep_picture_in_its_own_depth(
    tmp_path: Path, name: str, dtype: Any, top: float
) -> None:
    raster = decode(gradient(dtype, top, tmp_path / name))
    assert len(np.unique(display(raster).pixels[1:])) < 8
    lifted = display(raster, Level(gamma=3, brightness=3.68)).pixels
    assert lifted.dtype == np.uint8
    assert len(np.unique(lifted[1:])) >= 200
    assert (np.diff(lifted[1:].reshape(-1).astype(int)) >= 0).all()


def test_an_enlarged_region_keeps_the_lifted_levels(tmp_path: Path) -> None:
    uri = gradient(np.uint16, 65535, tmp_path / "a.png")
    made = region(uri, (0, 0, 128, 128), 256, 256, level=Level(gamma=3, brightness=3.68))
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(made.data))))) >= 200


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 4), st.floats(0, 4), st.floats(0.1, 10), st.booleans())
def test_eight_bits_pass_through_the_table(brightness: float, contrast: float, gamma: float, invert: bool) -> None:
    level = Level(brightness=brightness, contrast=contrast, gamma=gamma, invert=invert)
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    shown = display(Raster(data=grey, width=16, height=16), level).pixels
    assert shown.reshape(-1).tolist() == level.table()
    deep = Raster(data=grey.astype(np.uint16) * 257, width=16, height=16)
    assert np.abs(display(deep, level).pixels.astype(int) - shown).max() <= 1


def test_a_window_clips_what_is_outside(tmp_path: Path) -> None:
    values = np.array([[-1000, 0, 50, 100, 3000]], np.int16)
    raster = Raster(data=values, width=5, height=1, window=Window(low=0, high=100))
    assert display(raster).pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert display(raster, NEGATIVE).pixels.tolist() == [[255, 255, 128, 0, 0]]
    flat = Raster(data=np.full((2, 2), 7, np.uint16), width=2, height=2)
    assert display(flat).pixels.tolist() == [[128, 128]] * 2
