"""Pictures made for tests."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def quarters(width: int = 64, height: int = 32) -> Image.Image:
    """Red, green, blue and white quarters, so that every rotation and flip looks different."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("lime", (width // 2, 0, width, height // 2))
    picture.paste("blue", (0, height // 2, width // 2, height))
    picture.paste("white", (width // 2, height // 2, width, height))
    return picture


def photo(width: int = 640, height: int = 480, seed: int = 0) -> Image.Image:
    """Something as busy as a photograph."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


def saved(path: Path, picture: Image.Image, **options: Any) -> str:
    picture.save(path, **options)
    return str(path)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
