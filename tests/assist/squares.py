"""Pictures of dark and light squares on grey, and where they are: what a detector learns in seconds."""

from pathlib import Path

import numpy as np
from PIL import Image

from jlabel.model.answer import Annotation, Answer
from jlabel.model.shapes.box import Box

SIZE = (160, 120)
Squares = list[tuple[int, int, int, int]]
"""Class id (1 dark, 2 light), left, top, side."""


def squares_of(number: int) -> Squares:
    """The squares on picture ``number``: one to three, apart from each other; none on every eighth."""
    if number % 8 == 7:
        return []
    rng = np.random.default_rng(number)
    columns = rng.permutation(3)[: rng.integers(1, 4)]
    return [
        (
            int(rng.integers(1, 3)),
            int(50 * c + rng.integers(0, 20)),
            int(rng.integers(5, 80)),
            int(rng.integers(24, 34)),
        )
        for c in columns.tolist()
    ]


def make_squares(folder: Path, count: int) -> Path:
    """Writes pictures ``0000.png`` on."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        rng = np.random.default_rng(1000 + number)
        pixels = rng.normal(128, 8, (SIZE[1], SIZE[0], 3))
        for kind, x, y, side in squares_of(number):
            pixels[y : y + side, x : x + side] = rng.normal(40 if kind == 1 else 215, 8, (side, side, 3))[
                : SIZE[1] - y, : SIZE[0] - x
            ]
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / f"{number:04d}.png")
    return folder


def true_answer(name: str) -> Answer:
    """The answer that picture ``name`` should get."""
    found = squares_of(int(Path(name).stem))
    return Answer(
        annotations=tuple(
            Annotation(
                class_id=kind,
                shape=Box(x, y, min(x + side, SIZE[0]), min(y + side, SIZE[1])),
                uid=f"s{n}",
            )
            for n, (kind, x, y, side) in enumerate(found)
        ),
        empty=not found,
    )
