"""Edits of the shapes on a session's page."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import uuid4

from jlabel.errors import AnswerError
from jlabel.media.picture import size_of
from jlabel.model.answer import UNANSWERED, Answer
from jlabel.model.shapes.shape import Shape
from jlabel.model.shapes.table import SHAPES
from jlabel.session import shape_edits as shapes
from jlabel.session.gestures import Gesture, Scene
from jlabel.session.page_state import PageState


def edit(page_state: PageState, item: int | None, tool: Callable[[Answer, shapes.Size], Answer]) -> bool:
    """Change the answer of one item with a tool that is given the answer and the image's size.

    Args:
        page_state: the page.
        item: which item; ``None`` for the only one there is.
        tool: returns the new answer, or raises and leaves the page_state as it was.

    Raises:
        AnswerError: a project without shapes, or no item named on a page of several.
        GeometryError: the shape cannot be stored.
    """
    if not page_state.task.has_shapes:
        raise AnswerError(f"A {page_state.task} project takes no shapes. Use apply() to give an image a class.")
    items = page_state.pick(None if item is None else [item])
    if len(items) > 1:
        raise AnswerError(f"This page has {len(items)} images: name the one to draw on with item=….")
    task = next(task for task in page_state.page.tasks if task.item == items[0])
    return page_state.change({items[0]: tool(page_state.answers[items[0]], _size(task.uri, task.stamp))})


@lru_cache(maxsize=64)
def _size(uri: str, _stamp: str) -> shapes.Size:
    """Return an image's size; its header is read, perhaps from far away, once and not at every gesture."""
    return size_of(uri)


def draw(page_state: PageState, class_id: int, shape: Shape, item: int | None) -> str:
    """Add a shape and return its name."""
    uid = uuid4().hex[:12]
    edit(page_state, item, lambda answer, size: shapes.draw(answer, class_id, shape, size, uid))
    return uid


def change(page_state: PageState, uid: str, shape: Shape, item: int | None) -> bool:
    """Give a shape another outline."""
    return edit(page_state, item, lambda answer, size: shapes.change(answer, uid, shape, size))


def remove(page_state: PageState, uids: Iterable[str], item: int | None) -> bool:
    """Delete shapes."""
    return edit(page_state, item, lambda answer, _size: shapes.remove(answer, uids))


def reclass(page_state: PageState, uids: Iterable[str], class_id: int, item: int | None) -> bool:
    """Give shapes another class."""
    return edit(page_state, item, lambda answer, _size: shapes.reclass(answer, uids, class_id))


def accept(page_state: PageState, uids: Iterable[str], item: int | None) -> bool:
    """Confirm proposed shapes; without names all of them."""
    chosen = tuple(uids)

    def tool(answer: Answer, _size: shapes.Size) -> Answer:
        return shapes.accept(answer, chosen or [one.uid for one in answer.annotations])

    return edit(page_state, item, tool)


def apply_gesture(page_state: PageState, gesture: Gesture, previous: Answer | None) -> bool:
    """Apply a gesture of the editor; ``previous`` is the answer of the image before."""
    task = page_state.task
    freeform = task.shape is not None and SHAPES[task.shape].freeform

    def tool(answer: Answer, size: shapes.Size) -> Answer:
        return gesture.apply(answer, Scene(size=size, previous=previous or UNANSWERED, freeform=freeform))

    return edit(page_state, None, tool)
