"""The rules of a gesture, held to the same list as the browser's."""

import json
from pathlib import Path
from typing import Any

import pytest

from jlabel.model.answer import Annotation, Answer
from jlabel.model.task import TaskType
from jlabel.session import class_tools as tools

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "answers.json").read_text(encoding="utf-8"))


def _answer(cell: dict[str, Any]) -> Answer:
    labels = tuple(Annotation(class_id=number) for number in cell["labels"])
    return Answer(annotations=labels, empty=cell.get("empty", False), skipped=cell.get("skipped"))


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{v['task']}: {v['says']}" for v in VECTORS])
def test_rules(vector: dict[str, Any]) -> None:
    answers = {cell["item"]: _answer(cell) for cell in vector["cells"]}
    message, task = vector["message"], TaskType(vector["task"])
    items = message["items"]
    changed = {
        "apply": lambda: tools.apply_class(answers, items, message["class_id"], task),
        "clear": lambda: tools.clear(answers, items, message.get("class_id")),
        "skip": lambda: tools.skip(answers, items, message["reason"]),
        "empty": lambda: tools.no_objects(answers, items),
    }[message["action"]]()
    assert answers | changed == {cell["item"]: _answer(cell) for cell in vector["after"]}
