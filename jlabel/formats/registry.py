"""The one table of formats; another format is a file of its own and a line here."""

from jlabel.errors import FormatError
from jlabel.formats.coco import COCO
from jlabel.formats.csv_format import CSV
from jlabel.formats.format import Format

FORMATS: dict[str, Format] = {each.name: each for each in (COCO, CSV)}
"""Formats by the name that a user asks for."""


def find_format(name: str) -> Format:
    """Return the format of this name.

    Raises:
        FormatError: there is none; the message lists them.
    """
    try:
        return FORMATS[name]
    except (KeyError, TypeError):
        raise FormatError(f"{name!r} is not a format that jlabel has. Choose one of {', '.join(FORMATS)}.") from None
