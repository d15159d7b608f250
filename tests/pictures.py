"""Pictures made for tests: plain colours that a pixel can be asked for."""

import colorsys
from pathlib import Path

from PIL import Image


def colour(number: int) -> tuple[int, int, int]:
    """The colour of picture ``number``, told apart from its neighbours' by any channel."""
    red, green, blue = colorsys.hsv_to_rgb((number * 0.381966) % 1.0, 0.8, 0.9)
    return round(red * 255), round(green * 255), round(blue * 255)


def make_pictures(folder: Path, count: int, *, width: int = 120, height: int = 90) -> Path:
    """Writes ``count`` JPEGs of one colour each, ``0000.jpg`` onwards, and returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.new("RGB", (width, height), colour(number)).save(folder / f"{number:04d}.jpg", quality=95)
    return folder
