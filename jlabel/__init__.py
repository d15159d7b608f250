"""jlabel: image labeling that lives in a notebook.

>>> import jlabel as jl
>>> ws = jl.Workspace("labels")
>>> p = ws.create_project("masks", task="multi-class", images="photos/**", labels=["mask", "no mask"])
>>> p.label(grid=9)
"""

from typing import TYPE_CHECKING, Any

from jlabel import errors
from jlabel.model.answer import Annotation, Answer
from jlabel.model.label_class import LabelClass
from jlabel.model.shapes.shape import Box, Polygon
from jlabel.model.task import TaskType

if TYPE_CHECKING:
    from jlabel.project import Project, Workspace
    from jlabel.session.session import Session

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

_LAZY = {"Project": "jlabel.project", "Session": "jlabel.session.session", "Workspace": "jlabel.project"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- whatever the name stands for
    # The database library is loaded when a workspace is opened, so that the import itself is instant.
    if name in _LAZY:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'jlabel' has no attribute {name!r}")
