import io
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import FormatError
from jlabel.formats.csv_format import from_csv, to_csv
from jlabel.formats.table import to_frame
from jlabel.model.answer import Answer
from jlabel.model.item import ItemState
from jlabel.model.label_class import make_classes
from jlabel.model.name_key import name_key
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.model.task import TaskType
from tests.formats.records import AT, CLASSES, record


def test_one_row_an_item_with_provenance() -> None:
    records = [
        record(2),
        record(1, 2, run=4),
        record(3, state=ItemState.SKIPPED, answer=Answer(skipped="too dark")),
        record(4, state=ItemState.UNREADABLE, reason="damaged", width=0, height=0, missing=True),
    ]
    frame = to_frame(records, CLASSES, task=TaskType.MULTI_CLASS)
    assert list(frame["item"]) == [1, 2, 3, 4]
    assert frame["label"].tolist()[0] == "Animal/Cat"
    assert frame["label"].isna().tolist() == [False, True, True, True]
    assert list(frame["label"].cat.categories) == [label.path for label in CLASSES]
    assert list(frame["state"]) == ["labeled", "waiting", "skipped", "unreadable"]
    assert list(frame["reason"]) == ["", "", "too dark", "damaged"]
    assert frame["path"][0] == "/photos/1.jpg"
    assert str(frame["labeled_at"].dt.tz) == "UTC"
    assert frame["labeled_at"][0] == pd.Timestamp(AT)
    assert frame["labeled_at"].isna().tolist() == [False, True, True, True]
    assert frame["run"][0] == 4
    assert frame["run"].isna().sum() == 3
    assert (frame["origin"][0], frame["seconds"][0], frame["labeler"][0]) == ("human", 1.5, "ada")
    assert frame["seconds"].isna().tolist() == [False, True, True, True]
    assert frame["labeler"].isna().tolist() == [False, True, True, True]
    assert frame["width"].isna().tolist() == frame["height"].isna().tolist() == [False, False, False, True]
    assert frame["missing"].tolist() == [False, False, False, True]


def test_several_classes_are_a_list_and_no_objects_an_empty_one() -> None:
    frame = to_frame([record(1, 3, 2), record(2, empty=True), record(3)], CLASSES, task=TaskType.MULTI_LABEL)
    assert list(frame["label"]) == [["Animal/Dog", "Animal/Cat"], [], None]


def test_shapes_are_plain_dicts() -> None:
    polygon = Polygon(rings=(((0, 0), (9, 0), (0, 9)),))
    boxed = to_frame([record(1, 2, shapes=(Box(1, 2, 3, 4),))], CLASSES, task=TaskType.BOXES)
    assert boxed["annotations"][0] == [{"label": "Animal/Cat", "box": [1, 2, 3, 4]}]
    drawn = to_frame([record(1, 2, shapes=(polygon,))], CLASSES, task=TaskType.POLYGONS)
    assert drawn["annotations"][0] == [{"label": "Animal/Cat", "rings": [[[0, 0], [9, 0], [0, 9]]]}]


def test_an_empty_project_has_the_same_columns() -> None:
    empty = to_frame([], CLASSES, task=TaskType.BOXES)
    full = to_frame([record(1, 2, shapes=(Box(1, 2, 3, 4),))], CLASSES, task=TaskType.BOXES)
    assert list(empty.dtypes.items()) == list(full.dtypes.items())


def test_the_table_is_imported_without_pandas() -> None:
    code = "import sys, jlabel.formats.table; assert 'pandas' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_csv_is_as_azure_wrote_it() -> None:
    records = [record(2, 2, 3), record(1, 4), record(3, empty=True), record(4)]
    text = to_csv(records, CLASSES, task=TaskType.MULTI_LABEL)
    assert text == 'Url,Label\n/photos/1.jpg,=cmd\n/photos/2.jpg,"Animal/Cat,Animal/Dog"\n/photos/3.jpg,\n'
    assert from_csv("\ufeff" + text, task=TaskType.MULTI_LABEL)[1] == ("/photos/2.jpg", ("Animal/Cat", "Animal/Dog"))
    read = pd.read_csv(io.StringIO(to_csv(records[:2], CLASSES, task=TaskType.MULTI_LABEL, details=True)))
    assert list(read.columns) == ["Url", "Label", "labeler", "seconds", "labeled_at"]
    assert pd.Timestamp(read["labeled_at"][0]) == pd.Timestamp(AT)


