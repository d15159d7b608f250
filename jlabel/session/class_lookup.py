"""A label class found by what a person calls it."""

from collections.abc import Sequence

from jlabel.errors import NotFound
from jlabel.model.label_class import LabelClass, path_key


def find_class_id(label: int | str | LabelClass, classes: Sequence[LabelClass], *, project: str) -> int:
    """Return the id of a class given as itself, an id, a path or a name; what looks the same is the same.

    Args:
        label: the class.
        classes: those of the project.
        project: the project's name, for the message.

    Raises:
        NotFound: no such class, or a name that several paths end with.
    """
    if isinstance(label, LabelClass):
        return label.id
    found = [c for c in classes if label in (c.id, c.path)] or [c for c in classes if c.name == label]
    if not found and isinstance(label, str):  # typed in another case or Unicode form
        key = path_key(label)
        found = [c for c in classes if path_key(c.path) == key] or [c for c in classes if path_key(c.name) == key]
    if len(found) != 1:
        names = ", ".join(repr(c.path) for c in (found or classes)[:12])
        why = "is the name of several" if found else "is not one"
        raise NotFound(f"{label!r} {why} of the label classes of {project!r}: {names}.")
    return found[0].id
