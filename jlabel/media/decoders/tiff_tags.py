"""The whole numbers among the tags of a TIFF's first picture (TIFF 6.0; BigTIFF), in either byte order."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""BYTE, SHORT, LONG, IFD, LONG8, IFD8 as struct knows them."""
MAX_VALUES = 16 << 20
"""Of one tag: a picture of 400 megapixels has at most a strip for every row and band."""


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Tags by number.

    Attributes:
        values: whole numbers; tags of other types are left out.
        little: whether numbers have their lowest byte first.
        big: whether it is a BigTIFF.
    """

    values: dict[int, tuple[int, ...]]
    little: bool
    big: bool


def read_tags(file: BinaryIO) -> Tags:
    """Read the first directory.

    Args:
        file: at its start.

    Raises:
        OSError: the file ends before its tags do.
        ValueError: a tag of absurd length.
    """
    start = _exactly(file, 8)
    order = "<" if start[:2] == b"II" else ">"
    big = struct.unpack(order + "H", start[2:4])[0] == 43  # noqa: PLR2004 -- BigTIFF's version
    word, entry, inline = ("Q", "HHQ8s", 8) if big else ("I", "HHI4s", 4)
    (first,) = struct.unpack(order + word, _exactly(file, 8) if big else start[4:])
    file.seek(first)
    count_form = order + ("Q" if big else "H")
    (count,) = struct.unpack(count_form, _exactly(file, struct.calcsize(count_form)))
    if count > 1 << 16:
        raise ValueError(f"its header has {count} tags")
    entries = _exactly(file, count * struct.calcsize("=" + entry))
    values: dict[int, tuple[int, ...]] = {}
    for tag, kind, number, data in struct.iter_unpack(order + entry, entries):
        if kind not in _TYPES or tag in values:
            continue
        if number > MAX_VALUES:
            raise ValueError(f"its tag {tag} has {number} values")
        size = number * struct.calcsize("=" + _TYPES[kind])
        if size > inline:
            file.seek(struct.unpack(order + word, data)[0])
            data = _exactly(file, size)  # noqa: PLW2901
        values[tag] = struct.unpack(f"{order}{number}{_TYPES[kind]}", data[:size])
    return Tags(values=values, little=order == "<", big=big)


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise OSError("image file is truncated")
    return data
