"""The box: an axis-aligned rectangle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from jlabel.errors import GeometryError, MessageError
from jlabel.model.shapes.outline import Bounds, Outline
from jlabel.model.shapes.parse import number, real, short
from jlabel.model.shapes.shape import Shape, check_scale


@dataclass(frozen=True)
class Box(Shape):
    """An axis-aligned rectangle.

    Its numbers may be real numbers of any library (numpy, torch); floats are kept.

    Attributes:
        x0: left edge, pixels.
        y0: top edge, pixels.
        x1: right edge, pixels, > x0.
        y1: bottom edge, pixels, > y0.

    Raises:
        GeometryError: a side of zero or negative length, NaN or infinity, or what is no real number.
    """

    key: ClassVar[str] = "box"
    name: ClassVar[str] = "box"
    field: ClassVar[str] = "box"
    rectangular: ClassVar[bool] = True

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        for side in ("x0", "y0", "x1", "y1"):
            object.__setattr__(self, side, real(getattr(self, side), self.name))
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise GeometryError(f"The box {self.x0, self.y0, self.x1, self.y1} has no area. Drag it wider.")

    @classmethod
    def from_xywh(cls, x: float, y: float, width: float, height: float) -> Self:
        """Return the box with the upper left corner ``x, y``, as COCO and many models give it; all in pixels.

        Raises:
            GeometryError: as for a box.
        """
        left, top, across, down = (real(each, cls.name) for each in (x, y, width, height))
        return cls(left, top, left + across, top + down)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read ``{"box": [x0, y0, x1, y1]}``; errors as for ``Shape.from_dict``."""
        x0, y0, x1, y1 = (float(value) for value in data["box"])
        return cls(x0, y0, x1, y1)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read ``{"box": [x0, y0, x1, y1]}`` from an untrusted sender; errors as for ``Shape.parse``."""
        numbers = data["box"]
        if len(data) > 1:
            raise MessageError(f"A box is four numbers and no more, not {short(sorted(map(str, data)))}.")
        if not isinstance(numbers, (list, tuple)) or len(numbers) != 4:  # noqa: PLR2004 -- x0, y0, x1, y1
            raise MessageError(f"A box is four numbers, not {short(numbers)}.")
        x0, y0, x1, y1 = (number(value) for value in numbers)
        return cls(x0, y0, x1, y1)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"box": [x0, y0, x1, y1]}``."""
        return {"box": [self.x0, self.y0, self.x1, self.y1]}

    def bounds(self) -> Bounds:
        """Return the box's own corners."""
        return self.x0, self.y0, self.x1, self.y1

    def area(self) -> float:
        """Return the area in square pixels."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies in the box or on its edges."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def translate(self, dx: float, dy: float) -> Self:
        """Return the box moved by (dx, dy) pixels."""
        return type(self)(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def scale(self, fx: float, fy: float) -> Self:
        """Return the box with its coordinates multiplied; errors as for ``Shape.scale``."""
        check_scale(fx, fy)
        return type(self)(self.x0 * fx, self.y0 * fy, self.x1 * fx, self.y1 * fy)

    def outline(self) -> Outline:
        """Return the four corners, clockwise on the screen from the top left one."""
        return Outline((((self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)),))

    def clip_partly_outside(self, width: float, height: float) -> Self:
        """Return the part of the box within the image."""
        return type(self)(max(self.x0, 0.0), max(self.y0, 0.0), min(self.x1, width), min(self.y1, height))


def box_around(shape: Shape) -> Box:
    """Return the smallest box around a shape."""
    return Box(*shape.bounds())
