"""What the kernel sends the browser: the form of every trait and message.

``widgets/frame/types.d.ts`` names the same forms for the browser; ``tests/vectors/state.json`` holds an example of each
that both ends check.
"""

from typing import Any, TypedDict


class MessageState(TypedDict):
    """The text of the message line; ``kind`` is ``error`` or ``info``, ``id`` grows with each new text."""

    kind: str
    text: str
    id: int


class ClassData(TypedDict):
    """A label class as the palette shows it."""

    id: int
    path: str
    name: str
    color: str
    key: str | None


class QueueData(TypedDict):
    """A task queue as the header shows it: its name, and what to do on its pages."""

    name: str
    hint: str


class ClassesData(TypedDict):
    """The label classes; ``retired`` ones may not be applied, but labels of earlier pages have them."""

    classes: list[ClassData]
    retired: list[ClassData]


class Setup(ClassesData):
    """What stays the same while a labeling screen is open, but for its classes; ``instructions`` are HTML made safe.

    ``grids`` are the sizes of manual pages that may be chosen, ``large_grids`` those of other pages.
    ``queues`` has all queues by key; ``suggested`` stands for a page whose suggestions carry no promise.
    ``height`` is in CSS pixels, ``None`` where the screen fits the window.
    """

    project: str
    task: str
    shape: str | None
    many_classes: bool
    allows_empty: bool
    labeler: str
    grids: list[int]
    large_grids: list[int]
    height: float | None
    instructions: str
    queues: dict[str, QueueData]
    suggested: QueueData


class PrelabelData(TypedDict):
    """A pre-label of one image: its run, the version under which it arrived, and confidences from 0 to 1.

    ``sure`` has one confidence for each of ``labels``. ``alternative`` is the second likeliest class, 0 where none is
    known. ``proven``: the promised precision holds for it.
    """

    run: int
    version: int
    labels: list[int]
    sure: list[float]
    confidence: float
    alternative: int
    proven: bool


class AnswerData(TypedDict):
    """The answer of one image: class ids, or "No objects", or the reason of a skip."""

    labels: list[int]
    empty: bool
    skipped: str | None


class CellData(AnswerData):
    """One image of a page.

    ``rect`` is x, y, width, height in CSS pixels on the stage. ``broken``: its picture cannot be shown. ``prelabel`` is
    what assist proposed, ``standing`` whether that is what the cell shows, neither confirmed nor changed.
    """

    item: int
    name: str
    broken: bool
    rect: list[float]
    prelabel: PrelabelData | None
    standing: bool


class PositionData(TypedDict):
    """The position of an own page among the labeler's submissions, 1 the oldest."""

    position: int
    count: int


class PageData(TypedDict):
    """One page: ``canvas`` is the number of the canvas that shows it, ``frame`` the painting that it waits for.

    ``own`` is ``None`` for a leased page; ``seconds`` is the time spent on it.
    """

    token: str
    canvas: int
    frame: int
    queue: str
    own: PositionData | None
    seconds: float
    cells: list[CellData]


class ProposalsData(TypedDict):
    """The shapes that are proposed for an image: their confidences from 0 to 1, the highest first.

    ``above`` are those shown by default, ``below`` the others. ``shown`` is how many are on the image now,
    ``untouched`` how many of these nobody has confirmed by itself or changed. ``least`` is the confidence from which on
    they are shown, ``None`` by default; ``unproven``: also those below the threshold of a promise. ``proven`` as in a
    pre-label.
    """

    above: list[float]
    below: list[float]
    shown: int
    untouched: int
    least: float | None
    unproven: bool
    proven: bool


class ShapesPageData(PageData):
    """One page of an editor.

    ``view`` is the viewport of the picture, ``None`` until it is decoded; ``hidden`` are class ids, ``hidden_shapes``
    names of shapes; ``shapes`` is the number of the newest ``ShapesMessage``; ``refused`` the number of the message
    that was refused, if one was; ``steps`` how many changes can be taken back. ``proposals`` is ``None`` where no shape
    is proposed.
    """

    view: dict[str, Any] | None
    hidden: list[int]
    hidden_shapes: list[str]
    shapes: int
    refused: int | None
    steps: int
    proposals: ProposalsData | None


class ZoomData(TypedDict):
    """The enlarged picture: its view (scale, x, y), its size in pixels, and the painting that it waits for."""

    item: int
    view: list[float]
    full: list[int]
    frame: int


class StageState(TypedDict):
    """The stage beside its pages: levels of the pictures, the enlarged picture.

    ``last_class`` is the class of the shape that the labeler drew last, ``None`` where there is none. ``outline`` says
    why no outlines are found for shapes, ``""`` where they are; ``None`` in projects that have none to find.
    """

    levels: list[float]
    zoom: ZoomData | None
    last_class: int | None
    outline: str | None


class CountsData(TypedDict):
    """How many images are left, and how many there are."""

    remaining: int
    total: int


class NewSuggestions(TypedDict):
    """How many pre-labels arrived on the page on screen, and under which version."""

    version: int
    count: int


class ScreenState(StageState):
    """The state of a labeling screen; every screen's has ``ack``, ``view`` and ``message`` besides.

    ``current`` and ``ahead`` are tokens of ``pages``. ``size`` is how many images a manual page has, ``large`` any
    other. ``end`` is the text that is shown instead of a page. ``view`` is the id of the active view, and ``asking``
    that of one which asks whether the active one is still there.
    """

    current: str | None
    ahead: str | None
    pages: dict[str, PageData]
    size: int
    large: int
    counts: CountsData
    can_undo: bool
    can_redo: bool
    has_previous: bool
    auto_submit: bool
    suggestion_version: int
    new_suggestions: NewSuggestions | None
    end: str | None
    asking: str | None


class AssistData(TypedDict, total=False):
    """The state of assist, for the header; empty while it is off."""

    state: str
    summary: str
    detail: str
    done: int
    total: int


class ShapeData(TypedDict):
    """A shape of an image: ``shape`` in the form of its kind (model/shapes), ``made`` how it came onto the image.

    ``confidence`` is that of the proposal which it was, 0 to 1, ``None`` where it was none; ``proposal``: it is one
    that nobody has confirmed by itself or changed.
    """

    uid: str
    class_id: int
    shape: dict[str, Any] | None
    made: str
    confidence: float | None
    proposal: bool


class SpliceData(TypedDict):
    """``gone`` shapes from position ``at`` on give way to ``put``."""

    at: int
    gone: int
    put: list[ShapeData]


class ShapesMessage(TypedDict):
    """A custom message: what changed of the shapes of a page since message ``since``, ``None`` for all of them."""

    kind: str
    page: str
    number: int
    since: int | None
    splices: list[SpliceData]


BLANK: dict[str, Any] = {
    "current": None,
    "ahead": None,
    "pages": {},
    "counts": {"remaining": 0, "total": 0},
    "can_undo": False,
    "can_redo": False,
    "suggestion_version": 0,
    "new_suggestions": None,
    "has_previous": False,
    "auto_submit": False,
    "end": "",
    "asking": None,
    "levels": [1.0, 1.0],
    "zoom": None,
    "last_class": None,
    "outline": None,
}
"""The state where the store cannot be read."""
