"""What assist proposes, as a table: a pandas data frame with one row a proposed class or shape."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jlabel.errors import AssistError
from jlabel.model.answer import Annotation
from jlabel.model.run import Prediction, Run, RunKind, RunState
from jlabel.store import Store, read_predictions, read_records

if TYPE_CHECKING:
    import pandas as pd

_TYPES = {
    "item": "int64",
    "name": "object",
    "class": "object",
    "confidence": "float64",
    "above": "bool",
    "proven": "bool",
    "x": "float64",
    "y": "float64",
    "width": "float64",
    "height": "float64",
    "rings": "object",
    "holes": "object",
    "run": "int64",
}


def prediction_frame(store: Store, project_id: int) -> "pd.DataFrame":
    """Return what the newest published run proposes; see ``Assist.predictions``.

    Raises:
        AssistError: nothing was predicted yet.
    """
    import pandas as pd  # noqa: PLC0415 -- jlabel is imported without it

    run = _published(store, project_id)
    if run is None:
        raise AssistError("Assist has predicted nothing yet. Label some images and start it with p.assist.start().")
    paths = {one.id: one.path for one in store.classes(project_id, retired=True)}
    names = {record.item: record.name for record in read_records(store, project_id)}
    columns: dict[str, list[Any]] = {name: [] for name in _TYPES}
    for made in read_predictions(store, run.id):
        for annotation, confidence, above in _annotations(made):
            row = {
                "item": made.item,
                "name": names[made.item],
                "class": paths[annotation.class_id],
                "confidence": confidence,
                "above": above,
                "proven": above and made.proven,
                **_place(annotation),
                "run": run.id,
            }
            for name, values in columns.items():
                values.append(row[name])
    return pd.DataFrame({name: pd.Series(values, dtype=_TYPES[name]) for name, values in columns.items()})


def _published(store: Store, project_id: int) -> Run | None:
    runs = store.runs(project_id, kind=RunKind.INFERENCE, state=RunState.DONE, limit=20)
    return next((run for run in runs if run.adopted), None)


def _annotations(made: Prediction) -> Iterator[tuple[Annotation, float, bool]]:
    scores = [(one.confidence, made.above and one.above) for one in made.scores]
    scores = scores or [(made.confidence, made.above)] * len(made.answer.annotations)
    for annotation, (confidence, above) in zip(made.answer.annotations, scores, strict=True):
        yield annotation, confidence, above


def _place(annotation: Annotation) -> dict[str, Any]:
    if annotation.shape is None:
        return {"x": None, "y": None, "width": None, "height": None, "rings": None, "holes": None}
    x0, y0, x1, y1 = annotation.shape.bounds()
    outline = None if annotation.shape.rectangular else annotation.shape.outline()
    return {
        "x": x0,
        "y": y0,
        "width": x1 - x0,
        "height": y1 - y0,
        "rings": None if outline is None else [[list(point) for point in ring] for ring in outline[0]],
        "holes": None if outline is None else [[list(point) for point in ring] for ring in outline[1]],
    }
