"""A medium of its own, to prove the decoders' port: 12 bits of grey behind a mark and a size."""

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from jlabel.media.decoders.port import check_size
from jlabel.media.decoders.table import Medium
from jlabel.media.raster import Header, Raster, Rectangle, Size
from jlabel.media.resample import reduced

_HEADER = struct.Struct("<4sHH")
_MARK = b"toy\0"


class ToyDecoder:
    """Implements ``Decoder``."""

    def recognizes(self, start: bytes, uri: str) -> bool:  # noqa: ARG002
        return start.startswith(_MARK)

    def header(self, file: BinaryIO) -> Header:
        _, width, height = _HEADER.unpack(file.read(_HEADER.size))
        check_size((width, height))
        return Header(width=width, height=height, depth=12)

    def decode(
        self,
        file: BinaryIO,
        *,
        size: Size | None = None,
        region: Rectangle | None = None,
        reduction: int = 1,  # noqa: ARG002
    ) -> Raster:
        header = self.header(file)
        values = np.frombuffer(file.read(), "<u2").reshape(header.height, header.width)
        return reduced(Raster(data=values, width=header.width, height=header.height), size=size, region=region)


TOY = Medium(extensions=(".toy",), decoder=ToyDecoder)


def write_toy(path: Path, values: NDArray[np.uint16]) -> str:
    """Write a file of values from 0 to 4095."""
    height, width = values.shape
    path.write_bytes(_HEADER.pack(_MARK, width, height) + values.astype("<u2").tobytes())
    return str(path)
