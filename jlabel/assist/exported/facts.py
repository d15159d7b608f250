"""What stands in a model's file beside its network: how pictures go in, what comes out, and how good it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from jlabel.errors import CheckpointError

VERSION = 1
KEY = "jlabel"
"""The name under which a file has it."""
NEVER = 2.0
"""A threshold that no confidence passes."""

Threshold = float | Mapping[int, float] | None


@dataclass(frozen=True, kw_only=True)
class ExportedClass:
    """A class that a model knows.

    Attributes:
        id: as in the project.
        path: its name, with those above it.
        color: ``#rrggbb``.
        offered: ``False`` for a class that was retired when the model was exported: it is recognized, not returned.
    """

    id: int
    path: str
    color: str
    offered: bool = True


@dataclass(frozen=True, kw_only=True)
class Input:
    """The network's input: a whole picture in the middle of a rectangle, RGB of eight bits.

    A larger picture is reduced by Lanczos, a smaller one enlarged bilinearly, its proportions kept.

    Attributes:
        width: pixels.
        height: pixels.
        ground: RGB, 0 to 255, beside the picture.
    """

    width: int
    height: int
    ground: tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a model's file says about it; JSON in the file.

    Attributes:
        task: its task type.
        classes: in the order of the network's columns.
        input: of the network.
        outputs: names of what the network returns, in order.
        rules: numbers by which answers are made of the outputs; each task has its own.
        threshold: confidence from which an answer counts as ``above``: of all classes, or by class id; ``None``: none.
        threshold_from: where it came from, a sentence.
        target_precision: that the project asked for.
        report: what is known of its quality: ``training``, ``validation`` and ``shown``, as in the project's runs.
        network: its name.
        hash: 16 hex digits of the model, as the project's runs have them.
        project: the project's name.
        trained_at: ISO 8601, UTC; ``""`` where no run is kept.
        exported_at: the same.
        jlabel: the version that wrote the file.
    """

    task: str
    classes: tuple[ExportedClass, ...]
    input: Input
    outputs: tuple[str, ...]
    rules: Mapping[str, float] = field(default_factory=dict)
    threshold: Threshold = None
    threshold_from: str = ""
    target_precision: float = 0.0
    report: Mapping[str, Any] = field(default_factory=dict)
    network: str = ""
    hash: str = ""
    project: str = ""
    trained_at: str = ""
    exported_at: str = ""
    jlabel: str = ""

    def to_json(self) -> str:
        """Return a JSON object, ``jlabel_model`` its version."""
        limit = self.threshold
        data = {
            "jlabel_model": VERSION,
            "task": str(self.task),
            "classes": [vars(one) for one in self.classes],
            "input": {**vars(self.input), "ground": list(self.input.ground)},
            "outputs": list(self.outputs),
            "rules": dict(self.rules),
            "threshold": {str(key): value for key, value in limit.items()} if isinstance(limit, Mapping) else limit,
            "report": dict(self.report),
        }
        rest = ("threshold_from", "target_precision", "network", "hash", "project", "trained_at", "exported_at")
        return json.dumps(data | {name: getattr(self, name) for name in (*rest, "jlabel")}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, name: str) -> Self:
        """Read what ``to_json`` wrote.

        Args:
            text: JSON.
            name: of the file, for messages.

        Raises:
            CheckpointError: it is of another version, or damaged.
        """
        try:
            data = json.loads(text)
            version = data["jlabel_model"]
            if version != VERSION:
                raise CheckpointError(
                    f"The model {name!r} is of version {version!r}; this jlabel reads {VERSION}. Update jlabel, or "
                    "export it again."
                )
            limit = data["threshold"]
            if isinstance(limit, dict):
                limit = {int(key): float(value) for key, value in limit.items()}
            shape = data["input"]
            ground = tuple(int(one) for one in shape["ground"])
            return cls(
                task=str(data["task"]),
                classes=tuple(ExportedClass(**one) for one in data["classes"]),
                input=Input(
                    width=int(shape["width"]), height=int(shape["height"]), ground=(ground[0], ground[1], ground[2])
                ),
                outputs=tuple(map(str, data["outputs"])),
                rules={str(key): float(value) for key, value in data["rules"].items()},
                threshold=limit,
                report=dict(data["report"]),
                **{
                    each: data[each]
                    for each in ("threshold_from", "target_precision", "network", "hash", "project", "trained_at",
                                 "exported_at", "jlabel")
                },
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise CheckpointError(f"The model {name!r} is damaged ({error!r}). Export it again.") from error
