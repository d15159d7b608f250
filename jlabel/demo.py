"""The demo: photographs that need no network, and notebooks that label them."""

import csv
import hashlib
import shutil
from pathlib import Path

import numpy as np

from jlabel.errors import InputError, MissingExtra
from jlabel.media.encode import write_jpeg

PHOTOGRAPHS = ("brick", "grass", "gravel")
"""Textures that scikit-image carries, each 512 x 512 pixels, grey, in the public domain (CC0)."""
TILE = 128
"""Side of a tile in pixels."""
ACROSS = 8
"""Tiles along each side of a photograph; neighbours overlap."""
NOTEBOOKS = ("01_first_labels.ipynb", "02_boxes.ipynb", "03_polygons.ipynb", "04_assist.ipynb", "05_assist_boxes.ipynb")
"""The first one is opened; the others are beside it, and cut their own images out of photographs."""
PHOTOS = "photos"
TRUTH = "truth.csv"


def make_tiles(folder: str | Path) -> int:
    """Cut the demo's 192 tiles, 64 of each of three classes, into ``folder/photos``, with ``folder/truth.csv`` beside.

    The files' names do not reveal the class. Tiles that are there already are left alone.

    Args:
        folder: made if it is missing.

    Returns:
        The number of tiles.

    Raises:
        MissingExtra: scikit-image is not installed.
        InputError: the folder cannot be written.
    """
    photographs = _photographs()
    photos = Path(folder) / PHOTOS
    rows = []
    try:
        photos.mkdir(parents=True, exist_ok=True)
        for label, pixels in photographs.items():
            for y, x in _corners(pixels.shape[0], pixels.shape[1]):
                # A digest of label and corner: the same name in every run, and no hint at the class or the neighbors.
                name = hashlib.sha256(f"{label} {y} {x}".encode()).hexdigest()[:10] + ".jpg"
                rows.append((name, label))
                if not (photos / name).exists():
                    write_jpeg(photos / name, pixels[y : y + TILE, x : x + TILE])
        with (Path(folder) / TRUTH).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("name", "label"), *sorted(rows)])
    except OSError as error:
        raise InputError(
            f"The demo's images cannot be written to {folder}: {error.strerror}. Name a folder that you may write to."
        ) from error
    return len(rows)


def prepare(folder: str | Path) -> Path:
    """Fill a folder with the demo: tiles, their truth and the notebooks. What is there already, labels included, stays.

    Args:
        folder: made if it is missing.

    Returns:
        The path of the notebook to begin with.

    Raises:
        MissingExtra: scikit-image is not installed.
        InputError: the folder cannot be written.
    """
    make_tiles(folder)
    for name in NOTEBOOKS:
        notebook = Path(folder) / name
        if not notebook.exists():
            try:
                shutil.copyfile(packaged_notebook(name), notebook)
            except OSError as error:
                raise InputError(f"The notebook {notebook} cannot be written: {error.strerror}.") from error
    return Path(folder) / NOTEBOOKS[0]


def packaged_notebook(name: str = NOTEBOOKS[0]) -> Path:
    """Where a notebook of the demo is: inside the installed package, or beside it in a working copy."""
    here = Path(__file__).parent
    paths = (here / "notebooks" / name, here.parent / "notebooks" / name)
    return next((path for path in paths if path.exists()), paths[0])


def _photographs() -> dict[str, np.ndarray]:
    try:
        from skimage import data  # noqa: PLC0415 -- the demo's own dependency
    except ImportError as error:
        raise MissingExtra("The demo needs scikit-image. Install it with: pip install 'jlabel[demo]'.") from error
    return {name: np.asarray(getattr(data, name)(), dtype=np.uint8) for name in PHOTOGRAPHS}


def _corners(height: int, width: int) -> list[tuple[int, int]]:
    """Upper left corners (y, x) of the tiles, spread evenly from edge to edge."""
    rows = np.linspace(0, height - TILE, ACROSS).round().astype(int)
    columns = np.linspace(0, width - TILE, ACROSS).round().astype(int)
    return [(int(y), int(x)) for y in rows for x in columns]
