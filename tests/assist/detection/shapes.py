"""Pictures of rings and bars on noise, whose ellipses are wrong, with their polygons."""

import math

import numpy as np

from jlabel.assist.detection.examples import LabeledImage
from jlabel.assist.detection.polygons import ellipse
from jlabel.model.shapes.polygon import Polygon

SIZE = (160, 128)


def labeled(polygons: tuple[Polygon, ...], pixels: np.ndarray, size: tuple[int, int] = SIZE) -> LabeledImage:
    boxes = np.array([one.bounds() for one in polygons], np.float32).reshape(-1, 4)
    return LabeledImage(size, boxes, np.zeros(len(polygons), np.int64), lambda: pixels, polygons)


def rings(seed: int, *, count: int = 4) -> LabeledImage:
    """Bright rings with a dark hole, and bars that lie across their boxes."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(90, 12, (SIZE[1], SIZE[0], 3))
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    polygons = []
    for column in range(count):
        side = float(rng.uniform(26, 36))
        cx, cy = 20 + 40 * column + rng.uniform(-1, 1), rng.uniform(20, SIZE[1] - 20)
        box = (cx - side / 2, cy - side / 2, cx + side / 2, cy + side / 2)
        if column % 2:
            angle = float(rng.choice([-1, 1])) * math.pi / 4
            along, across = (
                np.array([math.cos(angle), math.sin(angle)]),
                np.array([-math.sin(angle), math.cos(angle)]),
            )
            corners = [np.array([cx, cy]) + along * a + across * b for a, b in ((-15, -4), (15, -4), (15, 4), (-15, 4))]
            u, v = ((x - cx) * along[0] + (y - cy) * along[1], (x - cx) * across[0] + (y - cy) * across[1])
            inside = (abs(u) < 15) & (abs(v) < 4)
            polygons.append(Polygon((tuple((float(a), float(b)) for a, b in corners),)))
        else:
            far = np.hypot(x - cx, y - cy) / (side / 2)
            inside = (far < 1) & (far > 0.5)
            hole = ellipse((cx - side / 4, cy - side / 4, cx + side / 4, cy + side / 4))
            polygons.append(Polygon(ellipse(box).rings, hole.rings))
        pixels[inside] += 110
    return labeled(tuple(polygons), pixels.clip(0, 255).astype(np.uint8))


def dots(count: int) -> tuple[Polygon, ...]:
    """Squares of two pixels, 40 a row."""
    corners = [(4.0 * (n % 40), 4.0 * (n // 40)) for n in range(count)]
    return tuple(Polygon((((x, y), (x + 2, y), (x + 2, y + 2), (x, y + 2)),)) for x, y in corners)
