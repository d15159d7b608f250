"""Project: a set of images and their labels, the object that a user works with."""

import getpass
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jlabel.errors import InputError
from jlabel.labelers import loader, open_labeler
from jlabel.listing import refresh, relocate
from jlabel.model.item import Refresh
from jlabel.model.label_class import ClassTree, LabelClass, make_classes
from jlabel.model.project import Counts, ProjectRecord
from jlabel.model.record import Record
from jlabel.model.submission import Submission
from jlabel.session.class_lookup import find_class_id
from jlabel.session.session import Session
from jlabel.store import Store, read_records

if TYPE_CHECKING:
    import pandas as pd

    from jlabel.assist.control import Assist
    from jlabel.widgets.frame.labeling_screen import LabelingScreen


class Project:
    """One set of images to be labeled in one way; ``Workspace.create_project`` and ``Workspace.project`` return it.

    >>> import jlabel as jl
    >>> ws = jl.Workspace("labels")
    >>> p = ws.create_project("cells", task="boxes", images="photos/**", labels=["cell", "dust"])
    >>> with p.session(labeler="ada", grid=1) as s:
    ...     page = s.next_page()
    ...     s.draw("cell", jl.Box(10, 10, 40, 30))
    ...     submission = s.submit()
    >>> p.counts().labeled
    1
    >>> p.export("coco", "out/cells.json").name
    'cells.json'

    Attributes:
        id: in its store.
        name: unique in its workspace.
        task: the task type.
        store: where its items and labels are.
        location: the workspace's folder or URL.
    """

    def __init__(self, store: Store, location: str, record: ProjectRecord) -> None:
        self.store = store
        self.location = location
        self.id = record.id
        self.name = record.name
        self.task = record.task

    def __repr__(self) -> str:
        counts = self.counts()
        return f"Project({self.name!r}, {self.task}, {counts.labeled} of {counts.total} labeled)"

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Project) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity)

    def __bool__(self) -> bool:
        return True  # an empty one is there

    def __len__(self) -> int:
        return self.counts().total

    def __iter__(self) -> Iterator[Record]:
        return self.records()

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The label classes that may be applied, in order."""
        return self.store.classes(self.id)

    def add_classes(self, labels: Sequence[str] | ClassTree) -> tuple[LabelClass, ...]:
        """Add label classes behind those there are.

        Pre-labels that were published before are withdrawn: the model did not know these classes.

        Raises:
            LabelClassError: a name that is there already or cannot be used.
        """
        self.store.add_classes(self.id, [label.path for label in make_classes(labels)])
        if self.store.queue_counts(self.id).prelabeled:
            self.store.withdraw(self.id)
        return self.classes

    def _repr_html_(self) -> str:
        from jlabel.project_html import to_html  # noqa: PLC0415 -- pictures are only decoded where they are shown

        return to_html(self.store, self.id, self.name, self.task, loader())

    def rename_class(self, label: int | str | LabelClass, name: str) -> LabelClass:
        """Give a label class another name, or path such as ``"Animal/Cat"``; what was labeled with it follows.

        Raises:
            NotFound: no such class.
            LabelClassError: the name is another class's, or cannot be used.
        """
        return self.store.change_class(self.id, self._class_id(label), path=name)

    def retire_class(self, label: int | str | LabelClass) -> LabelClass:
        """Offer a label class no longer; labels given with it stay. ``add_classes`` offers it again.

        Raises:
            NotFound: no such class.
            LabelClassError: it is the last one.
        """
        return self.store.retire_class(self.id, self._class_id(label))

    def label(
        self,
        *,
        grid: int = 9,
        large: int | None = None,
        labeler: str | None = None,
        auto_submit: bool | None = None,
        on_submit: Callable[[Submission], object] | None = None,
        height: float | None = None,
    ) -> "LabelingScreen":
        """Return the labeler, to be shown in a cell's output.

        Run again in the same kernel it takes the page over from the earlier one, with all work on it.

        Args:
            grid: images on a page that is labeled by hand: 1, 4, 6 or 9; boxes and polygons are drawn on one image at a
                time.
            large: images on a page that is pre-labeled or grouped: 9, 16 or 25; remembered for this labeler, and 9
                before.
            labeler: who labels; the hub's user or the login name by default.
            auto_submit: submit a multi-class page by itself when its last image has got a label; remembered for this
                labeler, and off before. A page with pre-labels to be checked is always submitted by hand.
            on_submit: called after every submission that was saved, with its id, time and items. What it raises is
                shown to the labeler and changes nothing.
            height: of the labeler in CSS pixels, at least 300; by default it fits the window.

        Raises:
            InputError: another grid, a height that is none, or ``auto_submit`` for another task than multi-class.
        """
        who = labeler or default_labeler()
        return open_labeler(
            (*self._identity, who),
            self.task,
            lambda small, many: self.session(labeler=who, grid=small, large=many),
            self.store,
            grid=grid,
            large=large,
            auto_submit=auto_submit,
            on_submit=on_submit,
            height=height,
        )

    def session(self, *, labeler: str | None = None, grid: int = 9, large: int | None = None) -> Session:
        """Return the labeler without a screen: pages, tools, undo and submit from Python.

        Args:
            labeler: who labels; the hub's user or the login name by default.
            grid: images on a page: 1, 4, 6 or 9.
            large: on a page that is pre-labeled or grouped: 9, 16 or 25; as many as ``grid`` by default.

        Raises:
            InputError: another number of images.
        """
        record = self.store.project(self.name)
        return Session(self.store, record, labeler or default_labeler(), size=grid, large=large)

    @property
    def assist(self) -> "Assist":
        """The models that propose: ``p.assist.start()``, ``status()``, ``train()``, ``stop()``, ``report()``."""
        from jlabel.assist.control import Assist  # noqa: PLC0415 -- loaded where it is used, without torch

        record = self.store.project(self.name)
        return Assist(self.store, self.location, record, screen=_progress)

    def counts(self) -> Counts:
        """Return the numbers of items by state."""
        return self.store.counts(self.id)

    def rename(self, name: str) -> None:
        """Give the project another name. The former one still opens it and is never given to another project.

        Raises:
            InputError: a name that is empty or ill-formed.
            NameTaken: the name is or was another project's.
        """
        self.name = self.store.rename_project(self.id, name).name

    def pause(self) -> None:
        """Hand out no more pages; open ones may be submitted."""
        self.store.set_paused(self.id, paused=True)

    def resume(self) -> None:
        """Hand out pages again."""
        self.store.set_paused(self.id, paused=False)

    def refresh(self) -> list[Refresh]:
        """List the sources again: add new files, note changed ones, and keep vanished ones with their labels.

        Labeled pictures that changed say so as their reason (``to_frame().reason``) until they are labeled again; an
        export leaves those out whose shapes lie outside the picture as it is now.

        Returns:
            One result a source.
        """
        return refresh(self.store, self.id)

    def relocate(self, old: str | Path, new: str | Path) -> list[Refresh]:
        """Find the images again after their folder moved: those listed below ``old`` are read from ``new``.

        Labels and ids stay. Images that lie beside the workspace's folder, or below the folder that holds it, and were
        moved together with it, are found again by themselves; calling this for them too is no error. An open labeler
        shows them when its cell is run again.

        Args:
            old: a folder or URL as it was: that of the images, or one above it.
            new: where that is now.

        Returns:
            What ``refresh()`` returns, which is done with it.

        Raises:
            SourceError: no images were listed below ``old``, or none of them is below ``new``; nothing was changed.
        """
        relocate(self.store, self.id, self.name, old, new)
        return self.refresh()

    def records(self) -> Iterator[Record]:
        """Return all items with their current labels, in the order of their ids."""
        return read_records(self.store, self.id)

    def to_frame(self) -> "pd.DataFrame":
        """Return a data frame with one row an item: label, state, and who gave it when, how and in how many seconds."""
        from jlabel.formats.table import to_frame  # noqa: PLC0415 -- pandas is only loaded where it is used

        return to_frame(self.records(), self._all_classes(), task=self.task)

    def export(self, format: str, path: str | Path, **options: Any) -> Path:  # noqa: A002, ANN401 -- the format's own
        """Write the labels to a file or folder, whole or not at all.

        Args:
            format: ``"coco"`` (JSON, absolute pixels) or ``"csv"`` (``Url,Label`` and provenance). What each cannot
                hold is in ``jlabel.formats.registry.FORMATS`` and in ``jlabel export --help``.
            path: the file or folder to write; a file that is there is replaced.
            **options: of the format: ``separator=";"`` separates the classes of a multi-label image in a CSV,
                ``encoding="utf-8-sig"`` lets Excel open it.

        Returns:
            The absolute path written.

        Warns:
            ExportWarning: what was left out, because its size is not known and its file is gone, and which labeled
                files were gone at the last refresh.

        Raises:
            FormatError: an unknown format or option, or labels that the format cannot hold.
            ExportError: it could not be written; nothing was left behind.
        """
        from jlabel.exchange import export  # noqa: PLC0415 -- the formats are only loaded where they are used

        store, classes = self.store, self._all_classes()
        return export(store, self.id, Path(path), task=self.task, classes=classes, format=format, options=options)

    def remove(self, items: Iterable[int | Record], *, reason: str = "") -> list[int]:
        """Take items out of the project: not served, not exported, not learned from. Their labels and history stay.

        Args:
            items: ids, as in the ``item`` column of ``to_frame()``, or records.
            reason: why, for ``to_frame()``.

        Returns:
            The ids of those that were not out before; ``restore(ids)`` undoes it.

        Raises:
            NotFound: an id that is none of this project's items; nothing was removed.
        """
        return list(self.store.remove_items(self.id, _ids(items), reason=reason))

    def restore(self, items: Iterable[int | Record]) -> list[int]:
        """Put removed items back: with the label that they had, else into the queue.

        Returns:
            The ids of those that were out.

        Raises:
            NotFound: an id that is none of this project's items; nothing was restored.
        """
        return list(self.store.restore_items(self.id, _ids(items)))

    def delete(self) -> None:
        """Delete the project. Its name stays taken."""
        self.store.delete_project(self.id)

    def _class_id(self, label: int | str | LabelClass) -> int:
        return find_class_id(label, self._all_classes(), project=self.name)

    @property
    def _identity(self) -> tuple[str, int]:
        return identity(self.store, self.location), self.id

    def _all_classes(self) -> tuple[LabelClass, ...]:
        return self.store.classes(self.id, retired=True)


def _ids(items: Iterable[int | Record]) -> list[int]:
    """Return item ids as plain integers; those of a data frame are numpy's.

    Raises:
        InputError: something that is neither an id nor a record.
    """
    try:
        return [each.item if isinstance(each, Record) else operator.index(each) for each in items]
    except TypeError as error:
        raise InputError(
            f"Items are named by their ids, as in to_frame()['item'], or by records: {error}. Pass a list of them."
        ) from error


def identity(store: Store, location: str) -> str:
    """Return what is the same for all that opened one workspace: its folder, or its URL."""
    return location if store.folder is None else str(store.folder.resolve())


def default_labeler() -> str:
    """Return the hub's user where there is one, else the login name."""
    hub = os.environ.get("JUPYTERHUB_USER", "").strip()
    if hub:
        return hub
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "labeler"


def _progress(store: Store, project_id: int) -> object:
    from jlabel.widgets.progress import Progress  # noqa: PLC0415 -- widgets are only loaded where they are shown

    return Progress(store, project_id)
