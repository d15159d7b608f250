"""jlabel: image labeling that lives in a notebook.

>>> import jlabel as jl
>>> ws = jl.Workspace("labels")
>>> p = ws.open_or_create("masks", task="multi-class", images="photos/**", labels=["mask", "no mask"])
>>> p.label(grid=9)
"""

TYPE_CHECKING = False  # as mypy takes it; the module typing would be most of what the import costs
if TYPE_CHECKING:
    from jlabel import errors
    from jlabel.assist.exported.model import ExportedModel, load_model
    from jlabel.model.answer import Annotation, Answer
    from jlabel.model.label_class import LabelClass
    from jlabel.model.shapes.box import Box
    from jlabel.model.shapes.polygon import Polygon
    from jlabel.model.task import TaskType
    from jlabel.project import Project
    from jlabel.session.session import Session
    from jlabel.workspace import Workspace

__version__ = "0.1.0"
__all__ = [
    "Annotation",
    "Answer",
    "Box",
    "ExportedModel",
    "LabelClass",
    "Polygon",
    "Project",
    "Session",
    "TaskType",
    "Workspace",
    "errors",
    "load_model",
]

_MODULES = {
    "Annotation": "jlabel.model.answer",
    "Answer": "jlabel.model.answer",
    "Box": "jlabel.model.shapes.box",
    "ExportedModel": "jlabel.assist.exported.model",
    "LabelClass": "jlabel.model.label_class",
    "Polygon": "jlabel.model.shapes.polygon",
    "Project": "jlabel.project",
    "Session": "jlabel.session.session",
    "TaskType": "jlabel.model.task",
    "Workspace": "jlabel.workspace",
    "errors": "jlabel.errors",
    "load_model": "jlabel.assist.exported.model",
}
"""Where each exported name is. Its module is loaded when the name is first used, so that the import is instant."""


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415 -- as all others

    if name not in _MODULES:
        raise AttributeError(f"module 'jlabel' has no attribute {name!r}")
    module = import_module(_MODULES[name])
    found: object = module if name == "errors" else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
