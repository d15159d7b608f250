"""Layouts of TIFF that Pillow refuses, cuts to eight bits or reads as stripes, against the arrays that were written."""

import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from PIL import Image

from jlabel.errors import ImageError
from jlabel.media.decoders.table import decode, read_header
from jlabel.media.display import display
from jlabel.media.picture import load
from tests.media.pictures import write_tiff

KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]
LAYOUTS: dict[str, dict[str, Any]] = {
    "strips": {"rowsperstrip": 7},
    "one strip": {},
    "big-endian": {"byteorder": ">", "rowsperstrip": 16},
    "BigTIFF": {"bigtiff": True},
    "big-endian BigTIFF": {"bigtiff": True, "byteorder": ">"},
    "tiles": {"tile": (16, 32)},
    "Deflate": {"compression": "zlib", "rowsperstrip": 9},
    "Deflate in tiles": {"compression": "zlib", "tile": (32, 16)},
    "LZMA": {"compression": "lzma", "tile": (32, 16)},
}


def values(kind: str, bands: int = 1, size: tuple[int, int] = (56, 40)) -> np.ndarray:
    """An array of (height, width) or (height, width, bands) of which each band is another slope."""
    dtype, (width, height) = np.dtype(kind), size
    y, x = np.mgrid[:height, :width]
    slope = np.stack([(x * (band + 1) + y * 3) % 200 for band in range(bands)], axis=-1) / 200
    if dtype.kind == "f":
        found = (slope - 0.3).astype(dtype)
    else:
        limits = np.iinfo(dtype)
        found = (limits.min + slope * 0.9 * (float(limits.max) - limits.min)).astype(dtype)
    return found[..., 0] if bands == 1 else found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bands", [1, 3])
def test_every_layout_has_the_values_that_were_written(tmp_path: Path, kind: str, layout: str, bands: int) -> None:
    path, given = tmp_path / "a.tif", values(kind, bands)
    options = LAYOUTS[layout] | {"photometric": "rgb" if bands == 3 else "minisblack"}
    if np.dtype(kind).kind != "f" and np.dtype(kind).itemsize < 8 and "compression" in options:
        options["predictor"] = True
    tifffile.imwrite(path, given, **options)
    np.testing.assert_array_equal(decode(str(path)).pixels, given)
    assert read_header(str(path)).size == (56, 40)
    if bands == 3:
        tifffile.imwrite(path, np.moveaxis(given, 2, 0), planarconfig="separate", **options)
        np.testing.assert_array_equal(decode(str(path)).pixels, given)


def tags_of(kind: str, bands: int, compression: int, predictor: int = 1, rows: int = 40) -> dict[int, list[int]]:
    dtype = np.dtype(kind)
    formats = {"u": 1, "i": 2, "f": 3}[dtype.kind]
    return {
        256: [56], 257: [40], 258: [8 * dtype.itemsize] * bands, 259: [compression], 262: [2 if bands == 3 else 1],
        277: [bands], 278: [rows], 317: [predictor], 339: [formats] * bands,
    }  # fmt: skip


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_the_predictor_of_floats_is_undone(tmp_path: Path, kind: str, bands: int) -> None:
    given = values(kind, bands)
    high_first = np.frombuffer(given.astype(given.dtype.newbyteorder(">")).tobytes(), np.uint8)
    planes = high_first.reshape(40, -1, given.dtype.itemsize).transpose(0, 2, 1).reshape(40, -1, bands)
    packed = np.diff(planes, axis=1, prepend=np.zeros((40, 1, bands), np.uint8)).astype(np.uint8)
    strips = [zlib.compress(packed[top : top + 16].tobytes()) for top in (0, 16, 32)]
    path = write_tiff(tmp_path / "a.tif", strips, tags_of(kind, bands, 8, predictor=3, rows=16))
    np.testing.assert_array_equal(decode(path).pixels, given)
    if kind == "f4" and bands == 1:  # Pillow's libtiff knows this one
        np.testing.assert_array_equal(np.asarray(Image.open(path)), given)


