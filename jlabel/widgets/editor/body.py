"""The stage of an editor: one picture under its viewport, with its shapes."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from jlabel.assist.outlining.outliner import Outliner
from jlabel.errors import MessageError, NotFound
from jlabel.media.display import Level
from jlabel.media.loader import Loader
from jlabel.model.answer import UNANSWERED, Answer
from jlabel.session import viewport
from jlabel.session.last_class import find_last_class, newest_class
from jlabel.session.page_state import PageState
from jlabel.session.session import Session
from jlabel.widgets.editor.hidden import Hidden
from jlabel.widgets.editor.outlines import Outlines
from jlabel.widgets.editor.proposals import describe_proposals, untouched
from jlabel.widgets.editor.shape_sync import ShapeSync
from jlabel.widgets.frame.body import Host
from jlabel.widgets.frame.describe import describe_page
from jlabel.widgets.frame.state import ShapesPageData, StageState
from jlabel.widgets.protocol import Message
from jlabel.widgets.stage.picture import PictureStage
from jlabel.widgets.stage.shape_layer import Drawing
from jlabel.widgets.stage.stage import Size

if TYPE_CHECKING:
    from jlabel.widgets.frame.screen import Handler


class EditorBody:
    """Shows a session's pages as one picture with shapes each; see ``frame/body.py``.

    Args:
        session: the labeler at work.
        loader: decodes pictures off the kernel's main thread.
        host: the screen.
        outliner: finds outlines for shapes; ``None`` where none are found.

    Attributes:
        shape_sync: the shapes as the browser has them.
    """

    def __init__(self, session: Session, loader: Loader, host: Host, outliner: Outliner | None = None) -> None:
        self._session = session
        self._outlines = Outlines(session, host, outliner) if outliner is not None else None
        self.shape_sync = ShapeSync(host.send)
        self.stage = PictureStage(loader, host.painted, host.failed, host.lock, self.drawing)
        self._last_class = find_last_class(session)
        self._hidden = Hidden()
        self._filled = True
        self._drawn: dict[int, object] = {}
        """By canvas, what is drawn on it."""
        self._taking: tuple[object, int] | None = None
        """Page and number of the message that is handled, or that was refused last."""
        self.handlers: Mapping[str, Handler] = {
            "fill": self._on_fill,
            "hide": self._on_hide,
            "level": self._on_level,
            "lock": lambda _: None,  # a lock guards against slips of the pointer: the browser keeps it
            "select": lambda _: None,  # the selection lives in the browser
            "shapes": lambda _: self.shape_sync.send_all(),
            "view": self._on_view,
        }
        if self._outlines is not None:
            self.handlers = {**self.handlers, "outline": self._outlines.on_outline}

    def show(self, state: PageState, other: str | None, *, ahead: bool) -> ShapesPageData:
        """See ``Body``."""
        page, stage, token = state.page, self.stage, state.page.token
        if self._outlines is not None and not ahead:
            self._outlines.look_ahead(state)
        number = stage.canvas_of(token, other)
        stage.show(number, page, 1, ahead=ahead)
        drawn = (
            token,
            tuple(state.answers.values()),
            self._hidden.state,
            self._filled,
            stage.canvases[number].frame,
        )
        if self._drawn.get(number) != drawn:
            self._drawn[number] = drawn
            stage.redraw(number, token)
        frame, own = stage.frame(number, page, 1), self._session.parts.navigator.position
        described = describe_page(state, stage.cells(state.page, 1), canvas=number, frame=frame, own=own)
        for cell in described["cells"]:
            cell["labels"] = sorted(set(cell["labels"]))  # the number of each is in the shapes
            if cell["prelabel"]:
                cell["prelabel"] |= {"labels": [], "sure": []}  # likewise
        view = stage.views.get(token)
        return {
            **described,
            "view": viewport.to_dict(view) if view else None,
            "hidden": sorted(self._hidden.classes),
            "hidden_shapes": self._hidden.shapes(token),
            "shapes": self.shape_sync.sync(state),
            "refused": self._taking[1] if self._taking and self._taking[0] == token else None,
            "steps": state.history.steps,
            "proposals": describe_proposals(state, _only(state)[0]),
        }

    def keep(self, tokens: Collection[str]) -> None:
        """See ``Body``."""
        self.shape_sync.keep(tokens)

    def describe(self, current: PageState | None) -> StageState:
        """See ``Body``."""
        self._last_class = (newest_class(_only(current)[1]) if current else None) or self._last_class
        outline = self._outlines.reason if self._outlines is not None else None
        return {"levels": list(self.stage.levels), "zoom": None, "last_class": self._last_class, "outline": outline}

    def follow_assist(self) -> bool:
        """See ``Body``."""
        return self._outlines is not None and self._outlines.refresh()

    def take(self, page: object, seq: int) -> None:
        """See ``Body``; the browser keeps the shape of a gesture that is refused, to be mended."""
        self._taking = (page, seq)

    def taken(self) -> None:
        """See ``Body``."""
        self._taking = None

    def drop(self, item: int) -> None:
        """See ``Body``."""

    def drawing(self, token: str) -> Drawing:
        """Return what is drawn over the picture of a page."""
        try:
            state = self._session.parts.pages.state(token)
        except NotFound:  # the page went while its picture was being decoded
            return Drawing(annotations=(), colors={})
        item, answer = _only(state)
        classes = self._session.parts.store.classes(self._session.project.id, retired=True)
        colors = {label.id: label.color for label in classes}
        proposals = untouched(state, item, answer.annotations)
        if self._hidden.nothing:
            change = state.last_change(item)
            return Drawing(
                annotations=answer.annotations,
                colors=colors,
                filled=self._filled,
                proposals=proposals,
                change=change,
            )
        shown = tuple(a for a in answer.annotations if not self._hidden.covers(token, a))
        return Drawing(annotations=shown, colors=colors, filled=self._filled, proposals=proposals)

    def _on_view(self, message: Message) -> None:
        view, token = message.value, message.page
        if view.viewport is None:
            self.stage.resize(Size(width=view.width, height=view.height, ratio=view.ratio))
        elif token is not None:
            self.stage.set_view(token, view.viewport)

    def _on_level(self, message: Message) -> None:
        level = message.value
        self.stage.set_level(
            Level(brightness=level.brightness, contrast=level.contrast, gamma=level.gamma, invert=level.invert)
        )

    def _on_fill(self, _message: Message) -> None:
        self._filled = not self._filled

    def _on_hide(self, message: Message) -> None:
        what, hidden = message.value, self._hidden
        if what.uids is not None:
            if message.page is None:
                raise MessageError("The browser hid shapes without naming their page. Reload the page.")
            _, answer = _only(self._session.parts.pages.state(message.page))
            hidden.toggle_shapes(message.page, answer, what.uids)
            return
        classes = self._session.parts.store.classes(self._session.project.id, retired=True)
        known = {label.id for label in classes}
        if what.class_id is None:
            hidden.toggle_all(known)
        elif what.class_id not in known:
            raise MessageError(f"No label class has the id {what.class_id}, so it cannot be hidden. Reload the page.")
        else:
            hidden.toggle_class(what.class_id)


def _only(state: PageState) -> tuple[int, Answer]:
    """Return the one image on a page with its answer."""
    return next(iter(state.answers.items()), (0, UNANSWERED))
