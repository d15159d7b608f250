"""A shape that only tests know: a circle, with a task type of its own."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from jlabel.errors import GeometryError, MessageError
from jlabel.model.shapes.outline import Bounds, Outline
from jlabel.model.shapes.parse import number, short
from jlabel.model.shapes.shape import Shape, check_scale
from jlabel.model.shapes.table import SHAPES
from jlabel.model.task import Facts, TaskType

_POINTS = 64


@dataclass(frozen=True)
class Circle(Shape):
    """All that lies within ``r`` pixels of (x, y)."""

    key: ClassVar[str] = "circle"
    name: ClassVar[str] = "circle"
    field: ClassVar[str] = "circle"

    x: float
    y: float
    r: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x, self.y, self.r))) or self.r <= 0:
            raise GeometryError(f"The circle {self.x, self.y, self.r} has no area.")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        x, y, r = map(float, data["circle"])
        return cls(x, y, r)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        numbers = data["circle"]
        if len(data) > 1 or not isinstance(numbers, (list, tuple)) or len(numbers) != 3:
            raise MessageError(f"A circle is three numbers, not {short(numbers)}.")
        x, y, r = map(number, numbers)
        return cls(x, y, r)

    def to_dict(self) -> dict[str, Any]:
        return {"circle": [self.x, self.y, self.r]}

    def bounds(self) -> Bounds:
        return self.x - self.r, self.y - self.r, self.x + self.r, self.y + self.r

    def area(self) -> float:
        return math.pi * self.r**2

    def contains(self, x: float, y: float) -> bool:
        return math.hypot(x - self.x, y - self.y) <= self.r

    def translate(self, dx: float, dy: float) -> Self:
        return type(self)(self.x + dx, self.y + dy, self.r)

    def scale(self, fx: float, fy: float) -> Self:
        """A circle stays one: the factors' geometric mean scales the radius, so that the area is right."""
        check_scale(fx, fy)
        return type(self)(self.x * fx, self.y * fy, self.r * math.sqrt(fx * fy))

    def outline(self) -> Outline:
        angles = (2 * math.pi * i / _POINTS for i in range(_POINTS))
        return Outline((tuple((self.x + self.r * math.cos(a), self.y + self.r * math.sin(a)) for a in angles),))

    def clip_partly_outside(self, width: float, height: float) -> Self:
        """The largest circle about the same centre, moved inside, that lies in the image."""
        x, y = min(max(self.x, 0.1), width - 0.1), min(max(self.y, 0.1), height - 0.1)
        return type(self)(x, y, min(self.r, x, y, width - x, height - y))


SAMPLES = (Circle(100, 90, 30), Circle(320.5, 240, 200))


@contextmanager
def registered() -> Iterator[TaskType]:
    """What a further shape adds to the code: an entry in the table of shapes, and a task type."""
    facts = Facts(caption="Circles", shape="circle", grids=(1,))
    task: TaskType = TaskType._new_member_(TaskType, "circles", facts)  # type: ignore[attr-defined]
    task._name_ = "CIRCLES"
    SHAPES["circle"] = Circle
    TaskType._value2member_map_["circles"] = task
    try:
        yield task
    finally:
        del SHAPES["circle"], TaskType._value2member_map_["circles"]