def test_a_class_that_holds_the_separator_is_refused_or_kept() -> None:
    classes = make_classes(["salt, pepper", "sugar"])
    records = [record(1, 1, 2)]
    with pytest.raises(FormatError, match=r"'salt, pepper' holds ','.*separator=';'"):
        to_csv(records, classes, task=TaskType.MULTI_LABEL)
    text = to_csv(records, classes, task=TaskType.MULTI_LABEL, separator=";")
    assert from_csv(text, task=TaskType.MULTI_LABEL, separator=";") == [("/photos/1.jpg", ("salt, pepper", "sugar"))]
    single = to_csv([record(1, 1)], classes, task=TaskType.MULTI_CLASS)
    assert from_csv(single, task=TaskType.MULTI_CLASS) == [("/photos/1.jpg", ("salt, pepper",))]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
NAME = WORD.map(str.strip).filter(lambda name: name_key(name) and not set(name) & set("/,\u2028\u2029"))


@given(
    st.lists(NAME, min_size=2, max_size=4, unique_by=name_key),
    st.lists(st.tuples(TEXT, st.sets(st.integers(1, 2), min_size=1)), min_size=1, max_size=5),
)
def test_csv_round_trips(names: list[str], rows: list[tuple[str, set[int]]]) -> None:
    classes = make_classes(names)
    records = [record(n, *sorted(ids), name=name) for n, (name, ids) in enumerate(rows, 1)]
    read = from_csv(to_csv(records, classes, task=TaskType.MULTI_LABEL), task=TaskType.MULTI_LABEL)
    assert read == [(r.uri, tuple(classes[c - 1].path for c in r.answer.class_ids)) for r in records]


@pytest.mark.parametrize(
    "odd", ["scan\r1.jpg", "scan\n1.jpg", "scan\r\n1.jpg", 'a"b.jpg', "a,b.jpg", " a.jpg", "a\u2028b"]
)
def test_no_character_in_a_name_breaks_a_row(odd: str) -> None:
    records = [record(1, 2, name=odd), record(2, 3), record(3, 2, labeler=odd)]
    text = to_csv(records, CLASSES, task=TaskType.MULTI_CLASS, details=True)
    read = pd.read_csv(io.StringIO(text, newline=""), keep_default_na=False)
    assert list(read["Url"]) == [f"/photos/{odd}", "/photos/2.jpg", "/photos/3.jpg"]
    assert list(read["labeler"]) == ["ada", "ada", odd]
    assert [name for name, _ in from_csv(text, task=TaskType.MULTI_CLASS)] == list(read["Url"])
    assert text.endswith("\n")
    assert not text.endswith("\r\n")


def test_what_is_no_csv_of_labels_says_why() -> None:
    with pytest.raises(FormatError, match=r"has \['file', 'class'\]"):
        from_csv("file,class\na,b\n", task=TaskType.MULTI_CLASS)
    with pytest.raises(FormatError, match="Line 3"):
        from_csv("Url,Label\na,b\nc\n", task=TaskType.MULTI_CLASS)
    with pytest.raises(FormatError, match="no label"):
        from_csv("Url,Label\na,\n", task=TaskType.MULTI_CLASS)
    with pytest.raises(FormatError, match="Export 'coco'"):
        to_csv([], CLASSES, task=TaskType.BOXES)
    with pytest.raises(FormatError, match="class 99"):
        to_frame([record(1, 99)], CLASSES, task=TaskType.MULTI_CLASS)
