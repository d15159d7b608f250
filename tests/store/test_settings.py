"""Assist's settings beside others, and items as a model sees them."""

import pytest

from jlabel.errors import InputError, NotFound
from jlabel.store import Store, read_item_table, read_records
from tests.store.helpers import claimed, files, make_project


def test_assist_settings_leave_the_others_alone(store: Store) -> None:
    project = make_project(store, 3)
    store.set_settings(project.id, {"colour": "red"})
    assert store.assist_settings(project.id) == {}
    before = store.revision(project.id)
    store.set_assist_settings(project.id, {"target": 0.9})
    assert store.revision(project.id) > before
    assert store.assist_settings(project.id) == {"target": 0.9}
    assert store.project(project.name).settings == {"colour": "red", "assist": {"target": 0.9}}
    with pytest.raises(InputError, match="JSON"):
        store.set_assist_settings(project.id, {"target": object()})
    with pytest.raises(NotFound):
        store.set_assist_settings(999, {})
    with pytest.raises(NotFound):
        store.assist_settings(999)


def test_subjects_are_what_a_model_may_look_at(store: Store) -> None:
    project = make_project(store, 30)
    session = store.open_session(project.id, "me")
    page = claimed(store.claim(session, 4))
    store.mark_unreadable(min({r.item for r in read_records(store, project.id)} - {t.item for t in page.tasks}), "torn")
    found = read_item_table(store, project.id)
    assert (len(found.items), found.unreadable) == (29, 1)
    assert all(found.waiting)  # also what is on a page
    assert {found.uri(n) for n in range(29)} <= {f"/photos/{file.path}" for file in files(30)}
    assert set(found.stamps) == {"1"}
    assert list(found.items) == sorted(found.items)
    assert found.chance(0.0) == (False,) * 29
    assert found.chance(1.0) == (True,) * 29
    ((source, _),) = store.sources(project.id)
    store.reconcile(project.id, source, files(20))
    assert len(read_item_table(store, project.id).items) in (19, 20)
    with pytest.raises(NotFound):
        read_item_table(store, 999)
