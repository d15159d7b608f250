"""Whether a shape may be stored on an image."""

from jlabel.errors import GeometryError
from jlabel.model.shapes.shape import Shape

MIN_SIDE = 1e-3
"""Pixels. What is narrower or lower than this, after clipping, has no area worth storing."""


def check_shape(shape: Shape, width: float, height: float, *, repaired: bool = False) -> Shape:
    """Return the shape as it may be stored on an image of ``width`` x ``height`` pixels.

    What overshoots the image is clipped to it; a shape already inside comes back as it is.

    Args:
        shape: what was drawn or read.
        width: of the image, pixels.
        height: of the image, pixels.
        repaired: mend an outline that crosses itself instead of refusing it.

    Raises:
        GeometryError: wholly outside the image, less than ``MIN_SIDE`` wide or high inside it, or invalid; the
            message says where.
    """
    fault = shape.find_fault()
    if fault is not None:
        if not repaired:
            raise GeometryError(
                f"The {shape.name}'s outline has a {fault.reason} at ({fault.x:.1f}, {fault.y:.1f}). "
                "Move a point there, or repair it: shape.repair() in Python, F in the editor."
            )
        shape = shape.repair()
    inside = shape.clip(width, height)
    x0, y0, x1, y1 = inside.bounds()
    if x1 - x0 < MIN_SIDE or y1 - y0 < MIN_SIDE:
        raise GeometryError(
            f"Only a sliver of {x1 - x0:g} x {y1 - y0:g} pixels of the shape lies in the {width:g} x {height:g} image. "
            "Draw it larger."
        )
    return inside
