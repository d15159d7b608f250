"""Pictures made for tests."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
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


def write_png(path: Path, values: np.ndarray) -> str:
    """Write a PNG of 16 bits: grey, grey and alpha, RGB or RGBA. Every row has another filter than the one before."""
    height, width = values.shape[:2]
    samples = values.reshape(height, width, -1).astype(">u2")
    step = 2 * samples.shape[2]
    lines = np.frombuffer(samples.tobytes(), np.uint8).reshape(height, -1)
    rows = []
    for number, line in enumerate(lines):
        kind = number % 3  # none, left, up (PNG, 9.2)
        left = np.concatenate([np.zeros(step, np.uint8), line[:-step]])
        above = lines[number - 1] if number else np.zeros_like(line)
        rows.append(bytes([kind]) + (line - [np.zeros_like(line), left, above][kind]).tobytes())

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    kind = {1: 0, 2: 4, 3: 2, 4: 6}[samples.shape[2]]
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return str(path)


def write_tiff(path: Path, strips: Sequence[bytes], tags: Mapping[int, Sequence[int]]) -> str:
    """Write a TIFF of strips, whatever they hold; ``tags`` beside their offsets and sizes, by number."""
    offsets = [8 + sum(map(len, strips[:n])) for n in range(len(strips))]
    everything = sorted({**tags, 273: offsets, 279: [len(strip) for strip in strips]}.items())
    data = b"".join(strips)
    start = 8 + len(data)
    entries, long = b"", b""
    for tag, numbers in everything:
        packed = struct.pack(f"<{len(numbers)}I", *numbers)
        if len(packed) > 4:
            where = start + 2 + 12 * len(everything) + 4 + len(long)
            long += packed
            packed = struct.pack("<I", where)
        entries += struct.pack("<HHI", tag, 4, len(numbers)) + packed
    path.write_bytes(
        b"II*\0" + struct.pack("<I", start) + data + struct.pack("<H", len(everything)) + entries + bytes(4) + long
    )
    return str(path)
