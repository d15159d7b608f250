import pytest

from jlabel.errors import LabelClassError, NotFound
from jlabel.store import Store
from tests.store.helpers import make_project


def test_classes_are_added_changed_and_retired_without_renumbering(store: Store) -> None:
    project = make_project(store, 0).id
    assert [(c.id, c.path, c.key) for c in store.classes(project)] == [(1, "mask", "1"), (2, "no mask", "2")]
    (third,) = store.add_classes(project, ["visor"])
    assert (third.id, third.key) == (3, "3")
    assert store.retire_class(project, 2).retired
    assert [c.id for c in store.classes(project)] == [1, 3]
    assert [c.id for c in store.classes(project, retired=True)] == [1, 2, 3]
    assert [c.id for c in store.add_classes(project, ["hat"])] == [4]


def test_a_retired_class_comes_back_with_its_id(store: Store) -> None:
    project = make_project(store, 0).id
    store.retire_class(project, 2)
    (back,) = store.add_classes(project, ["No Mask"])
    assert (back.id, back.path, back.retired) == (2, "no mask", False)


def test_doubles_and_unknown_classes_are_refused(store: Store) -> None:
    project = make_project(store, 0).id
    with pytest.raises(LabelClassError, match="same name"):
        store.add_classes(project, ["MASK"])
    with pytest.raises(LabelClassError, match="same name"):
        store.change_class(project, 2, path="Mask")
    with pytest.raises(LabelClassError, match="colour"):
        store.change_class(project, 2, color="red")
    with pytest.raises(LabelClassError, match="key"):
        store.change_class(project, 2, key="x")
    with pytest.raises(NotFound, match="no mask"):
        store.change_class(project, 9, path="x")
    store.retire_class(project, 1)
    with pytest.raises(LabelClassError, match="last"):
        store.retire_class(project, 2)


def test_a_key_moves_from_one_class_to_another(store: Store) -> None:
    project = make_project(store, 0).id
    assert store.change_class(project, 2, key="1", path="none", color="#ABCDEF").color == "#abcdef"
    assert [(c.path, c.key) for c in store.classes(project)] == [("mask", None), ("none", "1")]
    assert store.change_class(project, 2, key="").key is None
