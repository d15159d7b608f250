"""The key B: shapes become the outlines of the objects in their bounds, as the project's model finds them."""

from functools import partial
from typing import TYPE_CHECKING

from jlabel.assist.outlining.outliner import Bounds, Outliner
from jlabel.errors import MessageError, NotFound
from jlabel.model.shapes.polygon import Polygon
from jlabel.session import shape_edits
from jlabel.session.gestures import ReshapeMany
from jlabel.session.page_state import PageState
from jlabel.session.session import Session
from jlabel.widgets.frame.body import Host
from jlabel.widgets.protocol import Message

if TYPE_CHECKING:
    from concurrent.futures import Future

PATIENCE = 0.5
"""Seconds that the keys after B wait for its result. What takes longer arrives later, as a change of its own."""
LOADING = "Loading the model… The outline comes as soon as it is there."
FINDING = "Looking for the outline…"
SUBMITTED = "The image was submitted before its outlines were found. Its shapes are as they were drawn."


class Outlines:
    """Asks for outlines and changes the shapes.

    Args:
        session: the labeler at work.
        host: the screen.
        outliner: of the project.
    """

    def __init__(self, session: Session, host: Host, outliner: Outliner) -> None:
        self._session, self._host, self._outliner = session, host, outliner
        outliner.refresh()

    @property
    def reason(self) -> str:
        """Why no outlines are to be had, as a sentence; ``""`` where they are."""
        return self._outliner.reason

    def refresh(self) -> bool:
        """Look whether there is another model now; whether ``reason`` has changed."""
        return self._outliner.refresh()

    def look_ahead(self, state: PageState) -> None:
        """Have the picture of a page read meanwhile, once something was drawn on it."""
        if state.history.steps and state.page.tasks:
            self._outliner.look_ahead(state.page.tasks[0])

    def on_outline(self, message: Message) -> None:
        """Find the outlines of shapes and show them, or a message while that takes time."""
        page = message.page
        if page is None:
            raise MessageError("The browser asked for outlines without naming their page. Reload the page.")
        if self._outliner.reason:
            self._host.message.show("info", self._outliner.reason)
            return
        state = self._session.parts.pages.state(page)
        bounds = _bounds(state)
        shape_edits.known(next(iter(state.answers.values())), message.value.uids)
        before = {uid: bounds[uid] for uid in message.value.uids}
        job = self._outliner.start(state.page.tasks[0], tuple(before.values()))
        try:
            found = job.result(PATIENCE if self._outliner.loaded else 0)
        except TimeoutError:
            waiting = FINDING if self._outliner.loaded else LOADING
            self._host.message.show("info", waiting)
            job.add_done_callback(partial(self._finish, page, before, waiting))
            return
        self._apply(page, before, found)

    def _finish(self, page: str, before: dict[str, Bounds], waiting: str, job: "Future[list[Polygon]]") -> None:
        """Show what came late; called on the outliner's thread."""
        host = self._host
        with host.lock:
            if host.ended:
                return
            if host.message.state is not None and host.message.state["text"] == waiting:
                host.message.clear()
            host.attempt(lambda: self._apply(page, before, job.result()))
            host.refresh()

    def _apply(self, page: str, before: dict[str, Bounds], found: list[Polygon]) -> None:
        """Change the shapes that are where they were, as one change."""
        try:
            now = _bounds(self._session.parts.pages.state(page))
        except NotFound:
            self._host.message.show("info", SUBMITTED)
            return
        pairs = zip(before.items(), found, strict=True)
        outlines = {uid: polygon for (uid, bounds), polygon in pairs if now.get(uid) == bounds}
        if outlines:
            self._session.edit(ReshapeMany(outlines=outlines), page=page)


def _bounds(state: PageState) -> dict[str, Bounds]:
    """Return the bounds of the shapes on a page of one image, by name, in its pixels."""
    answer = next(iter(state.answers.values()))
    return {one.uid: one.shape.bounds() for one in answer.annotations if one.shape is not None}
