"""Shapes of each kind on a picture of 640 x 480 pixels; a further shape adds its own."""

from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.shape import Shape

SHAPE_SAMPLES: dict[str, tuple[Shape, Shape]] = {
    "box": (Box(10, 20, 40.5, 80), Box(0, 0, 640, 480)),
    "polygon": (
        Polygon(rings=(((10, 10), (60, 10), (35, 60.5)),)),
        Polygon(
            rings=(((100, 100), (200, 100), (200, 200), (100, 200)), ((300, 300), (320, 300), (300, 320))),
            holes=(((120, 120), (140, 120), (140, 140)),),
        ),
    ),
}
"""Two of each, by ``Shape.key``: a plain one, and one with all that the shape can have."""