@pytest.mark.parametrize("name", ["tiff_lzw", "packbits", "tiff_deflate", "zstd", "tiff_adobe_deflate", "lzma"])
@pytest.mark.parametrize("kind", ["u2", "f8"])
def test_other_compressions_are_taken_off(tmp_path: Path, name: str, kind: str) -> None:
    given = values(kind, 3)
    flat = Image.fromarray(np.frombuffer(given.tobytes(), np.uint8).reshape(40, -1))
    flat.save(tmp_path / "flat.tif", compression=name)
    with tifffile.TiffFile(tmp_path / "flat.tif") as file:
        page = file.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        data, number, rows = (tmp_path / "flat.tif").read_bytes(), int(page.compression), page.rowsperstrip
        strips = [data[at : at + count] for at, count in zip(page.dataoffsets, page.databytecounts, strict=True)]
    path = write_tiff(tmp_path / "a.tif", strips, tags_of(kind, 3, number, rows=rows))
    np.testing.assert_array_equal(decode(path).pixels, given)


@pytest.mark.parametrize("kind", KINDS)
def test_min_is_white_is_shown_inverted_at_any_depth(tmp_path: Path, kind: str) -> None:
    given = values(kind, size=(60, 40))
    shown = []
    for photometric in ("minisblack", "miniswhite"):
        tifffile.imwrite(tmp_path / "a.tif", given, photometric=photometric)
        shown.append(load(str(tmp_path / "a.tif")).pixels[..., 0].astype(int))
    assert np.ptp(shown[0]) > 200
    np.testing.assert_allclose(shown[1], 255 - shown[0], atol=1)


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_bands_beyond_the_colours_are_not_shown(tmp_path: Path, kind: str) -> None:
    path, given = tmp_path / "a.tif", values(kind, 5)
    tifffile.imwrite(path, given, photometric="rgb", planarconfig="contig")
    raster = decode(str(path))
    np.testing.assert_array_equal(raster.pixels, given[..., :3])
    assert raster.note == ""
    tifffile.imwrite(path, given, photometric="minisblack", planarconfig="contig")
    raster = decode(str(path))
    np.testing.assert_array_equal(raster.pixels, given[..., 0])
    assert raster.note.startswith("It has 5 bands")
    tifffile.imwrite(path, given[..., :3], photometric="minisblack", planarconfig="contig", extrasamples=[0, 0])
    np.testing.assert_array_equal(decode(str(path)).pixels, given[..., :3])


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "f4"])
@pytest.mark.parametrize("colors", [1, 3])
def test_alpha_lies_on_white(tmp_path: Path, kind: str, colors: int) -> None:
    dtype = np.dtype(kind)
    opaque = 1.0 if dtype.kind == "f" else np.iinfo(dtype).max
    given = np.zeros((20, 30, colors + 1), dtype)
    given[:, 10:, :-1] = opaque // 2 if dtype.kind != "f" else 0.5
    given[5:, :, -1] = opaque
    tifffile.imwrite(
        tmp_path / "a.tif", given, photometric="rgb" if colors == 3 else "minisblack", extrasamples=["unassalpha"],
        planarconfig="contig",
    )  # fmt: skip
    pixels = load(str(tmp_path / "a.tif")).pixels
    assert pixels[:5].min() == 255
    assert pixels[10, 5].tolist() == [0] * 3
    assert len(np.unique(pixels[10])) == 2


@pytest.mark.parametrize(("bits", "bands"), [(10, 1), (12, 1), (14, 3), (24, 1), (4, 3)])
@pytest.mark.parametrize("reverse", [False, True])
def test_samples_of_odd_bits_are_unpacked(tmp_path: Path, bits: int, bands: int, *, reverse: bool) -> None:
    given = np.random.default_rng(0).integers(0, 2**bits, (40, 56, bands))
    shifts = np.arange(bits - 1, -1, -1)
    order: Literal["little", "big"] = "little" if reverse else "big"
    rows = np.packbits((given[..., np.newaxis] >> shifts & 1).reshape(40, -1).astype(np.uint8), axis=1, bitorder=order)
    tags = tags_of("u2", bands, 1) | {258: [bits] * bands, 266: [2 if reverse else 1]}
    path = write_tiff(tmp_path / "a.tif", [rows.tobytes()], tags)
    wanted = given * 255 // 15 if bits == 4 else given
    np.testing.assert_array_equal(decode(path).pixels.reshape(40, 56, bands), wanted)


