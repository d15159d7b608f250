"""Label classes: a tree of names, flattened to paths such as ``Animal/Cat``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jlabel.errors import LabelClassError
from jlabel.model.name_key import name_key

MAX_LEVELS = 6
MAX_NAME = 120
MAX_CLASSES = 2000
PALETTE = (
    # Paul Tol's "bright" and "vibrant" schemes (personal.sron.nl/~pault, 2021), without the greys: told apart by
    # colour-blind people and readable on a dark and a light ground. Repeated beyond fourteen classes.
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733",
    "#0077bb", "#cc3311", "#009988", "#ee3377", "#33bbee", "#bb8822", "#8866cc",
)  # fmt: skip
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")

_SURROGATE = re.compile(r"[\ud800-\udfff]")

ClassTree = Mapping[str, "ClassTree | Sequence[str | ClassTree] | None"]
"""A nested mapping of names. Below a name is a mapping, a list of names and mappings, or nothing: ``None`` or empty."""


@dataclass(frozen=True, kw_only=True)
class LabelClass:
    """One thing that an image or a shape can be called.

    Attributes:
        id: 1-based, stable for the life of the project, also in exports; never given to another class.
        path: names from the root of the tree, joined by ``/``, for example ``Animal/Cat``.
        color: ``#rrggbb``, lower case.
        key: the digit ``"1"`` to ``"9"`` that applies this class, or ``None``.
        retired: no longer offered; labels given with it stay.
    """

    id: int
    path: str
    color: str
    key: str | None = None
    retired: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def level(self) -> int:
        """Depth in the tree: 1 at the root, at most 6."""
        return self.path.count("/") + 1


def make_classes(spec: Sequence[str | LabelClass] | ClassTree, *, first_id: int = 1) -> tuple[LabelClass, ...]:
    """Turn names, paths or a nested mapping into label classes with ids, colours and keys.

    Every node of a tree is a class, a parent before its children, as in the service that jlabel succeeds. A path whose
    parent is not named brings the parent along only in the mapping form; ``["Animal/Cat"]`` is one class.

    Args:
        spec: names or paths in order, ready ``LabelClass`` values (kept as they are), or a nested mapping.
        first_id: the id of the first new class.

    Raises:
        LabelClassError: none given, a double, empty, too long or too deep name, a control character or half of one, a
            bad colour. Names that look the same are doubles (``name_key``).
    """
    paths = list(_walk(spec)) if isinstance(spec, Mapping) else list(_sequence(spec))
    if not paths:
        raise LabelClassError("No label classes were given. Pass at least one name, for example labels=['cat', 'dog'].")
    if len(paths) > MAX_CLASSES:
        raise LabelClassError(f"{len(paths)} label classes were given; at most {MAX_CLASSES} can be used.")
    classes: list[LabelClass] = []
    for position, entry in enumerate(paths):
        if isinstance(entry, LabelClass):
            _check_color(entry.color)
            classes.append(replace(entry, path=_clean(entry.path), color=entry.color.lower()))
        else:
            number = first_id + position
            key = str(number) if number <= 9 else None  # noqa: PLR2004 -- the digit keys
            color = PALETTE[(number - 1) % len(PALETTE)]
            classes.append(LabelClass(id=number, path=_clean(entry), color=color, key=key))
    _check_unique(classes)
    return tuple(classes)


def _sequence(spec: object) -> Iterable[str | LabelClass]:
    if isinstance(spec, str) or not isinstance(spec, Iterable):
        raise LabelClassError(f"labels must be a list of names or a nested mapping, not {spec!r}.")
    for entry in spec:
        if isinstance(entry, Mapping):
            yield from _walk(entry)
        elif isinstance(entry, (str, LabelClass)):
            yield entry
        else:
            raise LabelClassError(f"A label class must be a name, not {entry!r} ({type(entry).__name__}).")


def _walk(below: object, parent: str = "", level: int = 0) -> Iterable[str]:
    """Yield the paths of a tree, a parent before its children."""
    if level > MAX_LEVELS:
        raise LabelClassError(f"The label class {parent!r} has {level} levels; at most {MAX_LEVELS} can be used.")
    if isinstance(below, Mapping):
        for name, children in below.items():
            path = _below(parent, name)
            yield path
            yield from _walk(children or (), path, level + 1)
    elif isinstance(below, Sequence) and not isinstance(below, (str, bytes)):
        for entry in below:
            if isinstance(entry, Mapping):
                yield from _walk(entry, parent, level)
            else:
                yield _below(parent, entry)
    else:
        raise LabelClassError(
            f"Below the label class {parent!r} is {below!r}; it must be a list of names, such as ['Cat', 'Dog'], or a "
            "nested mapping."
        )


def _below(parent: str, name: object) -> str:
    if not isinstance(name, str):
        raise LabelClassError(f"A label class must be a name, not {name!r} ({type(name).__name__}).")
    if "/" in name:
        raise LabelClassError(f"The label class {name!r} holds a '/', which separates levels. Nest it instead.")
    return f"{parent}/{name}" if parent else name


def _clean(path: str) -> str:
    if _CONTROL.search(path):
        raise LabelClassError(f"The label class {path!r} holds a line break or control character. Remove it.")
    if _SURROGATE.search(path):
        raise LabelClassError(f"The label class {path!r} holds half of a character, which is no text. Type it anew.")
    parts = [part.strip() for part in path.split("/")]
    if not all(map(name_key, parts)):
        raise LabelClassError(f"The label class {path!r} has an empty name. Every level needs one.")
    if len(parts) > MAX_LEVELS:
        raise LabelClassError(f"The label class {path!r} has {len(parts)} levels; at most {MAX_LEVELS} can be used.")
    long = next((part for part in parts if len(part) > MAX_NAME), None)
    if long is not None:
        raise LabelClassError(f"The label class {long[:40]!r}… has {len(long)} characters; at most {MAX_NAME} can be.")
    return "/".join(parts)


def path_key(path: str) -> str:
    """Return what paths have in common whose names look the same: see ``name_key``."""
    return "/".join(map(name_key, path.split("/")))


def _check_color(color: str) -> None:
    if not _COLOR.fullmatch(color):
        raise LabelClassError(f"The colour {color!r} is not of the form '#rrggbb', for example '#4477aa'.")


def _check_unique(classes: Sequence[LabelClass]) -> None:
    for what in ("path", "id", "key"):
        seen: dict[object, LabelClass] = {}
        for label in classes:
            value = getattr(label, what)
            if value is None:
                continue
            same = seen.setdefault(path_key(value) if what == "path" else value, label)
            if same is not label:
                named = "name" if what == "path" else what
                shown = ascii(same.path), ascii(label.path)
                unlike = f" (in full {shown[0]} and {shown[1]})" if what == "path" and not value.isascii() else ""
                raise LabelClassError(
                    f"The label classes {same.path!r} and {label.path!r} have the same {named} {value!r}{unlike}. "
                    "Each needs one of its own."
                )
