"""Workspace: where projects are kept, the object that a user begins with."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from jlabel.errors import InputError, NameTaken, NotFound
from jlabel.media.sources.left_out import LeftOut
from jlabel.media.sources.parse import list_each, parse
from jlabel.model.label_class import ClassTree, LabelClass, make_classes, path_key
from jlabel.model.task import TaskType, task_type
from jlabel.project import Project, identity
from jlabel.store import DATABASE, open_store

_log = logging.getLogger("jlabel")


class Workspace:
    """A folder with a SQLite database, or a team's PostgreSQL database, that holds projects.

    >>> import jlabel as jl
    >>> ws = jl.Workspace("labels")
    >>> p = ws.open_or_create("masks", task="multi-class", images="photos/**", labels=["mask", "no mask"])
    >>> [project.name for project in ws]
    ['masks']
    >>> ws["masks"].counts().remaining
    3

    Args:
        location: a folder, made if it is missing, or a URL such as ``postgresql://user@host/database``.

    Raises:
        NetworkFileSystemError: the folder is on a network file system.
        StoreError: the database cannot be opened; SchemaError when another version wrote it.
    """

    def __init__(self, location: str | Path = "labels") -> None:
        self.store = open_store(location)
        self.location = str(location)

    @classmethod
    def connect(cls) -> Self:
        """Open the team's database that the environment variable ``JLABEL_DATABASE`` names.

        Raises:
            InputError: the variable is not set.
        """
        url = os.environ.get(DATABASE, "").strip()
        if not url:
            raise InputError(
                f"The environment variable {DATABASE} is not set. Set it to the team's database, for example "
                "'postgresql://user@host/labels', or open a folder with Workspace('labels')."
            )
        return cls(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        count = len(self)
        return f"Workspace({self.location!r}, {count} project{'' if count == 1 else 's'})"

    def __bool__(self) -> bool:
        return True  # an empty one is there

    def __len__(self) -> int:
        return len(self.store.projects())

    def __iter__(self) -> Iterator[Project]:
        return iter(self.projects())

    def __getitem__(self, name: str) -> Project:
        return self.project(name)

    def __contains__(self, name: object) -> bool:
        if isinstance(name, Project):
            return name in self.projects()
        with contextlib.suppress(NotFound):
            return isinstance(name, str) and bool(self.store.project(name))
        return False

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Workspace) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity)

    def _ipython_key_completions_(self) -> list[str]:
        return [project.name for project in self.store.projects()]

    def create_project(
        self,
        name: str,
        *,
        task: TaskType | str,
        images: str | Path | Sequence[str | Path],
        labels: Sequence[str | LabelClass] | ClassTree,
        instructions: str = "",
        exist_ok: bool = False,
    ) -> Project:
        """Create a project; files are listed and none is decoded.

        What is left out of the folders, how many files and of which endings, is logged as a warning: a notebook shows
        it below the cell.

        Args:
            name: never used before in this workspace.
            task: ``"multi-class"``, ``"multi-label"``, ``"boxes"`` or ``"polygons"``.
            images: a folder (all images below it), a glob such as ``"photos/**/*.jpg"``, one file, or a list of files.
            labels: names, paths such as ``"Animal/Cat"``, or a nested mapping of names.
            instructions: Markdown for the labelers.
            exist_ok: return the project that has this name already, as it is: no images, classes or instructions are
                changed.

        Warns:
            UserWarning: the project that exists does not have all of these classes.

        Raises:
            NameTaken: the name is in use, or was.
            LabelClassError: no classes, doubles, or a name that cannot be used.
            SourceError: no images there; nothing was created.
            InputError: an unknown task, or the project that exists has another one.
        """
        kind, classes = task_type(task), make_classes(labels)
        if exist_ok and name in self:
            return self._existing(name, kind, classes)
        found, left_out = parse(images), LeftOut()
        try:
            record = self.store.create_project(
                name=name,
                task=kind,
                classes=classes,
                instructions=instructions,
                sources=list_each(found, left_out),
            )
        except NameTaken:
            if exist_ok and name in self:  # another process was first
                return self._existing(name, kind, classes)
            raise
        if left_out.sentence:
            _log.warning("Project %r: %s", record.name, left_out.sentence)
        return Project(self.store, self.location, record)

    def open_or_create(
        self,
        name: str,
        *,
        task: TaskType | str,
        images: str | Path | Sequence[str | Path],
        labels: Sequence[str | LabelClass] | ClassTree,
        instructions: str = "",
    ) -> Project:
        """Return the project of this name, and create it first if there is none: a cell that is safe to run again.

        The same as ``create_project(..., exist_ok=True)``, with its arguments and exceptions.
        """
        return self.create_project(
            name, task=task, images=images, labels=labels, instructions=instructions, exist_ok=True
        )

    def project(self, name: str) -> Project:
        """Return the project of this name.

        Raises:
            NotFound: there is none; the message lists similar names.
        """
        return Project(self.store, self.location, self.store.project(name))

    def projects(self) -> list[Project]:
        """Return all projects, oldest first."""
        return [Project(self.store, self.location, record) for record in self.store.projects()]

    @property
    def _identity(self) -> str:
        return identity(self.store, self.location)

    def _existing(self, name: str, task: TaskType, classes: Sequence[LabelClass]) -> Project:
        project = self.project(name)
        if project.task != task:
            raise InputError(
                f"The project {project.name!r} exists, and its task is {project.task}, not {task}. Open it with "
                f"ws.project({project.name!r}), or choose another name for a new one."
            )
        known = {path_key(label.path) for label in project.classes}
        missing = [label.path for label in classes if path_key(label.path) not in known]
        if missing:
            warnings.warn(
                f"The project {project.name!r} exists and has no class {', '.join(map(repr, missing))}. To add it: "
                f"p.add_classes({missing!r}).",
                stacklevel=4,
            )
        return project

    def close(self) -> None:
        """Close the database."""
        self.store.close()
