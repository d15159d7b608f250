"""Outlines for the shapes on a labeler's screen: whether a project's model finds them, and the way to ask it.

Torch is imported and the model kept in a process of its own (``process.py``): importing it takes seconds, in which a
kernel would answer nothing. This module imports neither.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jlabel.assist.detection.model_file import FILE, read_about
from jlabel.assist.outlining.link import Link
from jlabel.assist.paths import project_folder
from jlabel.errors import CheckpointError, InputError, StoreError
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.page import Task
from jlabel.model.run import RunKind, RunState
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.shapes.table import parse_shape
from jlabel.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Future

NO_MODEL = (
    "No model finds outlines here yet. Start assist with p.assist.start(): it learns from the polygons that you submit."
)
NOT_BETTER = "The model's outlines are not better than ellipses yet. It goes on learning from what you submit."
ELSEWHERE = "The model was trained on another machine and is not on this one. Start assist here with p.assist.start()."

PACKAGES = ("torch", "torchvision", "contourpy")

Bounds = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the image."""


class Outliner:
    """Finds the outline of the object in a box, by the model of a project of polygons.

    Args:
        store: where the project lives.
        project_id: which project.

    Attributes:
        reason: a sentence that says why no outlines are to be had; ``""`` where they are.
        loaded: whether the model is in memory, so that an answer comes within a moment.
    """

    def __init__(self, store: Store, project_id: int) -> None:
        self._store, self._project = store, project_id
        folder = project_folder(store, project_id)
        self._file = folder / FILE
        self._stamp: tuple[int, int] | None = None
        self._ahead: tuple[int, str] | None = None
        self._backbone = "auto"
        self.loaded = False
        self.reason = NO_MODEL
        self._link = Link("jlabel.assist.outlining.process", [str(folder)], _read_polygons)

    @property
    def ready(self) -> bool:
        """Whether outlines are to be had: the model's are better than ellipses on images held out."""
        return not self.reason

    def refresh(self) -> bool:
        """Look whether there is a model, or a new one, and have it loaded meanwhile; whether ``reason`` has changed."""
        before, stamp = self.reason, self._find()
        if stamp is not None and stamp == self._stamp:
            return False
        self._stamp = stamp
        self.reason = self._why_not()
        if self.ready:
            self._load()
        return self.reason != before

    def look_ahead(self, task: Task) -> None:
        """Have a picture decoded meanwhile, that its outlines may soon be asked for."""
        if self.ready and (task.item, task.stamp) != self._ahead:
            self._ahead = task.item, task.stamp
            self._ask(task, ())

    def start(self, task: Task, boxes: Sequence[Bounds]) -> "Future[list[Polygon]]":
        """Ask for a polygon for each box, valid and inside the image; ``outline`` says what the future may raise."""
        return self._ask(task, boxes)

    def outline(self, task: Task, bounds: Bounds) -> Polygon:
        """Return the outline of the object in a box; waits for the model if need be.

        Args:
            task: of the image.
            bounds: of the box.

        Raises:
            ImageError: the picture cannot be decoded.
            GeometryError: the box lies outside the image, or has no area.
            AssistError: the model's file is gone or damaged, has no masks, or the process ended.
            MissingExtra: a package is not installed.
        """
        return self.start(task, [bounds]).result()[0]

    def close(self) -> None:
        """End the process. Closing twice is no error."""
        self._link.close()

    def _load(self) -> None:
        def done(future: "Future[list[Polygon]]") -> None:
            self.loaded = future.exception() is None

        self._ask(None, ()).add_done_callback(done)

    def _ask(self, task: Task | None, boxes: Sequence[Bounds]) -> "Future[list[Polygon]]":
        file = {"item": task.item, "uri": task.uri, "stamp": task.stamp} if task is not None else None
        return self._link.ask({"backbone": self._backbone, "file": file, "boxes": [list(box) for box in boxes]})

    def _find(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _why_not(self) -> str:
        missing = next((name for name in PACKAGES if find_spec(name) is None), None)
        if missing:
            return f"Outlines need {missing}, which is not installed. Install it with: pip install 'jlabel[assist]'"
        try:
            about = read_about(self._file)
            if about is None:
                return ELSEWHERE if self._trained() else NO_MODEL
            self._backbone = AssistSettings.from_dict(self._store.assist_settings(self._project)).backbone
        except (CheckpointError, InputError, StoreError) as error:
            return str(error)
        return "" if about.get("masks_better") is True else NOT_BETTER

    def _trained(self) -> bool:
        """Whether a training has ended with a model."""
        runs = self._store.latest_runs(self._project)
        done = (run for run in runs if run.kind is RunKind.TRAINING and run.state is RunState.DONE)
        return any(not run.why_not for run in done)


def _read_polygons(answer: dict[str, Any]) -> list[Polygon]:
    found = [parse_shape(one) for one in answer["polygons"]]
    assert all(isinstance(one, Polygon) for one in found)
    return [one for one in found if isinstance(one, Polygon)]
