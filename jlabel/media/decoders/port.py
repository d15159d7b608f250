"""The port behind which a medium is read: from a file's bytes to pixels in their own depth."""

from typing import BinaryIO, Protocol

from jlabel.media.raster import Header, Raster, Rectangle, Size

MAX_PIXELS = 400_000_000
"""Pictures with more pixels are refused from their header; 400 megapixels are 1.6 GB as Pillow stores RGB. Pillow's own
limit for WebP, which its decoder checks by itself, is 179 megapixels."""


MAX_BYTES = 10**9
"""Deep pictures that take more memory are refused from their header too: they take up to 24 bytes a pixel, and several
are decoded at once."""


class TooLarge(Exception):
    """The header claims more than ``MAX_PIXELS`` or ``MAX_BYTES``."""

    def __init__(self, size: Size, count: int = 0) -> None:
        super().__init__(size, count)
        self.size = size
        self.count = count


class Unsupported(Exception):
    """A file that is whole, and of a kind that cannot be decoded.

    Args:
        kind: what it is, as a phrase: "a TIFF of complex numbers of 64 bits".
        remedy: what to do, as a sentence without its full stop.
    """

    def __init__(self, kind: str, remedy: str) -> None:
        super().__init__(kind, remedy)
        self.kind = kind
        self.remedy = remedy


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
            TooLarge: it claims more than ``MAX_PIXELS`` or ``MAX_BYTES``.
            Unsupported: it is of a kind that cannot be decoded.
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
            TooLarge: the header claims more than ``MAX_PIXELS`` or ``MAX_BYTES``.
            Unsupported: it is of a kind that cannot be decoded.
        """
        ...


def check_size(size: Size) -> None:
    """Refuse a picture of more than ``MAX_PIXELS``, before memory is used.

    Raises:
        TooLarge: it is.
    """
    if size[0] * size[1] > MAX_PIXELS:
        raise TooLarge(size)


def check_bytes(size: Size, count: int) -> None:
    """Refuse a picture that takes more than ``MAX_BYTES``, before memory is used.

    Args:
        size: of the picture, for the message.
        count: bytes of its values.

    Raises:
        TooLarge: it does.
    """
    if count > MAX_BYTES:
        raise TooLarge(size, count)
