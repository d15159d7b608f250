"""The content of messages that are not edits of shapes (session/gestures.py), as values."""

from dataclasses import dataclass

from jlabel.session.viewport import Viewport


@dataclass(frozen=True, kw_only=True)
class CellAction:
    """An action on items of a page.

    Attributes:
        action: ``accept``, ``alternative`` (the second likeliest class), ``apply``, ``clear``, ``skip`` or ``empty``
            ("No objects").
        items: 1 to 25 item ids.
        class_id: of the class to apply or to clear; everything is cleared without it.
        reason: for a skip.
    """

    action: str
    items: tuple[int, ...]
    class_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """The geometry of one view: the size of its stage, and what it shows.

    Attributes:
        width: CSS pixels.
        height: CSS pixels.
        ratio: device pixels a CSS pixel.
        zoom: of the enlarged picture in a grid: CSS pixels an image pixel, and its centre in image pixels.
        viewport: of the picture in an editor.
        take: whether the view becomes the active one, also where another is.
    """

    width: float
    height: float
    ratio: float
    zoom: tuple[float, float, float] | None = None
    viewport: Viewport | None = None
    take: bool = False

    @property
    def of_stage(self) -> bool:
        """Whether it gives the size of the stage alone."""
        return self.zoom is None and self.viewport is None


@dataclass(frozen=True, kw_only=True)
class LevelChange:
    """Another level of the pictures; see media's ``Level``. A grid takes no gamma and no inversion."""

    brightness: float
    contrast: float
    gamma: float = 1.0
    invert: bool = False


@dataclass(frozen=True, kw_only=True)
class Painted:
    """The frames that the canvases of the two pages and of the zoom show, in this order; see stage/page_canvas.py."""

    frames: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Select:
    """The names of the shapes that are selected."""

    uids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The names of the shapes that become the outlines of the objects in their bounds."""

    uids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Value:
    """The value of a command: a page's size, the item to enlarge."""

    value: int


@dataclass(frozen=True, kw_only=True)
class Proposals:
    """From which confidence on proposed shapes are shown; see ``ProposalLevel``."""

    least: float | None = None
    unproven: bool = False


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The value of a command that switches something on or off."""

    value: bool = False


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Shapes are locked, or no longer."""

    uids: tuple[str, ...]
    value: bool


@dataclass(frozen=True, kw_only=True)
class Hide:
    """Shapes, or all of one class, or (without either) everything is hidden or shown again."""

    uids: tuple[str, ...] | None = None
    class_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A command without a value."""
