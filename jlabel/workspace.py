"""Workspace: where projects are kept, the object that a user begins with."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from jlabel.errors import InputError
from jlabel.media.sources.parse import list_each, parse
from jlabel.model.label_class import ClassTree, LabelClass, make_classes
from jlabel.model.task import TaskType, task_type
from jlabel.project import Project
from jlabel.store import DATABASE, open_store


class Workspace:
    """A folder with a SQLite database, or a team's PostgreSQL database, that holds projects.

    >>> import jlabel as jl
    >>> ws = jl.Workspace("labels")
    >>> p = ws.create_project("masks", task="multi-class", images="photos/**", labels=["mask", "no mask"])
    >>> [project.name for project in ws.projects()]
    ['masks']
    >>> ws.project("masks").counts().remaining
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
        return f"Workspace({self.location!r}, {len(self.projects())} projects)"

    def create_project(
        self,
        name: str,
        *,
        task: TaskType | str,
        images: str | Path | Sequence[str | Path],
        labels: Sequence[str | LabelClass] | ClassTree,
        instructions: str = "",
    ) -> Project:
        """Create a project; files are listed and none is decoded.

        Args:
            name: never used before in this workspace.
            task: ``"multi-class"``, ``"multi-label"``, ``"boxes"`` or ``"polygons"``.
            images: a folder (all images below it), a glob such as ``"photos/**/*.jpg"``, one file, or a list of files.
            labels: names, paths such as ``"Animal/Cat"``, or a nested mapping of names.
            instructions: Markdown for the labelers.

        Raises:
            NameTaken: the name is in use, or was.
            LabelClassError: no classes, doubles, or a name that cannot be used.
            SourceError: no images there; nothing was created.
            InputError: an unknown task.
        """
        kind, classes, found = task_type(task), make_classes(labels), parse(images)
        record = self.store.create_project(
            name=name,
            task=kind,
            classes=classes,
            instructions=instructions,
            sources=list_each(found),
        )
        return Project(self.store, self.location, record)

    def project(self, name: str) -> Project:
        """Return the project of this name.

        Raises:
            NotFound: there is none; the message lists similar names.
        """
        return Project(self.store, self.location, self.store.project(name))

    def projects(self) -> list[Project]:
        """Return all projects, oldest first."""
        return [Project(self.store, self.location, record) for record in self.store.projects()]

    def close(self) -> None:
        """Close the database."""
        self.store.close()
