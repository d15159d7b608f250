"""Label classes: names, trees, colours and keys, and what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jlabel.errors import LabelClassError
from jlabel.model.label_class import MAX_LEVELS, PALETTE, LabelClass, make_classes
from jlabel.session.class_lookup import find_class_id


def test_names_get_ids_keys_and_colours_in_order() -> None:
    classes = make_classes([f"c{n}" for n in range(1, 12)])
    assert [c.id for c in classes] == list(range(1, 12))
    assert [c.key for c in classes] == [*"123456789", None, None]
    assert [c.color for c in classes] == list(PALETTE[:11])


def test_a_tree_is_walked_parents_first() -> None:
    classes = make_classes({"Animal": {"Cat": None, "Dog": {"Poodle": {}}}, "Plant": None})
    assert [c.path for c in classes] == ["Animal", "Animal/Cat", "Animal/Dog", "Animal/Dog/Poodle", "Plant"]
    assert classes[3].name == "Poodle"
    assert classes[3].level == 3


@pytest.mark.parametrize(
    ("tree", "paths"),
    [
        ({"Animal": ["Cat", "Dog"]}, ["Animal", "Animal/Cat", "Animal/Dog"]),
        ({"A": ["B", {"C": ["D"], "E": None}], "F": []}, ["A", "A/B", "A/C", "A/C/D", "A/E", "F"]),
        ({"A": ("B",), "C": {"D": ["E"]}}, ["A", "A/B", "C", "C/D", "C/D/E"]),
        (["X", {"A": ["B"]}], ["X", "A", "A/B"]),
    ],
)
def test_leaves_may_be_lists(tree: Any, paths: list[str]) -> None:
    assert [c.path for c in make_classes(tree)] == paths


@pytest.mark.parametrize(
    "pair",
    [
        ("caf\u00e9", "cafe\u0301"), ("cat", "ca\u200bt"), ("cat", "cat\u200e"), ("cat", "\ufeffcat"),
        ("a b", "a\u00a0b"), ("a b", "a  b"), ("Stra\u00dfe", "STRASSE"), ("\u212b", "\u00e5"),
        ("\ud55c", "\u1112\u1161\u11ab"), ("x", "x\ufe0f"),
    ],
)  # fmt: skip
def test_names_that_look_the_same_are_doubles_and_find_each_other(pair: tuple[str, str]) -> None:
    with pytest.raises(LabelClassError, match="have the same name"):
        make_classes(pair)
    with pytest.raises(LabelClassError, match="have the same name"):
        make_classes({"Animal": list(pair)})
    for one, other in (pair, pair[::-1]):
        (known,) = make_classes([one])
        assert known.path == one, "a name is kept as it was given"
        assert find_class_id(other, [known], project="p") == known.id


@pytest.mark.parametrize("pair", [("m2", "m\u00b2"), ("cat", "c\u00e0t"), ("a", "\u0430"), ("1", "\u0661")])
def test_names_that_look_different_are_two(pair: tuple[str, str]) -> None:
    assert len(make_classes(pair)) == 2


def test_ready_classes_keep_their_ids() -> None:
    ready = LabelClass(id=7, path=" Cat ", color="#ABCDEF", key="4")
    assert make_classes([ready]) == (LabelClass(id=7, path="Cat", color="#abcdef", key="4"),)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ([], "No label classes"),
        ({}, "No label classes"),
        ("cat", "must be a list"),
        (7, "must be a list"),
        (["cat", 3], "3"),
        (["cat", "Cat"], "same name"),
        (["  "], "empty name"),
        (["a//b"], "empty name"),
        (["a\nb"], "line break"),
        (["a\u2028b"], "line break"),
        (["a\ud800"], "half of a character"),
        ({"a": ["\udfff"]}, "half of a character"),
        (["\u200b"], "empty name"),
        ({"Animal": "Cat"}, "must be a list of names"),
        ({"Animal": 3}, "must be a list of names"),
        ({"Animal": ["Cat", 3]}, "must be a name, not 3"),
        ({"Animal": ["a/b"]}, "separates levels"),
        (["/".join("abcdefg")], "7 levels"),
        (["x" * 121], "121 characters"),
        ({"a/b": None}, "separates levels"),
        ([LabelClass(id=1, path="a", color="red")], "colour"),
        ([LabelClass(id=1, path="a", color="#000000"), LabelClass(id=1, path="b", color="#000000")], "same id"),
        (
            [
                LabelClass(id=1, path="a", color="#000000", key="1"),
                LabelClass(id=2, path="b", color="#000000", key="1"),
            ],
            "key",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(spec: object, says: str) -> None:
    with pytest.raises(LabelClassError, match=says):
        make_classes(spec)  # type: ignore[arg-type]


def test_html_in_a_name_is_kept_as_text() -> None:
    assert make_classes(["<b>x</b>".replace("/", "\\")])[0].path == "<b>x<\\b>"


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9), min_size=1)
)
def test_classes_are_unique_or_refused(names: list[str]) -> None:
    try:
        classes = make_classes(names)
    except LabelClassError:
        return
    assert len({c.path.casefold() for c in classes}) == len(names)
    assert all(1 <= c.level <= MAX_LEVELS for c in classes)
