"""jlabel: image labeling that lives in a notebook.

>>> import jlabel as jl
>>> ws = jl.Workspace("labels")
>>> p = ws.create_project("masks", task="multi-class", images="photos/**", labels=["mask", "no mask"])
>>> p.label(grid=9)
"""

from typing import TYPE_CHECKING

from jlabel import errors
from jlabel.model.answer import Annotation, Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.task import TaskType

if TYPE_CHECKING:
    from jlabel.project import Project
    from jlabel.session.session import Session
    from jlabel.workspace import Workspace

__version__ = "0.1.0"
__all__ = [
    "Annotation",
    "Answer",
    "Box",
    "LabelClass",
    "Polygon",
    "Project",
    "Session",
    "TaskType",
    "Workspace",
    "errors",
]


def __getattr__(name: str) -> object:
    # The database library is loaded when a workspace is opened, so that the import itself is instant.
    if name == "Project":
        from jlabel.project import Project  # noqa: PLC0415

        return Project
    if name == "Workspace":
        from jlabel.workspace import Workspace  # noqa: PLC0415

        return Workspace
    if name == "Session":
        from jlabel.session.session import Session  # noqa: PLC0415

        return Session
    raise AttributeError(f"module 'jlabel' has no attribute {name!r}")
