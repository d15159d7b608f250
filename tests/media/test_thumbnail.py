import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from jlabel.errors import ImageError, InputError
from jlabel.media.cache import DiskCache
from jlabel.media.thumbnail import region, thumbnail
from tests.media.pictures import photo, quarters, saved


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_photograph_becomes_a_fitting_jpeg(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.jpg", photo(640, 480), quality=95)
    made = thumbnail(uri, "1", 320, 320)
    assert (made.format, made.width, made.height) == ("jpeg", 320, 240)
    assert (made.full_width, made.full_height, made.box) == (640, 480, (0, 0, 640, 480))
    picture = opened(made.data)
    assert isinstance(picture, JpegImageFile)
    assert picture.size == (320, 240)
    assert [part[1:3] for part in picture.layer] == [(1, 1)] * 3  # 4:4:4


def test_a_drawing_becomes_a_png_where_that_is_smaller(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.png", quarters(200, 100))
    made = thumbnail(uri, "1", 400, 400)
    assert (made.format, made.width, made.height) == ("png", 200, 100)
    np.testing.assert_array_equal(np.asarray(opened(made.data).convert("RGB")), np.asarray(quarters(200, 100)))


def test_a_noisy_lossless_picture_becomes_a_jpeg(tmp_path: Path) -> None:
    assert thumbnail(saved(tmp_path / "a.png", photo()), "1", 300, 300).format == "jpeg"


def test_the_cache_answers_for_the_same_stamp_and_size_only(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    uri = saved(tmp_path / "a.png", quarters())
    first = thumbnail(uri, "1", 50, 50, cache)
    Path(uri).unlink()
    assert thumbnail(uri, "1", 50, 50, cache) == first
    for stamp, width in (("2", 50), ("1", 51)):
        with pytest.raises(ImageError, match="gone"):
            thumbnail(uri, stamp, width, 50, cache)


def test_a_damaged_cache_file_is_made_again(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    uri = saved(tmp_path / "a.png", quarters())
    first = thumbnail(uri, "1", 50, 50, cache)
    (kept,) = (path for path in cache.folder.rglob("*") if path.is_file())
    for damaged in (b"", b"short", kept.read_bytes()[:-1], kept.read_bytes()[:-1] + b"?"):
        kept.write_bytes(damaged)
        assert thumbnail(uri, "1", 50, 50, cache) == first


def test_an_enlarged_region_shows_each_pixel_as_a_square(tmp_path: Path) -> None:
    picture = photo(64, 64)
    uri = saved(tmp_path / "a.png", picture)
    made = region(uri, (8, 16, 24, 24), 160, 160)
    assert (made.width, made.height, made.box) == (160, 80, (8, 16, 24, 24))
    squares = np.asarray(picture)[16:24, 8:24].repeat(10, 0).repeat(10, 1)
    np.testing.assert_array_equal(np.asarray(opened(made.data).convert("RGB")), squares)


def test_a_region_is_clipped_and_says_what_it_shows(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.jpg", photo(640, 480))
    made = region(uri, (-50, 100, 700, 900), 320, 320)
    assert made.box == (0.0, 100.0, 640.0, 480.0)
    assert (made.width, made.height) == (320, 190)
    with pytest.raises(InputError, match="shows nothing"):
        region(uri, (700, 0, 800, 10), 10, 10)
    with pytest.raises(InputError, match="0 x 10"):
        thumbnail(uri, "1", 0, 10)


def test_panning_does_not_decode_again(tmp_path: Path) -> None:
    uri = saved(tmp_path / "a.png", quarters())
    region(uri, (0, 0, 10, 10), 10, 10, stamp="1")
    Path(uri).unlink()
    assert region(uri, (5, 5, 10, 10), 10, 10, stamp="1").box == (5, 5, 10, 10)
    with pytest.raises(ImageError, match="gone"):
        region(uri, (5, 5, 10, 10), 10, 10, stamp="2")
