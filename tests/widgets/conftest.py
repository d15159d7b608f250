"""A labeler without a browser: messages go in as the browser sends them, the state and draw commands come out."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ipycanvas.canvas import _CANVAS_MANAGER

from jlabel import Project, Workspace
from jlabel.media.loader import Loader
from jlabel.widgets.frame.labeling_screen import LabelingScreen
from jlabel.widgets.grid import Grid
from tests.pictures import make_pictures

VIEW = "0a1b2c3d4e5f6071"


class Browser:
    """One view at the other end of a labeler."""

    def __init__(self, labeler: LabelingScreen, view: str = VIEW) -> None:
        self.labeler, self.id = labeler, view
        self._numbers = itertools.count(labeler.state["ack"] + 1)

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.labeler.state)

    @property
    def page(self) -> dict[str, Any]:
        """The page on screen."""
        return dict(self.state["pages"][self.state["current"]])

    @property
    def items(self) -> list[int]:
        return [cell["item"] for cell in self.page["cells"]]

    @property
    def labels(self) -> list[list[int]]:
        return [cell["labels"] for cell in self.page["cells"]]

    @property
    def said(self) -> tuple[str, str]:
        """The kind and text of the message on the page."""
        message = self.state["message"] or {"kind": "", "text": ""}
        return message["kind"], message["text"]

    def raw(self, content: object) -> None:
        self.labeler._handle_custom_msg(content, [])

    def send(self, kind: str, page: str | None = None, **fields: Any) -> int:
        seq = next(self._numbers)
        self.raw({"kind": kind, "seq": seq, "view": self.id, "page": page, **fields})
        return seq

    def view(self, width: int = 900, height: int = 600, **fields: Any) -> None:
        self.send("view", width=width, height=height, ratio=1, **fields)

    def cell(self, action: str, items: list[int] | None = None, page: str | None = None, **fields: Any) -> None:
        self.send("cell", page or self.state["current"], action=action, items=items or self.items, **fields)

    def command(self, name: str, page: str | None = None, **fields: Any) -> None:
        self.send("command", page or self.state["current"], name=name, **fields)

    def submit(self, page: str | None = None, seconds: float = 3.0) -> None:
        self.command("submit", page, seconds=seconds)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "labels") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def make(workspace: Workspace, folder: Path) -> Callable[..., Project]:
    """``make(count, task=...)`` creates the project ``p`` of plain pictures in ``folder``."""

    def create(count: int = 40, task: str = "multi-class", **more: Any) -> Project:
        make_pictures(folder, count)
        labels = more.pop("labels", ["cat", "dog", "Animal/Owl"])
        return workspace.create_project("p", task=task, images=folder, labels=labels, **more)

    return create


@pytest.fixture
def look() -> Iterator[Callable[..., Browser]]:
    """``look(project)`` opens its labeler, tells it the stage's size and returns the browser's end."""
    opened: list[Grid] = []
    with Loader(workers=1) as loader:

        def create(project: Project, grid: int = 4, labeler: str = "me", *, view: bool = True) -> Browser:
            widget = Grid(project.session(labeler=labeler, grid=grid), loader)
            opened.append(widget)
            browser = Browser(widget)
            if view:
                browser.view()
            return browser

        yield create
        for widget in opened:
            widget.close()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The draw commands that went out, one entry a message."""
    messages: list[object] = []
    monkeypatch.setattr(_CANVAS_MANAGER, "_send_custom", lambda command, _buffers=(): messages.append(command))
    return messages
