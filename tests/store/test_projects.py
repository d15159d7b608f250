from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest

from jlabel.errors import InputError, LabelClassError, NameTaken, NotFound, SourceError
from jlabel.model.label_class import LabelClass, make_classes
from jlabel.model.source import ListedFile, Source
from jlabel.model.task import TaskType
from jlabel.store import Store, read_records
from tests.store.conftest import Clock
from tests.store.helpers import SOURCE, claimed, files, make_project


def test_a_project_is_what_was_passed(store: Store, clock: Clock) -> None:
    made = store.create_project(
        name=" masks ",
        task=TaskType.BOXES,
        classes=make_classes(["cat"]),
        instructions="# Look",
        settings={"grid": 4, "tags": ["a"]},
    )
    assert made == store.project("MASKS")
    assert (made.name, made.task, made.instructions, made.paused) == ("masks", TaskType.BOXES, "# Look", False)
    assert made.settings == {"grid": 4, "tags": ["a"]}
    assert made.created_at == datetime.fromtimestamp(clock.now, UTC)
    assert store.projects() == [made]


@pytest.mark.parametrize("name", ['O\'Brien "x"; DROP TABLE item;--', "<b>bold</b>", "😀 Prüfung 写真", "100% {x}"])
def test_unusual_names_are_kept_as_they_are(store: Store, name: str) -> None:
    made = store.create_project(
        name=name, task=TaskType.MULTI_CLASS, classes=make_classes([name.replace("/", "-"), "other"])
    )
    assert store.project(name).name == name
    session = store.open_session(made.id, name)
    store.add_items(made.id, store.add_source(made.id, SOURCE), [ListedFile(path=f"{name}.png", size=1, stamp="x")])
    page = claimed(store.claim(session, 1))
    assert (page.labeler, page.tasks[0].name) == (name, f"{name}.png")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "\ud800", "x" * 201])
def test_an_ill_formed_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError):
        store.create_project(name=name, task=TaskType.MULTI_CLASS, classes=make_classes(["a"]))


@pytest.mark.parametrize("again", ["masks", "MASKS", " Masks "])
def test_a_name_is_never_reused(store: Store, again: str) -> None:
    made = make_project(store)
    with pytest.raises(NameTaken, match="taken"):
        store.create_project(name=again, task=TaskType.BOXES, classes=make_classes(["a"]))
    store.delete_project(made.id)
    with pytest.raises(NameTaken, match="deleted"):
        store.create_project(name=again, task=TaskType.BOXES, classes=make_classes(["a"]))
    assert store.projects() == []


def test_casefolding_is_not_only_ascii(store: Store) -> None:
    store.create_project(name="STRASSE", task=TaskType.BOXES, classes=make_classes(["a"]))
    with pytest.raises(NameTaken):
        store.create_project(name="straße", task=TaskType.BOXES, classes=make_classes(["a"]))


def test_an_unknown_name_lists_similar_ones(store: Store) -> None:
    with pytest.raises(NotFound, match="no projects yet"):
        store.project("masks")
    make_project(store)
    with pytest.raises(NotFound, match="Did you mean 'masks'"):
        store.project("mask")
    with pytest.raises(NotFound, match="There are 'masks'"):
        store.project("zebra")


def test_a_listing_that_fails_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[ListedFile]:
        yield from files(6000)
        raise SourceError("The folder went away.")

    with pytest.raises(SourceError):
        store.create_project(
            name="masks",
            task=TaskType.BOXES,
            classes=make_classes(["a"]),
            sources=[(SOURCE, files(3)), (Source(root="/b"), broken())],
        )
    assert store.projects() == []
    assert store.counts(make_project(store, 5).id).total == 5


def test_bad_classes_and_tasks_leave_nothing(store: Store) -> None:
    doubles = [LabelClass(id=number, path=path, color="#000000") for number, path in ((1, "a"), (2, "A"))]
    with pytest.raises(LabelClassError):
        store.create_project(name="masks", task=TaskType.BOXES, classes=doubles)
    with pytest.raises(InputError, match="'circles' is not a task type"):
        store.create_project(name="masks", task=cast("TaskType", "circles"), classes=make_classes(["a"]))
    with pytest.raises(InputError, match="JSON"):
        store.create_project(name="masks", task=TaskType.BOXES, classes=make_classes(["a"]), settings={"x": {1}})
    assert store.projects() == []


def test_pause_instructions_and_settings(store: Store) -> None:
    made = make_project(store)
    assert store.set_paused(made.id, True).paused
    assert not store.set_paused(made.id, False).paused
    assert store.set_instructions(made.id, "new").instructions == "new"
    assert store.set_settings(made.id, {"a": 1}).settings == {"a": 1}
    with pytest.raises(NotFound):
        store.set_paused(made.id + 1, True)


def test_deleting_frees_leases_and_ends_the_work(store: Store) -> None:
    made = make_project(store)
    session = store.open_session(made.id, "me")
    page = claimed(store.claim(session, 9))
    store.delete_project(made.id)
    assert store.counts(made.id).leased == 0
    for call in (
        lambda: store.claim(session, 9),
        lambda: store.submit(session, page.token, {}, seconds=0),
        lambda: store.delete_project(made.id),
        lambda: store.open_session(made.id, "me"),
        lambda: list(read_records(store, made.id)),
    ):
        with pytest.raises(NotFound):
            call()
