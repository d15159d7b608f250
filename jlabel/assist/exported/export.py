"""Exporting the model of a project: what is trained, what is known of it, and one file of both."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jlabel.assist.exported.built import Built, Source
from jlabel.assist.exported.classifier_graph import build_classifier
from jlabel.assist.exported.detector_graph import build_detector
from jlabel.assist.exported.facts import ExportedClass, Facts, Threshold
from jlabel.assist.exported.file_formats import find_format
from jlabel.assist.paths import project_folder
from jlabel.assist.report.summary import report
from jlabel.errors import AssistError, InputError
from jlabel.formats.files import write
from jlabel.model.assist_settings import AssistSettings, Goal
from jlabel.model.project import ProjectRecord
from jlabel.model.run import Run, RunKind, RunState
from jlabel.model.run_metrics import ValidationMetrics
from jlabel.model.task import TaskType
from jlabel.store import Store, read_runs

BUILDERS: dict[str, Callable[[Source], Built | None]] = {
    TaskType.MULTI_CLASS: partial(build_classifier, exclusive=True),
    TaskType.MULTI_LABEL: partial(build_classifier, exclusive=False),
    TaskType.BOXES: build_detector,
}
"""What the model of each task is built by; a further task is a function and a line here, and one in ``answers``."""


def export_model(store: Store, project: ProjectRecord, path: str | Path, format: str = "onnx") -> Path:  # noqa: A002
    """Write the model of the last training; see ``Assist.export_model``.

    Raises:
        InputError: an unknown format, or a task whose models are not exported.
        AssistError: nothing was trained, or on other settings or another machine, or the network has no such form.
        CheckpointError: what was trained is damaged.
        ExportError: the file cannot be written; nothing was left behind.
        MissingExtra: torch, onnx or a package of weights is not installed.
    """
    kind, build = find_format(format), BUILDERS.get(project.task)
    if build is None:
        raise InputError(f"Models of {project.task} are not exported so far, only those of {', '.join(BUILDERS)}.")
    settings = AssistSettings.from_dict(store.assist_settings(project.id))
    built = build(Source(folder=project_folder(store, project.id), settings=settings))
    if built is None:
        raise _not_there(store, project.id)
    return write(path, kind.pack(built.module, _facts(store, project, settings, built)))


def _not_there(store: Store, project_id: int) -> AssistError:
    """Return the error of a project whose model is not on this machine."""
    runs = store.runs(project_id, kind=RunKind.TRAINING, state=RunState.DONE, limit=100)
    if any(run.adopted for run in runs):
        return AssistError(
            "The model of this project is not on this machine, or was trained by an earlier version of jlabel. Export "
            "it where its worker runs, or train it again with p.assist.train(wait=True)."
        )
    return AssistError(
        "This project has no trained model yet. Label some images, then start assist with p.assist.start() or train "
        "with p.assist.train(wait=True)."
    )


def _facts(store: Store, project: ProjectRecord, settings: AssistSettings, built: Built) -> Facts:
    classes = {one.id: one for one in store.classes(project.id, retired=True)}
    training = _newest(store, project.id, RunKind.TRAINING, built.hash)
    validation = _newest(store, project.id, RunKind.VALIDATION, built.hash)
    metrics = ValidationMetrics.from_json(validation.metrics) if validation else None
    threshold, origin = _threshold(settings, built, metrics)
    return Facts(
        task=project.task,
        classes=tuple(
            ExportedClass(id=one, path=classes[one].path, color=classes[one].color, offered=not classes[one].retired)
            for one in built.class_ids
        ),
        input=built.input,
        outputs=built.outputs,
        rules=built.rules,
        threshold=threshold,
        threshold_from=origin,
        target_precision=settings.target_precision,
        report={
            "training": dict(training.metrics) if training else None,
            # Without what names the project's items.
            "validation": replace(metrics, suspects=(), batches=()).to_json() if metrics else None,
            "shown": _shown(store, project.id),
        },
        network=built.network,
        hash=built.hash,
        project=project.name,
        trained_at=(training.ended_at or training.started_at).isoformat() if training else "",
        exported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        jlabel=_version(),
    )


def _newest(store: Store, project_id: int, kind: RunKind, model: str) -> Run | None:
    runs = read_runs(store, project_id, kind=kind, state=RunState.DONE)
    return next((run for run in runs if run.model_hash == model), None)


def _threshold(settings: AssistSettings, built: Built, metrics: ValidationMetrics | None) -> tuple[Threshold, str]:
    """Return the threshold of an exported model, and where it comes from."""
    if settings.threshold is not None:
        given = settings.threshold
        return (dict(given) if isinstance(given, Mapping) else given), "Set by hand."
    if settings.goal is Goal.FEWEST_KEYS:
        return built.suggests, "From here on a suggestion saves more than it costs, by held-out predictions."
    # A batch was proved, not a threshold. What held-out labels bound from below comes closest.
    target = settings.target_precision
    good = [one.threshold for one in (metrics.curve if metrics else ()) if one.bound >= target]
    if good:
        return min(good), f"From here on held-out labels are right in {target:.0%} or more, at 95 % confidence each."
    return None, f"None: too few held-out labels show a precision of {target:.0%}. Give predict() one of your own."


def _shown(store: Store, project_id: int) -> dict[str, Any]:
    """Return what became of proved pre-labels and of suggestions that labelers were shown, of all models."""
    found = report(store, project_id)
    return {
        name: {
            "accepted": tally.accepted,
            "edited": tally.edited,
            "rejected": tally.rejected,
            "precision": tally.shown.value,
            "low": tally.shown.low,
            "high": tally.shown.high,
        }
        for name, tally in (("proven", found.total), ("suggested", found.suggested))
    }


def _version() -> str:
    try:
        return version("jlabel")
    except PackageNotFoundError:  # run from its source
        return ""
