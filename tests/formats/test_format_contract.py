"""What every format promises; another one is judged by being in the table."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from jlabel.errors import FormatError
from jlabel.exchange import read_labels
from jlabel.formats.files import read_files, write_files
from jlabel.formats.format import Files, Format, LabelSet, ReadLabels
from jlabel.formats.registry import FORMATS, find_format
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.record import Record
from jlabel.model.task import TaskType
from tests.formats.records import CLASSES, record
from tests.formats.toy import TOY
from tests.model.shape_samples import SHAPE_SAMPLES

# pycocotools 2.0.11 has not followed numpy's rule for __array__(copy=), in the function that decodes masks
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

ALL = (*FORMATS.values(), TOY)
HELD = [(each, task) for each in ALL for task in TaskType if task in each.tasks]
REFUSED = [(each, task) for each in ALL for task in TaskType if task not in each.tasks]


def label_set(task: TaskType) -> LabelSet:
    """Two sources that share a name, one class and several, "No objects", a skip and an image that waits."""
    shapes = SHAPE_SAMPLES[task.shape] if task.shape else ()
    ids = (2, 3) if task.many_classes else (2,)
    records = [
        record(1, *ids, name="a.jpg", root="/photos/one", shapes=shapes),
        record(2, 3, name="a.jpg", root="/photos/two", shapes=shapes[:1]),
        record(3),
        record(4, state=ItemState.SKIPPED, answer=Answer(skipped="dark")),
        record(5, 4, name="inner/ü b.jpg", shapes=shapes[-1:]),
    ]
    if task.allows_empty:
        records.append(record(6, empty=True))
    return LabelSet(task=task, classes=CLASSES, records=records)


def content(answer: Answer, paths: dict[int, str]) -> tuple[bool, list[tuple[str, object]]]:
    """What an answer says, whatever the numbers of its classes."""
    return answer.empty, [(paths[each.class_id], each.shape and each.shape.to_dict()) for each in answer.annotations]


def written(records: Iterable[Record]) -> dict[str, object]:
    paths = {label.id: label.path for label in CLASSES}
    return {one.uri: content(one.answer, paths) for one in records if one.state is ItemState.LABELED}


def read_back(labels: ReadLabels, records: Iterable[Record]) -> dict[str, object]:
    """The labels by URI: a document names an image by its URI or by the last parts of it."""
    uris = [one.uri for one in records]
    found: dict[str, object] = {}
    for image in labels.images:
        if not (image.answer.annotations or image.answer.empty):
            continue  # a format may hold images without a label
        (uri,) = (each for each in uris if each == image.name or each.endswith("/" + image.name))
        found[uri] = content(image.answer, dict(labels.classes))
    return found


def written_files(form: Format, labels: LabelSet, path: Path) -> Files:
    done = write_files(path, form.write(labels, form.complete({})), folder=form.folder)
    assert done.is_dir() == form.folder
    return read_files(done, folder=form.folder)


@pytest.mark.parametrize(("form", "task"), HELD, ids=lambda each: getattr(each, "name", None))
def test_what_it_holds_is_read_back_equal_in_any_order(form: Format, task: TaskType, tmp_path: Path) -> None:
    labels = label_set(task)
    backwards = LabelSet(task=task, classes=CLASSES[::-1], records=list(labels.records)[::-1])
    for name, given in (("labels", labels), ("backwards", backwards)):
        read = form.read(written_files(form, given, tmp_path / name), task, {}, form.complete({}))
        assert read.task is task
        assert read_back(read, labels.records) == written(labels.records)


@pytest.mark.parametrize(("form", "task"), HELD, ids=lambda each: getattr(each, "name", None))
def test_the_same_labels_give_the_same_bytes(form: Format, task: TaskType, tmp_path: Path) -> None:
    one, two = (written_files(form, label_set(task), tmp_path / name) for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(("form", "task"), HELD, ids=lambda each: getattr(each, "name", None))
def test_an_empty_project_is_written_and_read(form: Format, task: TaskType, tmp_path: Path) -> None:
    files = written_files(form, LabelSet(task=task, classes=CLASSES, records=[]), tmp_path / "out")
    assert form.read(files, task, {}, form.complete({})).images == ()


@pytest.mark.parametrize(("form", "task"), REFUSED, ids=lambda each: getattr(each, "name", None))
def test_a_task_that_it_does_not_take_is_refused_with_a_remedy(form: Format, task: TaskType) -> None:
    with pytest.raises(FormatError, match=re.escape(str(task))) as error:
        list(form.write(label_set(task), form.complete({})))
    assert "instead" in str(error.value)


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_what_it_is_and_what_it_cannot_hold_are_sentences(form: Format) -> None:
    assert form.cannot_hold
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in form.cannot_hold)
    assert form.summary
    assert not form.summary.endswith(".")
    assert re.fullmatch(r"[a-z0-9]+", form.name)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"[[[[", b""])
def test_what_is_no_such_document_is_refused(form: Format, data: bytes) -> None:
    with pytest.raises(FormatError):
        form.read({"": data, "a/b": data}, None, {}, form.complete({}))


def test_options_are_the_formats_own() -> None:
    csv = find_format("csv")
    assert csv.complete({}) == {"separator": ",", "encoding": "utf-8"}
    assert csv.complete({"separator": ";"}) == {"separator": ";", "encoding": "utf-8"}
    with pytest.raises(FormatError, match=r"has no option 'indent'\. Choose from separator"):
        csv.complete({"indent": 2})
    with pytest.raises(FormatError, match=r"has no option 'separator'\. It has no options"):
        find_format("coco").complete({"separator": ";"})
    with pytest.raises(FormatError, match="takes a value such as ',', not 7"):
        csv.complete({"separator": 7})
    assert TOY.option("indent").parse("4") == 4
    with pytest.raises(FormatError, match="takes a value such as 1, not 'wide'"):
        TOY.option("indent").parse("wide")


def test_a_file_is_read_as_values_through_the_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Url,Label\n/a.jpg,cat;dog\n")
    read = read_labels(path, format="csv", task=TaskType.MULTI_LABEL, options={"separator": ";"})
    assert [(image.name, image.answer.class_ids) for image in read.images] == [("/a.jpg", (1, 2))]
    assert read.classes == {1: "cat", 2: "dog"}
    with pytest.raises(FormatError, match=r"gone\.csv' cannot be read"):
        read_labels(tmp_path / "gone.csv", format="csv")
    with pytest.raises(FormatError, match="is no folder"):
        read_files(path, folder=True)
