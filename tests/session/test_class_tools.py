"""The rules of a gesture, held to the same list as the browser's."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jlabel.model.answer import Annotation, Answer
from jlabel.model.run import Suggestion
from jlabel.model.task import TaskType
from jlabel.session import class_tools as tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "answers.json").read_text(encoding="utf-8"))


def _answer(cell: dict[str, Any]) -> Answer:
    labels = tuple(Annotation(class_id=number) for number in cell["labels"])
    return Answer(annotations=labels, empty=cell.get("empty", False), skipped=cell.get("skipped"))


def _suggestion(prelabel: dict[str, Any]) -> Suggestion:
    return Suggestion(run=1, answer=_answer(prelabel), alternative=prelabel["alternative"])


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{v['task']}: {v['says']}" for v in VECTORS])
def test_rules(vector: dict[str, Any]) -> None:
    answers = {cell["item"]: _answer(cell) for cell in vector["cells"]}
    message, task = vector["message"], TaskType(vector["task"])
    items = message["items"]
    prelabels = {cell["item"]: cell["prelabel"] for cell in vector["cells"] if cell.get("prelabel")}
    standing = {cell["item"] for cell in vector["cells"] if cell.get("standing")}
    suggestions = {item: _suggestion(made) for item, made in prelabels.items()}
    tried: dict[str, Callable[[], Mapping[int, Answer | None]]] = {
        "apply": lambda: tools.apply_class(answers, items, message["class_id"], task),
        "clear": lambda: tools.clear(answers, items, message.get("class_id")),
        "skip": lambda: tools.skip(answers, items, message["reason"]),
        "empty": lambda: tools.no_objects(answers, items),
        "alternative": lambda: tools.take_alternative(answers, items, suggestions, standing),
    }
    changed = tried[message["action"]]()
    shown = {item: suggestions[item].answer if answer is None else answer for item, answer in changed.items()}
    if prelabels:
        untouched = (standing - changed.keys()) | {item for item, answer in changed.items() if answer is None}
        assert untouched == {cell["item"] for cell in vector["after"] if cell["standing"]}
    assert answers | shown == {cell["item"]: _answer(cell) for cell in vector["after"]}
