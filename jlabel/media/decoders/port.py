"""The port behind which a medium is read: from a file's bytes to pixels in their own depth."""

from typing import BinaryIO, Protocol

from jlabel.media.raster import Header, Raster, Rectangle, Size

MAX_PIXELS = 400_000_000
"""Pictures with more pixels are refused from their header; 400 megapixels are 1.6 GB as Pillow stores RGB. Pillow's own
limit for WebP, which its decoder checks by itself, is 179 megapixels."""


class TooLarge(Exception):
    """The header claims more than ``MAX_PIXELS``."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.size = size


class Decoder(Protocol):
    """One medium; its methods may be called from several threads, and raise any exception on broken bytes."""

    def recognizes(self, start: bytes, uri: str) -> bool:
        """Whether a file that begins with ``start`` (132 bytes, or the whole of a shorter file) is of this medium.

        The bytes decide; ``uri`` is for media without a mark of their own in them.
        """
        ...

    def header(self, file: BinaryIO) -> Header:
        """Read the header, which precedes the pixels.

        Raises:
            TooLarge: it claims more than ``MAX_PIXELS``.
        """
        ...

    def decode(
        self, file: BinaryIO, *, size: Size | None = None, region: Rectangle | None = None, reduction: int = 1
    ) -> Raster:
        """Decode the first frame, upright.

        Args:
            file: at its start.
            size: the decoded picture or region is fitted inside, with its proportions; it is never enlarged. The result
                may have floating-point values, in the range of the picture's own.
            region: this part alone, inside the picture.
            reduction: without the others, 1, 2, 4 or 8: how many times smaller the picture may be decoded where that
                is quicker than decoding it whole.

        Raises:
            TooLarge: the header claims more than ``MAX_PIXELS``.
        """
        ...


def check_size(size: Size) -> None:
    """Refuse a picture of more than ``MAX_PIXELS``, before memory is used.

    Raises:
        TooLarge: it is.
    """
    if size[0] * size[1] > MAX_PIXELS:
        raise TooLarge(size)
