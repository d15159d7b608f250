"""Which learner a task has: the one table, and the one function that reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jlabel.assist.compute.compute import Compute
from jlabel.assist.learner import AnyLearner
from jlabel.errors import InputError
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.project import ProjectRecord
from jlabel.model.task import TaskType


@dataclass(frozen=True, kw_only=True)
class LearnerKind:
    """How the learner of a task is opened.

    Attributes:
        open: returns it; takes the settings of the project, the folder of its assist, and where to compute.
        packages: that it imports, beyond those of jlabel itself.
        goal: of a project whose assist was never configured.
    """

    open: Callable[[AssistSettings, Path, Compute], AnyLearner]
    packages: tuple[str, ...] = ()
    goal: Goal = Goal.PROMISE


_TORCH = ("torch", "torchvision", "sklearn.cluster")


def _multi_class(settings: AssistSettings, folder: Path, compute: Compute) -> AnyLearner:
    from jlabel.assist.classification.learner import open_classifier  # noqa: PLC0415 -- imports torch
    from jlabel.assist.classification.outputs import EXCLUSIVE  # noqa: PLC0415

    return open_classifier(EXCLUSIVE, settings, folder, compute)


def _multi_label(settings: AssistSettings, folder: Path, compute: Compute) -> AnyLearner:
    from jlabel.assist.classification.learner import open_classifier  # noqa: PLC0415 -- imports torch
    from jlabel.assist.classification.outputs import INDEPENDENT  # noqa: PLC0415

    return open_classifier(INDEPENDENT, settings, folder, compute)


def _boxes(settings: AssistSettings, folder: Path, compute: Compute) -> AnyLearner:
    from jlabel.assist.detection.learner import open_shape_learner  # noqa: PLC0415 -- imports torch

    return open_shape_learner(settings, folder, compute)


def _polygons(settings: AssistSettings, folder: Path, compute: Compute) -> AnyLearner:
    from jlabel.assist.detection.learner import open_shape_learner  # noqa: PLC0415 -- imports torch

    return open_shape_learner(settings, folder, compute, polygons=True)


_SHAPES = ("torch", "torchvision", "sklearn.linear_model")

LEARNERS: dict[str, LearnerKind] = {
    TaskType.MULTI_CLASS: LearnerKind(open=_multi_class, packages=_TORCH),
    TaskType.MULTI_LABEL: LearnerKind(open=_multi_label, packages=_TORCH),
    # Somebody looks at every image with its shapes anyway: there a suggestion needs no promise to be of use.
    TaskType.BOXES: LearnerKind(open=_boxes, packages=_SHAPES, goal=Goal.FEWEST_KEYS),
    TaskType.POLYGONS: LearnerKind(open=_polygons, packages=(*_SHAPES, "contourpy"), goal=Goal.FEWEST_KEYS),
}
"""The learner of each task, by its key."""


def first_settings(project: ProjectRecord) -> AssistSettings:
    """Return the settings of a project whose assist was never configured; the defaults where it has no learner."""
    kind = LEARNERS.get(project.task)
    return AssistSettings() if kind is None else AssistSettings(goal=kind.goal)


def learner_kind(project: ProjectRecord) -> LearnerKind:
    """Return how the learner of a project is opened.

    Raises:
        InputError: no learner is registered for the project's task.
    """
    kind = LEARNERS.get(project.task)
    if kind is None:
        raise InputError(
            f"Assist has no learner for {project.task} so far, and {project.name!r} is a project of {project.task}. "
            f"Use it with projects of {' or '.join(LEARNERS)}."
        )
    return kind
