"""The port of projects, label classes, sources and items."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from jlabel.model.item import Refresh
from jlabel.model.label_class import LabelClass
from jlabel.model.project import Counts, ProjectRecord, QueueCounts
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType


class Catalog(Protocol):
    """Projects with their label classes, sources and items."""

    # Projects

    def create_project(
        self,
        *,
        name: str,
        task: TaskType,
        classes: Sequence[LabelClass],
        instructions: str = "",
        settings: Mapping[str, Any] | None = None,
        sources: Iterable[tuple[Source, Iterable[ListedFile]]] = (),
    ) -> ProjectRecord:
        """Create a project with its classes, sources and items: all of it, or nothing when a listing fails.

        Args:
            name: without line breaks, at most 200 characters; never used before in this workspace, whatever its case.
            task: the task type.
            classes: the label classes, as ``make_classes`` returns them.
            instructions: Markdown for the labelers.
            settings: JSON data.
            sources: sources with their listings, read one batch at a time; what a listing raises leaves no trace.

        Raises:
            InputError: a name that is empty or ill-formed, an unknown task type, settings that are not JSON data.
            NameTaken: the name is in use, or was.
            LabelClassError: no classes, doubles or ill-formed ones.
            SourceError: a path that is not text.
        """
        ...

    def project(self, name: str) -> ProjectRecord:
        """Return the project that has this name, or had it before it was renamed, whatever its case.

        Raises:
            NotFound: none has it; the message lists similar names.
        """
        ...

    def projects(self) -> list[ProjectRecord]:
        """Return the projects that were not deleted, oldest first."""
        ...

    def rename_project(self, project_id: int, name: str) -> ProjectRecord:
        """Give a project another name; its former ones still find it and are never given to another.

        Raises:
            InputError: a name that is empty or ill-formed.
            NameTaken: the name is or was another project's.
        """
        ...

    def delete_project(self, project_id: int) -> None:
        """Delete a project and free its leases; its name stays taken and its labels stay in the store."""
        ...

    def set_paused(self, project_id: int, paused: bool) -> ProjectRecord:  # noqa: FBT001 -- the value itself
        """Stop or resume claims; pages that are claimed already can still be submitted."""
        ...

    def set_instructions(self, project_id: int, instructions: str) -> ProjectRecord:
        """Replace the instructions (Markdown)."""
        ...

    def set_settings(self, project_id: int, settings: Mapping[str, Any]) -> ProjectRecord:
        """Replace the settings.

        Raises:
            InputError: they are not JSON data.
        """
        ...

    def habits(self, project_id: int, labeler: str) -> dict[str, Any]:
        """Return a labeler's preferences for the screen of a project; empty before the first ``set_habits``."""
        ...

    def set_habits(self, project_id: int, labeler: str, values: Mapping[str, Any]) -> None:
        """Replace a labeler's preferences for the screen of a project; other settings stay.

        Raises:
            InputError: they are not JSON data.
        """
        ...

    def revision(self, project_id: int) -> int:
        """Return a number that grows with every committed change; renewals that change nothing do not count."""
        ...

    def counts(self, project_id: int) -> Counts:
        """Return the number of items by state, in constant time; ``waiting`` does not include ``leased``."""
        ...

    def queue_counts(self, project_id: int) -> QueueCounts:
        """Return the number of free items by queue, in constant time."""
        ...

    # Label classes

    def classes(self, project_id: int, *, retired: bool = False) -> tuple[LabelClass, ...]:
        """Return the label classes in the order of their ids; with ``retired`` also those no longer offered."""
        ...

    def add_classes(self, project_id: int, paths: Sequence[str]) -> tuple[LabelClass, ...]:
        """Add label classes and return those added; a retired one of the same path is offered again, with its id.

        Args:
            project_id: the project.
            paths: names, or paths such as ``Animal/Cat``.

        Raises:
            LabelClassError: a name that is in use, double or ill-formed.
        """
        ...

    def change_class(
        self,
        project_id: int,
        class_id: int,
        *,
        path: str | None = None,
        color: str | None = None,
        key: str | None = None,
    ) -> LabelClass:
        """Rename, recolour or re-key a label class; a key that another class had is taken from it.

        Args:
            project_id: the project.
            class_id: ``LabelClass.id``.
            path: the new path; ``None`` keeps the present one.
            color: the new colour, ``#rrggbb``; ``None`` keeps the present one.
            key: the new key, ``"1"`` to ``"9"``, or ``""`` for no key; ``None`` keeps the present one.

        Raises:
            NotFound: no such class.
            LabelClassError: the path is in use, or the path, colour or key is ill-formed.
        """
        ...

    def retire_class(self, project_id: int, class_id: int) -> LabelClass:
        """Offer a label class no longer, and free its key; labels given with it stay.

        Raises:
            NotFound: no such class.
            LabelClassError: it is the last one offered.
        """
        ...

    # Sources and items

    def add_source(self, project_id: int, source: Source) -> int:
        """Add a source and return its id."""
        ...

    def move_source(self, project_id: int, source_id: int, root: str) -> int:
        """Read a source from another root from now on: its files moved. Items, labels and their ids stay.

        Unreadable items of it wait again, since they may have been unreadable because their file was elsewhere.

        Args:
            project_id: the project.
            source_id: the source.
            root: the absolute folder, or the URL, that holds the files now.

        Returns:
            How many items wait again.

        Raises:
            NotFound: no such source in the project.
        """
        ...

    def sources(self, project_id: int) -> list[tuple[int, Source]]:
        """Return the sources with their ids, in the order added, without the paths of explicit lists."""
        ...

    def source_paths(self, source_id: int, *, after: int = 0, limit: int = 10_000) -> list[tuple[int, str]]:
        """Return one page of a source's items: (item id, path below the root), in the order of ids.

        Args:
            source_id: the source.
            after: only items with a higher id; the last id of a page is the position of the next.
            limit: how many at most.
        """
        ...

    def add_items(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> int:
        """Make files items of a source; return how many were new.

        Raises:
            NotFound: no such source in the project.
            SourceError: a path that is not text.
        """
        ...

    def reconcile(self, project_id: int, source_id: int, files: Iterable[ListedFile]) -> Refresh:
        """Bring a source's items up to date with a new listing of it; an empty listing changes nothing.

        Raises:
            NotFound: no such source in the project.
            SourceError: a path that is not text.
        """
        ...

    def mark_unreadable(self, item_id: int, reason: str) -> bool:
        """Take a waiting item whose file cannot be decoded out of the queue, and off its page.

        Args:
            item_id: the item.
            reason: why it cannot be decoded, a sentence.

        Returns:
            Whether the item was waiting. One that is labeled, skipped or removed stays as it is.

        Raises:
            NotFound: no such item.
        """
        ...

    def remove_items(self, project_id: int, items: Sequence[int], *, reason: str = "") -> tuple[int, ...]:
        """Take items out of a project, and off the pages that they are on; labels and history stay.

        Args:
            project_id: the project.
            items: their ids.
            reason: why, a sentence.

        Returns:
            The ids of those that were not out before, ascending: what ``restore_items`` takes to undo it.

        Raises:
            NotFound: no such project, or an id that is none of its items; nothing was removed.
        """
        ...

    def restore_items(self, project_id: int, items: Sequence[int]) -> tuple[int, ...]:
        """Put removed items back: with the label that they had, else into the queue.

        Returns:
            The ids of those that were out, ascending.

        Raises:
            NotFound: no such project, or an id that is none of its items; nothing was restored.
        """
        ...

    def set_reasons(self, project_id: int, reasons: Mapping[int, str]) -> None:
        """Record why the labels of labeled items are to be reviewed, by item; ``""`` for no longer.

        A new label takes the reason away. Items that are not labeled stay as they are.
        """
        ...

    def set_stamps(self, stamps: Mapping[int, str]) -> None:
        """Record the stamps of files, by item, that were overwritten before they were labeled as they are now."""
        ...

    def set_sizes(self, sizes: Mapping[int, tuple[int, int]]) -> None:
        """Record (width, height) in pixels, as shown, by item."""
        ...
