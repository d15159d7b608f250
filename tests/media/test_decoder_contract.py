"""What every decoder keeps to, over a sample of each format; a further medium adds its samples to ``SAMPLES``."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, features

from jlabel.errors import ImageError
from jlabel.media.decoders import port, table
from jlabel.media.decoders.table import decode, read_header
from jlabel.media.display import display
from tests.media.pictures import quarters, write_png
from tests.media.toy import write_toy

WIDTH, HEIGHT = 192, 96
STORED = {1: None, 3: Image.Transpose.ROTATE_180, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90}
"""EXIF orientation to the transpose that undoes setting the picture upright."""


def _pillow(kind: str, mode: str = "RGB", orientation: int = 1, **options: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        picture = quarters(WIDTH, HEIGHT).convert(mode)
        transpose, exif = STORED[orientation], Image.Exif()
        exif[0x0112] = orientation
        if orientation > 1:
            options["exif"] = exif
        (picture if transpose is None else picture.transpose(transpose)).save(path, kind, **options)

    return write


def _deep(kind: str, dtype: Any, orientation: int = 1, factor: int = 16) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        values = np.asarray(quarters(WIDTH, HEIGHT).convert("L")).astype(dtype) * dtype(factor)
        transpose, exif = STORED[orientation], Image.Exif()
        exif[0x0112] = orientation
        picture = Image.fromarray(values)
        (picture if transpose is None else picture.transpose(transpose)).save(path, kind, exif=exif)

    return write


def _deep_color(path: Path, *, alpha: int | None = None) -> None:
    """A PNG of 16 bits of colour, of which Pillow itself writes none."""
    values = np.asarray(quarters(WIDTH, HEIGHT)).astype(">u2") * 16
    if alpha is not None:
        values = np.dstack([values, np.full((HEIGHT, WIDTH), alpha, ">u2")])
    write_png(path, values)


def _tiff(kind: Any, **options: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        values = (np.asarray(quarters(WIDTH, HEIGHT)) / 255 * (0.8 if np.dtype(kind).kind == "f" else 3000)).astype(
            kind
        )
        if options.get("planarconfig") == "separate":
            values = np.moveaxis(values, 2, 0)
        tifffile.imwrite(path, values, photometric="rgb", **options)

    return write


def _toy(path: Path) -> None:
    write_toy(path, np.asarray(quarters(WIDTH, HEIGHT).convert("L")).astype(np.uint16) * 16)


FINE: dict[str, Any] = {"quality": 95, "subsampling": 0}
SAMPLES: dict[str, Callable[[Path], None]] = {
    "jpeg": _pillow("JPEG", **FINE),
    "jpeg grey": _pillow("JPEG", "L"),
    "jpeg cmyk": _pillow("JPEG", "CMYK"),
    "jpeg rotated": _pillow("JPEG", orientation=6, **FINE),
    "png": _pillow("PNG"),
    "png bilevel": _pillow("PNG", "1"),
    "png palette": _pillow("PNG", "P"),
    "png transparent": _pillow("PNG", "RGBA"),
    "png rotated": _pillow("PNG", orientation=5),
    "png deep": _deep("PNG", np.uint16),
    "png deep rotated": _deep("PNG", np.uint16, orientation=6),
    "tiff": _pillow("TIFF"),
    "tiff rotated": _pillow("TIFF", orientation=6),
    "tiff deep": _deep("TIFF", np.uint16),
    "tiff deep rotated": _deep("TIFF", np.uint16, orientation=6),
    "tiff 32": _deep("TIFF", np.int32, factor=70_000),
    "tiff float": _deep("TIFF", np.float32),
    "png deep colour": _deep_color,
    "png deep colour and alpha": partial(_deep_color, alpha=65535),
    "tiff deep colour": _tiff(np.uint16),
    "tiff deep colour in planes": _tiff(np.uint16, planarconfig="separate"),
    "tiff deep colour in tiles": _tiff(np.uint16, tile=(32, 48), compression="zlib", predictor=True),
    "tiff float 16": _tiff(np.float16),
    "tiff float 64": _tiff(np.float64, compression="zlib", byteorder=">", bigtiff=True),
    "bmp": _pillow("BMP"),
    "webp": _pillow("WEBP", lossless=True),
    "webp rotated": _pillow("WEBP", orientation=3, lossless=True),
    "gif": _pillow("GIF", "P"),
    **({"avif": _pillow("AVIF", quality=95, subsampling="4:4:4")} if features.check("avif") else {}),
    "toy": _toy,
}

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "sample"  # no extension: the bytes decide
    SAMPLES[request.param](path)
    return str(path)


def test_one_decoder_recognizes_it(sample: str) -> None:
    start = Path(sample).read_bytes()[:132]
    assert [medium.decoder().recognizes(start, sample) for medium in table.MEDIA].count(True) == 1


def test_the_header_says_what_is_decoded(sample: str) -> None:
    header, raster = read_header(sample), decode(sample)
    assert header.size == (raster.width, raster.height) == raster.size == (WIDTH, HEIGHT)
    assert raster.pixels.shape == ((HEIGHT, WIDTH) if header.channels == 1 else (HEIGHT, WIDTH, header.channels))
    assert raster.pixels.shape == raster.data.shape
    assert raster.pixels.dtype == raster.data.dtype
    assert header.depth <= 8 * raster.pixels.dtype.itemsize < header.depth + 8
    assert header.lossless == raster.lossless
    assert header.frames in {1, None}
    assert (raster.window is None) == (header.depth == 8)
    assert raster.data.nbytes >= raster.pixels.nbytes


def test_it_is_upright(sample: str) -> None:
    for size in (None, (48, 48)):
        raster = decode(sample, size=size)
        grey = np.asarray(Image.fromarray(display(raster).pixels).convert("L")).astype(float)
        down, across = grey.shape[0] // 2, grey.shape[1] // 2
        quarters = [grey[y : y + down, x : x + across].mean() for y in (0, down) for x in (0, across)]
        deep = raster.window is not None
        darkest = 29 if deep and raster.pixels.ndim == 2 else 0  # deep pictures are shown from their own minimum
        expected = [(value - darkest) * 255 / (255 - darkest) for value in (76, 150, 29, 255)]
        np.testing.assert_allclose(quarters, expected, atol=8)


def test_a_truncated_file_is_refused(sample: str) -> None:
    whole = Path(sample).read_bytes()
    Path(sample).write_bytes(whole[: len(whole) * 2 // 3])
    for size in (None, (20, 20)):
        with pytest.raises(ImageError, match="Copy it again"):
            decode(sample, size=size)


def test_what_is_too_large_is_refused_from_the_header(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "MAX_PIXELS", WIDTH * HEIGHT - 1)
    for use in (
        read_header,
        decode,
        lambda uri: decode(uri, size=(8, 8)),
        lambda uri: decode(uri, region=(0, 0, 8, 8)),
    ):
        with pytest.raises(ImageError, match=rf"claims ({WIDTH} x {HEIGHT}|{HEIGHT} x {WIDTH}) pixels"):
            use(sample)


@pytest.mark.parametrize("size", [(48, 48), (50, 1000), (1, 1), (1000, 7)])
def test_a_reduced_picture_keeps_its_proportions(sample: str, size: tuple[int, int]) -> None:
    raster = decode(sample, size=size)
    scale = min(size[0] / WIDTH, size[1] / HEIGHT)
    assert raster.size == (max(1, round(WIDTH * scale)), max(1, round(HEIGHT * scale)))
    assert (raster.width, raster.height) == (WIDTH, HEIGHT)
    assert raster.window == decode(sample).window
    assert decode(sample, size=(1000, 1000)).size == (WIDTH, HEIGHT), "never enlarged"


def test_a_reduced_picture_looks_like_the_whole(sample: str) -> None:
    whole = Image.fromarray(display(decode(sample)).pixels)
    wanted = np.asarray(whole.resize((48, 24), Image.Resampling.BOX)).astype(int)
    assert np.abs(display(decode(sample, size=(48, 48))).pixels - wanted).mean() < 8


@pytest.mark.parametrize("region", [(0, 0, WIDTH, HEIGHT), (10, 20, 50, 90), (90, 40, 91, 41), (100, 0, WIDTH, 1)])
def test_a_region_is_a_crop_of_the_whole(sample: str, region: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = region
    whole, part = decode(sample), decode(sample, region=region)
    np.testing.assert_array_equal(part.pixels, whole.pixels[y0:y1, x0:x1])
    assert (part.width, part.height, part.window) == (WIDTH, HEIGHT, whole.window)
    assert max(decode(sample, region=region, size=(8, 8)).size) <= 8


@pytest.mark.parametrize("reduction", [1, 2, 4, 8])
def test_a_reduction_is_no_coarser_than_allowed(sample: str, reduction: int) -> None:
    raster = decode(sample, reduction=reduction)
    assert WIDTH // reduction <= raster.size[0] <= WIDTH
    assert raster.size[0] / raster.size[1] == WIDTH / HEIGHT
    assert (raster.width, raster.height) == (WIDTH, HEIGHT)
