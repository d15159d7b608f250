"""The editor of boxes and polygons: the labeler's frame around one picture and its shapes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jlabel.errors import MessageError, NotFound
from jlabel.model.geometry import shape_to_dict
from jlabel.session import gestures, viewport
from jlabel.session.sheet import Sheet
from jlabel.widgets.labeler.labeler import Labeler
from jlabel.widgets.labeler.module import module, style
from jlabel.widgets.labeler.state import describe_page
from jlabel.widgets.stage.messages import Message
from jlabel.widgets.stage.picture import Drawing, PictureStage


class Editor(Labeler):
    """Draws and mends boxes or polygons on one image at a time; arguments as for ``Labeler``."""

    _esm = module(Path(__file__).with_name("screen.js"))
    _css = style("../editor/editor.css")
    _stage: PictureStage

    def _make_stage(self) -> PictureStage:
        self._hidden: set[int] = set()
        self._filled = True
        self._drawn: dict[int, object] = {}
        return PictureStage(self._loader, self._on_painted, self._on_failed, self._lock, self._drawing)

    def _drawing(self, token: str) -> Drawing:
        classes = self.session.store.classes(self.session.project.id, retired=True)
        try:
            answers = self.session.sheet_of(token).answers.values()
        except NotFound:  # the page went while its picture was being decoded
            answers = {}.values()
        shown = tuple(a for answer in answers for a in answer.annotations if a.class_id not in self._hidden)
        return Drawing(annotations=shown, colors={c.id: c.color for c in classes}, filled=self._filled)

    def _show(self, sheet: Sheet, other: str | None, *, ahead: bool) -> dict[str, Any]:
        page, stage = sheet.page, self._stage
        number = stage.side_of(page.token, other)
        stage.show(number, page, 1, ahead=ahead)
        drawn = (
            page.token,
            tuple(sheet.answers.values()),
            frozenset(self._hidden),
            self._filled,
            stage.sides[number].frame,
        )
        if self._drawn.get(number) != drawn:
            self._drawn[number] = drawn
            stage.redraw(number, page.token)
        frame = stage.frame(number, page, 1)
        described = describe_page(sheet, stage.cells(1), side=number, frame=frame, own=self.session.place)
        view = stage.views.get(page.token)
        described["view"] = viewport.to_dict(view) if view else None
        described["hidden"] = sorted(self._hidden)
        for cell in described["cells"]:
            cell["shapes"] = [
                {
                    "uid": annotation.uid,
                    "class_id": annotation.class_id,
                    "shape": shape_to_dict(annotation.shape),
                    "hidden": annotation.class_id in self._hidden,
                }
                for annotation in sheet.answers[cell["item"]].annotations
                if annotation.shape is not None
            ]
        return described

    def _handle(self, message: Message) -> None:
        fields = message.fields
        if message.kind == "select":  # the selection lives in the browser
            return
        if message.kind == "view" and "viewport" in fields:
            self._on_viewport(message)
        elif message.kind in {"draw", "change", "remove"} or fields.get("name") in gestures.COMMANDS:
            self._message = None
            self.session.gesture({"kind": message.kind, **fields}, on=message.page)
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

    def _on_fill(self) -> None:
        self._filled = not self._filled

    def _on_hide(self, message: Message) -> None:
        known = {label.id for label in self.session.store.classes(self.session.project.id, retired=True)}
        class_id = message.fields.get("class_id")
        if class_id is None:
            self._hidden = set() if self._hidden else known
        elif class_id not in known:
            raise MessageError(f"No label class has the id {class_id}, so it cannot be hidden. Reload the page.")
        else:
            self._hidden ^= {class_id}