@pytest.mark.parametrize(
    ("tags", "what"),
    [
        ({339: [6], 258: [64]}, "a TIFF of complex numbers of 64 bits"),
        ({259: [34712]}, "a TIFF of whole numbers of 16 bits, compressed by JPEG 2000"),
        ({259: [12345]}, "a TIFF of whole numbers of 16 bits, compressed by method 12345"),
        ({262: [32803]}, "a TIFF of whole numbers of 16 bits"),
        ({258: [48]}, "a TIFF of whole numbers of 48 bits"),
        ({258: [8, 16, 8], 277: [3]}, "a TIFF whose bands differ, of 8, 16, 8 bits"),
        ({317: [34894]}, "a TIFF of whole numbers of 16 bits"),
        ({258: [16] * 5, 277: [5], 262: [5]}, "a TIFF of whole numbers of 16 bits in 5 bands"),
    ],
)
def test_what_cannot_be_decoded_is_called_what_it_is(tmp_path: Path, tags: dict[int, list[int]], what: str) -> None:
    path = write_tiff(tmp_path / "a.tif", [bytes(56 * 40 * 16)], tags_of("u2", 1, 1) | tags)
    with pytest.raises(ImageError, match=f"{what}.* cannot show. Save") as refused:
        decode(path)
    assert "damaged" not in str(refused.value)


def test_a_sparse_file_has_nothing_where_its_tiles_are_missing(tmp_path: Path) -> None:
    path, given = tmp_path / "a.tif", values("u2") // 2 + 1000
    tifffile.imwrite(path, given, tile=(16, 16))
    with tifffile.TiffFile(path, mode="r+") as file:
        tags = file.pages[0].tags  # type: ignore[union-attr]
        tags["TileOffsets"].overwrite((0, *tags["TileOffsets"].value[1:]))
    given[:16, :16] = 0
    np.testing.assert_array_equal(decode(str(path)).pixels, given)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_deep_colour_is_set_upright(tmp_path: Path, orientation: int) -> None:
    given = values("u2", 3)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, given, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
    flat = Image.fromarray((given[..., 0] // 256).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    flat.save(tmp_path / "b.png", exif=exif)
    np.testing.assert_array_equal(decode(str(path)).pixels[..., 0] // 256, load(str(tmp_path / "b.png")).pixels[..., 0])
    assert read_header(str(path)).size == load(str(path)).pixels.shape[1::-1]


def test_twelve_bits_of_colour_are_spread(tmp_path: Path) -> None:
    given = np.random.default_rng(0).integers(0, 1000, (100, 120, 3)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", given, photometric="rgb")
    shown = display(decode(str(tmp_path / "a.tif"))).pixels
    assert (shown.min(), shown.max()) == (0, 255)


@pytest.mark.parametrize(
    ("kind", "side", "refused"),
    [pytest.param("u2", 20_000, "", marks=pytest.mark.slow), ("f4", 20_000, "1600"), ("f8", 15_000, "1800")],
)
def test_a_small_bomb_is_decoded_within_memory_or_refused(tmp_path: Path, kind: str, side: int, refused: str) -> None:
    tile = zlib.compress(bytes(512 * 512 * np.dtype(kind).itemsize))
    tags = tags_of(kind, 1, 8) | {256: [side], 257: [side], 322: [512], 323: [512]}
    path = write_tiff(tmp_path / "bomb.tif", [tile], tags | {324: [8] * 1600, 325: [len(tile)] * 1600})
    code = (
        "import resource\nfrom jlabel.media.picture import load\nfrom jlabel.errors import ImageError\n"
        f"try: load({path!r}, size=(200, 200))\nexcept ImageError as e: print(e)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(done.stdout.split()[-1]) < 1600, "MB"
    assert (f"take {refused} MB; at most 1000 MB" in done.stdout) == bool(refused)
