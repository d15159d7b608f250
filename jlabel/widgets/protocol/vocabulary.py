"""All messages of the browser: the name of each, its value, and the check of every field."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from jlabel.model.task import LARGE_GRIDS
from jlabel.session import gestures
from jlabel.session.shape_edits import MAX_SHAPES
from jlabel.widgets.protocol import checks, values
from jlabel.widgets.protocol.checks import Check

ACTIONS = ("accept", "alternative", "apply", "clear", "skip", "empty")
KINDS = ("cell", "command", "view", "level", "select", "draw", "change", "remove", "painted")
_SIDE = checks.number(50, 20_000)


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One entry of the vocabulary.

    Attributes:
        value: the dataclass that the fields make; fields without a default must be sent.
        checks: of the fields, by their names on the wire.
        names: of a field in ``value`` where it is another than on the wire.
    """

    value: type
    checks: Mapping[str, Check]
    names: Mapping[str, str]

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that must be sent, by their names on the wire."""
        needed = {one.name for one in fields(self.value) if one.default is MISSING and one.default_factory is MISSING}
        return tuple(name for name in self.checks if self.names.get(name, name) in needed)

    def make(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- of the type that ``value`` names
        """Return the value made of checked fields."""
        return self.value(**{self.names.get(name, name): value for name, value in given.items()})


def _spec(value: type, names: Mapping[str, str] | None = None, /, **field_checks: Check) -> Spec:
    return Spec(value=value, checks=field_checks, names=names or {})


MESSAGES: dict[str, Spec] = {
    "cell": _spec(
        values.CellAction,
        action=checks.word(*ACTIONS),
        items=checks.list_of(checks.count, most=max(LARGE_GRIDS)),
        class_id=checks.count,
        reason=checks.text,
    ),
    "view": _spec(
        values.View,
        width=_SIDE,
        height=_SIDE,
        ratio=checks.number(0.25, 8),
        zoom=checks.zoom,
        viewport=checks.viewport,
        take=checks.flag,
    ),
    "level": _spec(
        values.LevelChange,
        brightness=checks.number(0, 4),
        contrast=checks.number(0, 4),
        gamma=checks.number(0.1, 10),
        invert=checks.flag,
    ),
    "painted": _spec(values.Painted, frames=checks.list_of(checks.count, most=3)),
    "select": _spec(values.Select, uids=checks.list_of(checks.uid, most=MAX_SHAPES)),
    "draw": _spec(gestures.Draw, uid=checks.uid, class_id=checks.class_id, shape=checks.shape, repair=checks.flag),
    "change": _spec(gestures.Reshape, uid=checks.uid, shape=checks.shape, repair=checks.flag),
    "remove": _spec(gestures.Remove, uids=checks.uids),
}
"""Messages by kind, but for commands."""

COMMANDS: dict[str, Spec] = {
    "accept": _spec(gestures.Accept, uids=checks.uids),
    "add": _spec(gestures.Add, uid=checks.uid, shape=checks.shape),
    "alive": _spec(values.Plain),
    "auto_submit": _spec(values.Switch, value=checks.flag),
    "change_many": _spec(gestures.ReshapeMany, {"shapes": "outlines"}, shapes=checks.outlines),
    "copy_previous": _spec(gestures.CopyPrevious),
    "cut": _spec(gestures.Cut, uid=checks.uid, shape=checks.shape),
    "fill": _spec(values.Plain),
    "grid": _spec(values.Value, value=checks.count),
    "hide": _spec(values.Hide, uids=checks.uids, class_id=checks.count),
    "join": _spec(gestures.Join, uids=checks.uids),
    "large": _spec(values.Value, value=checks.count),
    "leave": _spec(values.Plain),
    "lock": _spec(values.Lock, uids=checks.uids, value=checks.flag),
    "next": _spec(values.Plain),
    "outline": _spec(values.Outline, uids=checks.uids),
    "paste": _spec(gestures.Paste, {"shapes": "annotations"}, shapes=checks.annotations),
    "present": _spec(values.Plain),
    "previous": _spec(values.Plain),
    "reclass": _spec(gestures.Reclass, uids=checks.uids, class_id=checks.class_id),
    "proposals": _spec(values.Proposals, least=checks.number(0, 1), unproven=checks.flag),
    "redo": _spec(values.Plain),
    "remove_all": _spec(gestures.RemoveAll),
    "repair": _spec(gestures.Repair, uids=checks.uids),
    "resume": _spec(values.Plain),
    "shapes": _spec(values.Plain),
    "simplify": _spec(gestures.Simplify, uids=checks.uids, tolerance=checks.number(0, 1e7)),
    "split": _spec(gestures.Split, uids=checks.uids),
    "submit": _spec(values.Plain),
    "subtract": _spec(gestures.Subtract, uids=checks.uids),
    "to_box": _spec(gestures.ToBox, uids=checks.uids),
    "to_polygon": _spec(gestures.ToPolygon, uids=checks.uids),
    "undo": _spec(values.Plain),
    "unzoom": _spec(values.Plain),
    "zoom": _spec(values.Value, value=checks.count),
}
"""Messages of the kind ``command``, by their ``name``."""

EDITS = tuple(name for name, spec in (MESSAGES | COMMANDS).items() if spec.value.__module__ == gestures.__name__)
"""Names of the messages whose value is a ``Gesture``."""
