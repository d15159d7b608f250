"""The editor of boxes and polygons: the labeler's frame around one picture and its shapes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jlabel.errors import MessageError, NotFound
from jlabel.media.display import Level
from jlabel.model.answer import Annotation
from jlabel.session import shape_messages as gestures
from jlabel.session import viewport
from jlabel.session.page_state import PageState
from jlabel.widgets.editor.shape_sync import ShapeSync
from jlabel.widgets.frame.bundle import module, style
from jlabel.widgets.frame.state import describe_page
from jlabel.widgets.grid.grid import Grid
from jlabel.widgets.protocol import Message, sequence
from jlabel.widgets.stage.picture import PictureStage
from jlabel.widgets.stage.shape_layer import Drawing


class Editor(Grid):
    """Draws and mends boxes or polygons on one image at a time; arguments as for ``Grid``."""

    _esm = module(Path(__file__).with_name("screen.js"))
    _css = style("../editor/editor.css")
    _stage: PictureStage

    def _make_stage(self) -> PictureStage:
        self._hidden: set[int] = set()
        self._hidden_shapes: set[tuple[str, str]] = set()
        """Tokens of pages and names of shapes; names are unique on one image only."""
        self._filled = True
        self._drawn: dict[int, object] = {}
        self._shape_sync = ShapeSync(self.send)
        self._refused: tuple[object, int] | None = None
        return PictureStage(self._loader, self._on_painted, self._on_failed, self._lock, self._drawing)

    def _is_hidden(self, token: str, annotation: Annotation) -> bool:
        return annotation.class_id in self._hidden or (token, annotation.uid) in self._hidden_shapes

    def _drawing(self, token: str) -> Drawing:
        classes = self.session.parts.store.classes(self.session.project.id, retired=True)
        try:
            state = self.session.parts.pages.state(token)
        except NotFound:  # the page went while its picture was being decoded
            return Drawing(annotations=(), colors={})
        item, answer = next(iter(state.answers.items()))
        colors = {c.id: c.color for c in classes}
        if not self._hidden and not self._hidden_shapes:
            change = state.last_change(item)
            return Drawing(annotations=answer.annotations, colors=colors, filled=self._filled, change=change)
        shown = tuple(a for a in answer.annotations if not self._is_hidden(token, a))
        return Drawing(annotations=shown, colors=colors, filled=self._filled)

    def _show(self, page_state: PageState, other: str | None, *, ahead: bool) -> dict[str, Any]:
        page, stage = page_state.page, self._stage
        number = stage.side_of(page.token, other)
        stage.show(number, page, 1, ahead=ahead)
        drawn = (
            page.token,
            tuple(page_state.answers.values()),
            frozenset(self._hidden),
            frozenset(self._hidden_shapes),
            self._filled,
            stage.sides[number].frame,
        )
        if self._drawn.get(number) != drawn:
            self._drawn[number] = drawn
            stage.redraw(number, page.token)
        frame = stage.frame(number, page, 1)
        described = describe_page(
            page_state, stage.cells(1), side=number, frame=frame, own=self.session.parts.navigator.position
        )
        view = stage.views.get(page.token)
        described["view"] = viewport.to_dict(view) if view else None
        described["hidden"] = sorted(self._hidden)
        described["hidden_shapes"] = sorted(uid for token, uid in self._hidden_shapes if token == page.token)
        described["shapes"] = self._shape_sync.sync(page_state)
        described["refused"] = self._refused[1] if self._refused and self._refused[0] == page.token else None
        described["steps"] = page_state.history.steps
        for cell in described["cells"]:
            cell["labels"] = sorted(set(cell["labels"]))  # how many there are of each, the shapes tell
        return described

    def _publish(self, page_state: PageState | None, ahead: PageState | None, pages: dict[str, Any]) -> None:
        self._shape_sync.keep(pages.keys())
        super()._publish(page_state, ahead, pages)

    def _take(self, content: object) -> None:
        # the browser keeps the shape of a gesture that is refused in the hand
        self._refused = (content.get("page") if isinstance(content, Mapping) else None, sequence(content))
        super()._take(content)
        self._refused = None

    def _handle(self, message: Message) -> None:
        fields = message.fields
        if message.kind == "select":  # the selection lives in the browser
            return
        if fields.get("name") == "shapes":
            self._shape_sync.send_all()
            return
        if message.kind == "view" and "viewport" in fields:
            self._on_viewport(message)
        elif message.kind in {"draw", "change", "remove"} or fields.get("name") in gestures.COMMANDS:
            self._message = None
            self.session.gesture({"kind": message.kind, **fields}, page=message.page)
        else:
            super()._handle(message)

    def _commands(self, message: Message) -> dict[str, Callable[[], object]]:
        return super()._commands(message) | {
            "fill": self._on_fill,
            "hide": lambda: self._on_hide(message),
            "lock": lambda: None,  # a lock guards against the hand's slips: the browser keeps it
        }

    def _on_viewport(self, message: Message) -> None:
        token = message.page
        if token is None or token not in self._stage.views:
            return  # of a page that is no longer on screen
        self._stage.views[token] = viewport.from_dict(message.fields["viewport"])

    def _on_level(self, message: Message) -> None:
        self._stage.set_level(Level(**message.fields))

    def _on_fill(self) -> None:
        self._filled = not self._filled

    def _on_hide(self, message: Message) -> None:
        known = {label.id for label in self.session.parts.store.classes(self.session.project.id, retired=True)}
        class_id, uids = message.fields.get("class_id"), message.fields.get("uids")
        if uids is not None:
            if message.page is None:
                raise MessageError("The browser hid shapes without naming their page. Reload the page.")
            answers = self.session.parts.pages.state(message.page).answers.values()
            here = {a.uid for answer in answers for a in answer.annotations}
            kept = {(token, uid) for token, uid in self._hidden_shapes if token == message.page and uid in here}
            self._hidden_shapes = kept ^ {(message.page, uid) for uid in here.intersection(gestures.parse_uids(uids))}
        elif class_id is None:
            self._hidden = set() if self._hidden else known
        elif class_id not in known:
            raise MessageError(f"No label class has the id {class_id}, so it cannot be hidden. Reload the page.")
        else:
            self._hidden ^= {class_id}
