"""How a TIFF stores its first picture, read from its tags (TIFF 6.0, 1992; BigTIFF)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from jlabel.media.decoders.port import MAX_BYTES, Unsupported
from jlabel.media.decoders.tiff_tags import read_tags
from jlabel.media.raster import Size

BATCH = 64 << 20
"""Bytes that are decompressed at once."""
UINT, INT, FLOAT = 1, 2, 3
_KINDS = {
    UINT: "whole numbers", INT: "signed numbers", FLOAT: "floating-point numbers", 5: "complex numbers",
    6: "complex numbers",
}  # fmt: skip
_NAMES = {
    2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "Deflate", 32773: "PackBits",
    32946: "Deflate", 33003: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34887: "LERC", 34892: "JPEG",
    34925: "LZMA", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL",
}  # fmt: skip
UNPACKED = {1, 5, 8, 32773, 32946, 34925, 50000}
"""Compressions of bytes, whatever these mean: none, and those that libtiff takes off."""
_BY_PILLOW = UNPACKED | {2, 3, 4, 6, 7, 50001}
_WHITE, _BLACK, _RGB, _PALETTE, _MASK, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 4, 5, 6, 8
_ALPHA = {1: True, 2: False}
"""ExtraSamples: whether the colours are multiplied by alpha."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The tags of a picture that say how it is stored.

    Attributes:
        size: as stored, before its orientation.
        bits: of one sample.
        samples: of one pixel.
        kind: ``UINT``, ``INT``, ``FLOAT``, or another SampleFormat.
        photometric: how samples are colours.
        extra: what the samples behind the colours are.
        planar: whether each sample has strips or tiles of its own.
        compression: its number.
        predictor: its number.
        segment: width and height of a strip or tile.
        tiled: whether it is a tile, which is stored whole where the picture ends within it.
        offsets: of all strips or tiles in the file.
        counts: of their bytes.
        orientation: as in EXIF.
        little: whether numbers have their lowest byte first.
        big: whether it is a BigTIFF.
        reversed_bits: whether each byte has its lowest bit first.
    """

    size: Size
    bits: int
    samples: int
    kind: int
    photometric: int
    extra: tuple[int, ...]
    planar: bool
    compression: int
    predictor: int
    segment: Size
    tiled: bool
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    orientation: int
    little: bool
    big: bool
    reversed_bits: bool

    @property
    def is_pillows(self) -> bool:
        """Whether Pillow decodes it right: eight bits or fewer in one of the usual forms."""
        if self.big and not self.little:  # which Pillow does not know
            return False
        if self.compression not in UNPACKED or self.photometric in {_PALETTE, _MASK, _CMYK, _YCBCR, _LAB}:
            return True
        if self.bits > 8 or self.kind not in {UINT, 4} or (self.planar and self.samples > 1):  # noqa: PLR2004
            return False
        if self.samples == 1:
            return self.photometric in {_WHITE, _BLACK}
        whole = self.bits == 8  # noqa: PLR2004
        if self.samples == 2:  # noqa: PLR2004 -- grey and alpha
            return whole and self.photometric == _BLACK and self.extra[:1] == (2,)
        return whole and self.photometric == _RGB and self.samples in {3, 4}

    @property
    def row(self) -> int:
        """Bytes of a row of a strip or tile, without compression."""
        return -(-self.segment[0] * (1 if self.planar else self.samples) * self.bits // 8)

    @property
    def colors(self) -> int:
        """How many of the samples are shown: 3 for colour, 1 for grey.

        Three samples of which nothing is said are red, green and blue, as GDAL writes them.
        """
        return 3 if self.photometric == _RGB or (self.samples == 3 and not any(self.extra)) else 1  # noqa: PLR2004

    @property
    def alpha(self) -> int | None:
        """The sample that is alpha."""
        return self.colors if self.samples > self.colors and self.extra[:1] in {(1,), (2,)} else None

    @property
    def multiplied(self) -> bool:
        """Whether the colours are multiplied by alpha already."""
        return _ALPHA.get(self.extra[0], False) if self.extra else False

    @property
    def white_is_lowest(self) -> bool:
        """Whether 0 is white."""
        return self.photometric == _WHITE

    @property
    def note(self) -> str:
        """What a person should know: that bands are not shown."""
        if self.colors == 3 or self.samples == 1 or self.extra[:1] in {(1,), (2,)}:  # noqa: PLR2004 -- colour
            return ""
        return f"It has {self.samples} bands and does not say which are red, green and blue: the first is shown."

    def describe(self) -> str:
        """Return what the file is, as a phrase."""
        bands = "" if self.samples == 1 else f" in {self.samples} bands"
        packed = _NAMES.get(self.compression, f"method {self.compression}")
        how = "" if self.compression == 1 else f", compressed by {packed}"
        kind = _KINDS.get(self.kind, "numbers of an unknown kind")
        return f"a TIFF of {kind} of {self.bits} bits{bands}{how}"

    def check(self) -> None:
        """Raise unless it can be decoded.

        Raises:
            Unsupported: it cannot.
        """
        if self.compression not in _BY_PILLOW:
            raise Unsupported(self.describe(), "Save it without compression, or with Deflate")
        if self.is_pillows:
            return
        if self.compression not in UNPACKED:
            raise Unsupported(self.describe(), "Save it without compression, or with Deflate")
        wide = {UINT: range(1, 65), INT: {8, 16, 32, 64}, FLOAT: {16, 32, 64}}
        packed = self.bits not in {8, 16, 32, 64} and (self.bits > 32 or self.predictor != 1)  # noqa: PLR2004
        unknown = self.photometric not in {_WHITE, _BLACK, _RGB} or self.predictor not in {1, 2, 3}
        if self.bits not in wide.get(self.kind, ()) or packed or unknown or self.samples < self.colors:
            raise Unsupported(self.describe(), "Save a copy with 8 or 16 bits, grey or RGB")
        if self.compression != 1 and self.row * self.segment[1] > MAX_BYTES // 4:
            raise Unsupported(
                f"{self.describe()}, in one piece of more than {MAX_BYTES // 4 >> 20} MB", "Save it in tiles"
            )


def read_layout(file: BinaryIO) -> Layout:
    """Read the tags of the first picture of a TIFF, and leave the file at its start.

    Raises:
        Unsupported: samples of several sizes or kinds.
        ValueError: a size of nothing.
    """
    tags = read_tags(file)
    file.seek(0)

    def one(tag: int, default: int) -> int:
        return (tags.values.get(tag) or (default,))[0]

    width, height, samples = one(256, 0), one(257, 0), one(277, 1)
    if width < 1 or height < 1 or samples < 1:
        raise ValueError(f"its header names {width} x {height} pixels of {samples} samples")
    bits, kinds = tags.values.get(258) or (1,), tags.values.get(339) or (UINT,)
    if len({*bits}) > 1 or len({*kinds}) > 1:
        raise Unsupported(f"a TIFF whose bands differ, of {', '.join(map(str, bits))} bits", "Save its bands alike")
    tiled = 322 in tags.values  # noqa: PLR2004 -- TileWidth
    rows = min(height, one(278, height) or height)
    return Layout(
        size=(width, height),
        bits=bits[0],
        samples=samples,
        kind=kinds[0],
        photometric=one(262, _BLACK),
        extra=tags.values.get(338) or (),
        planar=one(284, 1) == 2,  # noqa: PLR2004 -- separate planes
        compression=one(259, 1),
        predictor=one(317, 1),
        segment=(max(1, one(322, width)), max(1, one(323, height))) if tiled else (width, rows),
        tiled=tiled,
        offsets=tags.values.get(324 if tiled else 273) or (),
        counts=tags.values.get(325 if tiled else 279) or (),
        orientation=one(274, 1),
        little=tags.little,
        big=tags.big,
        reversed_bits=one(266, 1) == 2,  # noqa: PLR2004 -- lowest bit first
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A strip or tile, or some rows of a strip without compression.

    Attributes:
        top: its first row in the picture.
        left: its first column in the picture.
        rows: those that it stores; a tile's may go beyond the picture.
        offset: in the file.
        count: of its bytes in the file.
    """

    top: int
    left: int
    rows: int
    offset: int
    count: int


def pieces(layout: Layout, plane: int) -> Iterator[Piece]:
    """Yield the strips or tiles of a plane; those of a sparse file that are not there are left out.

    Raises:
        OSError: the file names fewer than there must be.
    """
    (width, height), (wide, high) = layout.size, layout.segment
    across = -(-width // wide)
    number = across * -(-height // high)
    if len(layout.offsets) < (plane + 1) * number:
        raise OSError("its header names too few strips or tiles")
    lines = max(1, BATCH // layout.row) if layout.compression == 1 else high
    for n in range(number):
        top, left = n // across * high, n % across * wide
        rows = high if layout.tiled else min(high, height - top)
        offset = layout.offsets[plane * number + n]
        for first in range(0, rows if offset else 0, lines):
            some = min(lines, rows - first)
            count = layout.row * some if layout.compression == 1 else layout.counts[plane * number + n]
            yield Piece(top + first, left, some, offset + first * layout.row, count)


def batches(found: Iterable[Piece], row: int) -> Iterator[list[Piece]]:
    """Yield pieces together as long as they have ``BATCH`` bytes at most."""
    batch: list[Piece] = []
    for piece in found:
        if batch and row * (piece.rows + sum(one.rows for one in batch)) > BATCH:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch
