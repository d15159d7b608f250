"""The port of a shape: what every shape on an image is and does, in image pixels (``outline.py``).

One more shape is one more file beside ``box.py``, an entry in ``table.py``, and its twin in JavaScript
(``widgets/editor/shapes/``). ``tests/model/test_shape_contract.py`` runs over every entry of the table.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from jlabel.errors import GeometryError
from jlabel.model.shapes.outline import Bounds, Fault, Outline


class Shape(ABC):
    """The base of all shapes: frozen dataclasses of numbers, whose JSON form is a mapping.

    The base has no fields and empty slots, so that an encoder takes each shape as the plain dataclass that it is; no
    two shapes have the same fields, so that a decoder tells them apart.

    Attributes:
        key: in ``SHAPES`` and in the table of the JavaScript twins.
        name: for people, lower case: "a box".
        field: the field of the JSON form that only this shape has.
        rectangular: whether the shape is its bounds, so that no outline needs to be written.
        freeform: whether the outline takes any form, so that it can be cut, joined, split, simplified and repaired.
    """

    __slots__ = ()
    key: ClassVar[str]
    name: ClassVar[str]
    field: ClassVar[str]
    rectangular: ClassVar[bool] = False
    freeform: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` wrote.

        Raises:
            GeometryError: the shape has no area or is not finite.
            KeyError, TypeError, ValueError: not of this form.
        """

    @classmethod
    @abstractmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON form from an untrusted sender: every number and length is checked (``parse.py``).

        Raises:
            MessageError: not of this form, too long, or a coordinate that is no number or absurd.
            GeometryError: well-formed, but without area.
        """

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, which databases hold: it never changes."""

    @abstractmethod
    def bounds(self) -> Bounds:
        """Return the smallest rectangle around the shape: x0, y0, x1, y1 in pixels."""

    @abstractmethod
    def area(self) -> float:
        """Return the area in square pixels."""

    @abstractmethod
    def contains(self, x: float, y: float) -> bool:
        """Whether the point (x, y), in image pixels, lies in the shape; one on its outline may."""

    @abstractmethod
    def translate(self, dx: float, dy: float) -> Self:
        """Return the shape moved by (dx, dy) pixels; it may now lie outside the image."""

    @abstractmethod
    def scale(self, fx: float, fy: float) -> Self:
        """Return the shape with x multiplied by ``fx`` and y by ``fy``, both > 0: from thumbnail to image, say.

        Raises:
            GeometryError: a factor that is not a finite positive number.
        """

    @abstractmethod
    def outline(self) -> Outline:
        """Return the lines that are drawn and computed with; a curve becomes a ring of enough points."""

    @abstractmethod
    def clip_partly_outside(self, width: float, height: float) -> "Shape":
        """Return the part within an image that the bounds lie partly in; use ``clip``.

        Raises:
            GeometryError: the shape itself has no part within the image, or is not valid.
        """

    def clip(self, width: float, height: float) -> "Shape":
        """Return the part of a valid shape that lies in an image of ``width`` x ``height`` pixels.

        Raises:
            GeometryError: no part of it does, the image has no size, or the outline crosses itself beyond the image.
        """
        if not (width > 0 and height > 0):
            raise GeometryError(f"An image of {width:g} x {height:g} pixels holds no shape.")
        x0, y0, x1, y1 = self.bounds()
        if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
            return self
        if x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height:
            raise GeometryError(
                f"The shape lies from ({x0:g}, {y0:g}) to ({x1:g}, {y1:g}), outside the {width:g} x {height:g} image. "
                "Draw it on the picture."
            )
        return self.clip_partly_outside(width, height)

    def find_fault(self) -> Fault | None:
        """Return the first position where the shape is not valid; ``None`` if it is, as most shapes always are."""
        return None

    def repair(self) -> "Shape":
        """Return a valid shape that covers what this one encloses.

        Raises:
            GeometryError: nothing with an area remains.
        """
        return self

    def iou(self, other: "Shape") -> float:
        """Return intersection over union with another shape of any kind, 0 to 1.

        An outline that crosses itself is measured as ``repair`` would mend it.
        """
        if self.rectangular and other.rectangular:
            return _iou_of_bounds(self.bounds(), other.bounds())
        from jlabel.model.shapes import planar  # noqa: PLC0415 -- shapely loads when it is first needed

        return planar.iou(self.outline(), other.outline())


def check_scale(fx: float, fy: float) -> None:
    """Raise ``GeometryError`` unless both factors are finite positive numbers."""
    if not (0 < fx < math.inf and 0 < fy < math.inf):
        raise GeometryError(f"A shape can be scaled by positive finite factors, not by {fx} and {fy}.")


def _iou_of_bounds(first: Bounds, second: Bounds) -> float:
    """Return intersection over union of two rectangles, 0 to 1."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    overlap = width * height
    areas = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (first, second))
    # rounding may carry the quotient of two equal rectangles past 1
    return min(1.0, overlap / (areas - overlap))
