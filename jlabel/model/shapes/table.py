"""The table of shapes by key, and reading one of any kind."""

from collections.abc import Mapping
from typing import Any

from jlabel.errors import MessageError
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.parse import short
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.shape import Shape

SHAPES: dict[str, type[Shape]] = {shape.key: shape for shape in (Box, Polygon)}
"""Shapes by key. Their JSON forms are told apart by ``Shape.field``."""


def shape_from_dict(data: Mapping[str, Any] | None) -> Shape | None:
    """Read what ``Shape.to_dict`` wrote; ``None`` stays ``None``.

    Raises:
        GeometryError: the shape has no area or is not finite.
        KeyError, TypeError, ValueError: not of this form.
    """
    if data is None:
        return None
    for shape in SHAPES.values():
        if shape.field in data:
            return shape.from_dict(data)
    raise KeyError(" or ".join(shape.field for shape in SHAPES.values()))


def parse_shape(data: object) -> Shape:
    """Read the JSON form of a shape from an untrusted sender, such as a browser.

    Raises:
        MessageError: not of this form, too long, or a coordinate that is no number or absurd.
        GeometryError: well-formed, but without area.
    """
    if not isinstance(data, Mapping):
        raise MessageError(f"A shape is a mapping, not {short(data)}.")
    for shape in SHAPES.values():
        if shape.field in data:
            return shape.parse(data)
    fields = " or ".join(repr(shape.field) for shape in SHAPES.values())
    raise MessageError(f"A shape has the field {fields}, not {short(sorted(map(str, data)))}.")
