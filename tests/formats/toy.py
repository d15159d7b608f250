"""A format that only tests know: a folder with one JSON file an image, and one of the classes."""

import json
from collections.abc import Iterator

from jlabel.errors import FormatError
from jlabel.formats.format import Files, Format, ImageLabels, LabelSet, Option, Options, ReadLabels, Sizes
from jlabel.model.answer import answer_from_dict, answer_to_dict
from jlabel.model.task import TaskType


def _write(labels: LabelSet, options: Options) -> Iterator[tuple[str, str]]:
    if labels.task is TaskType.MULTI_CLASS:
        raise FormatError(f"The toy format holds no {labels.task} labels. Export 'coco' instead.")
    classes = {label.id: label.path for label in labels.classes}
    yield "classes.json", json.dumps(classes, indent=options["indent"])
    for record in labels.records:
        yield f"items/{record.item}.json", json.dumps({"name": record.uri, "answer": answer_to_dict(record.answer)})


def _read(files: Files, task: TaskType | None, _sizes: Sizes, _options: Options) -> ReadLabels:
    items = [json.loads(data) for name, data in files.items() if name.startswith("items/")]
    return ReadLabels(
        task=task or TaskType.MULTI_LABEL,
        images=tuple(ImageLabels(name=item["name"], answer=answer_from_dict(item["answer"])) for item in items),
        classes={int(key): path for key, path in json.loads(files["classes.json"]).items()},
    )


TOY = Format(
    name="toy",
    summary="a folder of JSON files, one an item",
    tasks=frozenset(TaskType) - {TaskType.MULTI_CLASS},
    write=_write,
    read=_read,
    cannot_hold=("Who labeled an item.",),
    folder=True,
    options=(Option(name="indent", default=1, summary="spaces before a line"),),
)
